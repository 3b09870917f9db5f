public import NetConfigCore

/// What a run did: what `Executor` says about a plan.
public struct Report: Sendable {
    /// An action that was done.
    public struct Performed: Equatable, Sendable {
        /// The action.
        public var action: Action
        /// How long it took.
        public var duration: Duration
        /// The step of the plan that it was; `nil` for an action that puts something back.
        public internal(set) var step: Step?

        /// Creates an entry.
        public init(_ action: Action, duration: Duration) {
            self.action = action
            self.duration = duration
        }
    }

    /// An action that failed, or before which the run was stopped.
    public struct Failure: Sendable {
        /// What sort of failure it is, which decides how a run goes on.
        public enum Kind: Sendable {
            /// The action could not be done.
            case refused
            /// The run was asked to stop.
            case interrupted
            /// Others had changed what the action starts from (`Overtaken`).
            case overtaken
        }

        /// The action; `nil` where the run was stopped between two.
        public var action: Action?
        /// Why: a sentence.
        public var cause: String
        /// The error itself, where there was one: `NetlinkError`, `OVSDBError`, `FileError` and others.
        public var error: (any Error)?
        /// How long it took to fail.
        public var duration: Duration
        /// What sort of failure it is.
        public var kind: Kind

        /// Creates an entry.
        public init(
            _ action: Action?, cause: String, error: (any Error)? = nil, duration: Duration = .zero,
            kind: Kind = .refused
        ) {
            self.action = action
            self.cause = cause
            self.error = error
            self.duration = duration
            self.kind = kind
        }
    }

    /// What became of the plan.
    public enum Outcome: Sendable {
        /// The end state is reached.
        case done
        /// The end state is reached but for actions that may fail without taking the rest with them (``Report/kept``).
        case incomplete
        /// An action failed, and what was done before it was taken back.
        case rolledBack
    }

    /// The actions that were done, in order.
    public internal(set) var performed: [Performed] = []
    /// Failed actions that the run went on from and does not count as failures.
    public internal(set) var warnings: [Failure] = []
    /// Failed actions for which the run fails, but keeps what it did.
    public internal(set) var kept: [Failure] = []
    /// The failure that ended the run.
    public internal(set) var fatal: Failure?
    /// The actions that put back what was there, in the order in which they were done.
    public internal(set) var putBack: [Performed] = []
    /// The actions that should have put something back and failed.
    public internal(set) var notPutBack: [Failure] = []
    /// How long the run took.
    public internal(set) var duration: Duration = .zero

    /// What became of the plan.
    public var outcome: Outcome { fatal != nil ? .rolledBack : kept.isEmpty ? .done : .incomplete }

    /// Whether the run ended because it was asked to stop.
    public var isInterrupted: Bool { fatal?.kind == .interrupted }

    /// Whether a DHCP client was started and has its lease.
    var startedClient: Bool {
        performed.contains { if case .startDHCP = $0.action { true } else { false } }
    }

    /// Whether the host is as before, and a new plan may succeed where this one was overtaken by others.
    var mayBePlannedAgain: Bool { fatal?.kind == .overtaken && notPutBack.isEmpty }

    /// Whether the program may exit with status 0.
    public var isSuccess: Bool { outcome == .done }

    /// What to tell the user about a run that failed, a sentence a line; `nil` after one that did not. `describe` gives
    /// an action as half a sentence, such as `set MTU 9000 on eth0`.
    public func failure(describe: (Action) -> String) -> String? {
        var lines = kept.map { $0.sentence(describe) }
        guard let fatal else { return lines.isEmpty ? nil : lines.joined(separator: "\n") }
        lines.append(fatal.sentence(describe))
        if !putBack.isEmpty {
            lines.append(
                "put back what was there: " + putBack.map { describe($0.action).printable }.joined(separator: "; "))
        } else if notPutBack.isEmpty {
            lines.append("no earlier action had to be put back")
        }
        lines += notPutBack.map { "could not be put back: " + $0.sentence(describe) }
        return lines.joined(separator: "\n")
    }
}

extension Report.Failure {
    fileprivate func sentence(_ describe: (Action) -> String) -> String {
        // Causes quote what others said, and a sentence is a line.
        (action.map { "\(describe($0)): \(cause)" } ?? cause).printable
    }
}
