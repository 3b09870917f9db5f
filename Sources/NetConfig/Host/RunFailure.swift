public import NetConfigCore
internal import NetConfigSystem

/// A run that did not do all that was asked for.
public struct RunFailure: Error, Sendable, CustomStringConvertible {
    /// What became of the host.
    public enum Kind: Sendable {
        /// Nothing was begun.
        case refused
        /// What was done is taken back, as far as ``RunFailure/report`` does not say otherwise.
        case putBack
        /// What was done stays, and some of what was asked for is missing.
        case incomplete
        /// The change was not confirmed, or its gateway did not answer: it is taken back.
        case notConfirmed
        /// The change is made, and its guard has yet to decide about it.
        case undecided
    }

    /// What became of the host.
    public let kind: Kind
    /// What failed, why, and what became of the rest: a sentence a line.
    public private(set) var description: String
    /// What was done, failed and was put back, where actions were begun; of several bridges that of none in particular.
    public let report: Report?
    /// Whether the program was asked to stop.
    public private(set) var isInterrupted = false

    /// Describes a failure.
    init(_ kind: Kind, _ description: String, report: Report? = nil) {
        self.kind = kind
        self.description = description
        self.report = report
        isInterrupted = report?.isInterrupted ?? false
    }

    /// Several failures: each a sentence or more.
    init(_ kind: Kind, _ failures: [String]) { self.init(kind, failures.joined(separator: "\n")) }

    /// Whether the host is as before.
    var isTakenBack: Bool { kind == .refused || kind == .putBack }

    /// The action that failed, where one did.
    public var action: Action? { failure?.action }

    /// Why it failed, where an action did: `NetlinkError`, `OVSDBError`, `FileError` and others.
    public var cause: (any Error)? { failure?.error }

    private var failure: Report.Failure? { report?.fatal ?? report?.kept.first }

    /// Adds a sentence.
    mutating func note(_ sentence: String) { description += "\n\(sentence)" }

    /// Notes that the program was asked to stop while what was done was taken back.
    mutating func note(_ interruption: Interruption) {
        note("\(interruption) meanwhile")
        isInterrupted = true
    }
}
