internal import NetConfigCore
internal import NetConfigSystem

/// A run that failed; what was done before is taken back, unless the text says otherwise.
public struct RunFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What failed, why, and what became of the rest: a sentence a line.
    public private(set) var description: String
    /// What failed, where it was an action.
    var action: Action?
    /// Whether the host is as before; otherwise what was done is kept.
    var isTakenBack = true
    /// Whether the program was asked to stop.
    var isInterrupted = false

    /// Adds a sentence.
    mutating func note(_ sentence: String) { description += "\n\(sentence)" }

    /// Notes that the program was asked to stop while what was done was taken back.
    mutating func note(_ interruption: Interruption) {
        description += "\n\(interruption) meanwhile"
        isInterrupted = true
    }
}
