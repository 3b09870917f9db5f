internal import NetConfigCore
internal import NetConfigSystem

/// A run that did not do all that was asked for: what became of the host, why, and what is left over.
public struct RunFailure: Error, Sendable, CustomStringConvertible {
    /// What became of the host.
    public enum Outcome: Sendable {
        /// Nothing was changed.
        case refused
        /// What was done was undone: the host is as before.
        case putBack
        /// What was done is kept, and part of the request is missing; or what was done could not be undone wholly.
        case incomplete
        /// The change was not confirmed, or its gateway did not answer: it was undone.
        case notConfirmed
        /// The change is made, and its guard has yet to decide.
        case undecided
    }

    /// What became of the host.
    public let outcome: Outcome
    /// What failed, why, and what became of the rest: one sentence per line.
    public private(set) var description: String
    /// What was done, failed and was put back, where actions were begun; `nil` where the guard of a change put it back, of which
    /// ``description`` tells.
    public let report: Report?
    /// The error that ended the run, where there was one. ``reason`` tells the same in a form to switch over.
    public let cause: (any Error)?
    /// Whether the run was asked to stop, also while what it had done was taken back.
    public private(set) var isInterrupted = false

    /// Describes a failure.
    init(_ outcome: Outcome, _ description: String, report: Report? = nil, cause: (any Error)? = nil) {
        self.outcome = outcome
        self.description = description
        self.report = report
        self.cause = cause ?? (report?.fatal ?? report?.kept.first)?.error
        isInterrupted = report?.isInterrupted ?? (cause is Interruption)
    }

    /// Several failures: each a sentence or more.
    init(_ outcome: Outcome, _ failures: [String], report: Report? = nil, cause: (any Error)? = nil) {
        self.init(outcome, failures.joined(separator: "\n"), report: report, cause: cause)
    }

    /// Whether nothing of the run is kept on purpose.
    var isTakenBack: Bool { outcome == .refused || outcome == .putBack || report?.fatal != nil }

    /// The action that failed, where one did.
    var action: Action? { (report?.fatal ?? report?.kept.first)?.action }

    /// Adds a sentence.
    mutating func note(_ sentence: String) { description += "\n\(sentence)" }

    /// Notes that the run was asked to stop while what was done was taken back.
    mutating func note(_ interruption: Interruption) {
        note("\(interruption) while the change was being put back")
        isInterrupted = true
    }

    /// Does some work; of what it throws this is the one error that a caller sees.
    ///
    /// - Throws: What the work throws, as a failure before which nothing was changed where it is no ``RunFailure``.
    static func orNothing<Result>(_ work: () throws -> Result) throws(RunFailure) -> Result {
        do {
            return try work()
        } catch let failure as RunFailure {
            throw failure
        } catch {
            // What errors quote from outside makes no further line.
            throw RunFailure(.refused, "\(error)".printable, cause: error)
        }
    }
}
