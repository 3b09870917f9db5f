/// An action failed after it had begun to change the host, and was taken back as far as that was possible. Devices that it
/// took away may have come back bare: without addresses, routes and settings.
public struct TakenBack: Error, CustomStringConvertible {
    /// Why it failed.
    public let cause: (any Error)?
    /// What became of it: half a sentence.
    public let outcome: String
    /// What is not as before: a sentence each.
    public let left: [String]

    /// Creates an error.
    public init(cause: (any Error)?, outcome: String = "the change was put back", left: [String] = []) {
        (self.cause, self.outcome, self.left) = (cause, outcome, left)
    }

    /// Why it failed and what became of it; not what is left.
    public var description: String { cause.map { "\($0); \(outcome)" } ?? outcome }
}
