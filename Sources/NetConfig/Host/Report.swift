public import NetConfigCore

/// What a run did, and what it cost.
public struct Report: Sendable {
    /// An action that was done.
    public struct Performed: Equatable, Sendable {
        /// The action.
        package var action: Action
        /// How long it took.
        public var duration: Duration
        /// The step of the plan that it was; `nil` for an action that puts something back.
        public internal(set) var step: Step?

        /// Creates an entry.
        package init(_ action: Action, duration: Duration) {
            self.action = action
            self.duration = duration
        }

        /// The action in words, such as `set MTU 9000 on eth0`.
        public var text: String { action.description }
    }

    /// An action that failed, or before which the run was stopped.
    public struct Failure: Sendable {
        /// What sort of failure it is, which decides how a run goes on.
        public enum Kind: Sendable {
            /// The action could not be done.
            case refused
            /// The run was asked to stop.
            case interrupted
            /// Others had changed what the action starts from.
            case overtaken
        }

        /// The action; `nil` where the run was stopped between two.
        package var action: Action?
        /// Why: a sentence.
        public var cause: String
        /// The error itself, where there was one.
        public var error: (any Error)?
        /// How long it took to fail.
        public var duration: Duration
        /// What sort of failure it is.
        public var kind: Kind

        /// Creates an entry.
        package init(
            _ action: Action?, cause: String, error: (any Error)? = nil, duration: Duration = .zero,
            kind: Kind = .refused
        ) {
            self.action = action
            self.cause = cause
            self.error = error
            self.duration = duration
            self.kind = kind
        }

        /// The action in words; `nil` where the run was stopped between two.
        public var text: String? { action?.description }
    }

    /// What became of what was asked for.
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
    /// What else is to be known: values of records that were skipped, what is lost for good. Sentences.
    public internal(set) var remarks: [String] = []
    /// Failed actions for which the run fails, but keeps what it did.
    public internal(set) var kept: [Failure] = []
    /// The failure that ended the run.
    public internal(set) var fatal: Failure?
    /// The actions that put back what was there, in the order in which they were done.
    public internal(set) var putBack: [Performed] = []
    /// The actions that should have put something back and failed: what is left over of a run that was taken back.
    public internal(set) var notPutBack: [Failure] = []
    /// What a look after the last step found; `nil` where nothing had been changed.
    package internal(set) var verification: Verification?
    /// What is different from before, a change for each plan.
    package internal(set) var changes: [WayBack] = []
    /// How long the actions took.
    public internal(set) var duration: Duration = .zero

    /// What became of what was asked for.
    public var outcome: Outcome { fatal != nil ? .rolledBack : kept.isEmpty ? .done : .incomplete }

    /// Whether the run ended because it was asked to stop.
    public var isInterrupted: Bool { fatal?.kind == .interrupted }

    /// Whether a DHCP client was started and has its lease.
    var startedClient: Bool {
        performed.contains { if case .startDHCP = $0.action { true } else { false } }
    }

    /// Whether the host is as before, and a new plan may succeed where this one was overtaken by others.
    var mayBePlannedAgain: Bool { fatal?.kind == .overtaken && notPutBack.isEmpty }

    /// How many warnings the run had.
    var warningCount: Int { warnings.count + remarks.count }

    /// What to tell the user about a run that failed, a sentence a line; `nil` after one that did not.
    package var failure: String? {
        var lines = kept.map(\.sentence)
        guard let fatal else { return lines.isEmpty ? nil : lines.joined(separator: "\n") }
        lines.append(fatal.sentence)
        if !putBack.isEmpty {
            lines.append("put back what was there: " + putBack.map(\.text.printable).joined(separator: "; "))
        } else if notPutBack.isEmpty {
            lines.append("nothing had been changed before")
        }
        lines += notPutBack.map { "could not be put back: " + $0.sentence }
        return lines.joined(separator: "\n")
    }

    /// Adds what was done after this: how it ended counts.
    mutating func append(_ later: Report) {
        performed += later.performed
        warnings += later.warnings
        remarks += later.remarks
        kept += later.kept
        fatal = later.fatal
        putBack += later.putBack
        notPutBack += later.notPutBack
        verification.append(later.verification)
        changes += later.changes
        duration += later.duration
    }

    /// Notes what is different from before, by the actions that made it so and those that put something back: nothing, where all was
    /// put back.
    mutating func noteChange(_ made: [Action], of plan: Plan) {
        changes = []
        guard fatal == nil || !notPutBack.isEmpty else { return }
        let change = WayBack(of: made, from: plan.start, thenBack: putBack.map(\.action))
        if !change.isEmpty { changes = [change] }
    }

    /// What is left of an attempt that is made again: what it did and took back, and not what it found.
    var asEarlierAttempt: Report {
        var report = Report()
        (report.performed, report.putBack, report.duration) = (performed, putBack, duration)
        return report
    }
}

extension Report.Failure {
    // Causes quote what others said, and a sentence is a line.
    fileprivate var sentence: String { (text.map { "\($0): \(cause)" } ?? cause).printable }
}
