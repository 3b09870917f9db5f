/// An action failed after it had begun to change the host, and was undone as far as possible. Devices that it had removed may
/// have come back without addresses, routes and settings.
package struct TakenBack: Error, CustomStringConvertible {
    /// Why it failed.
    package let cause: (any Error)?
    /// What became of the change, as a clause.
    package let outcome: String
    /// What differs from before, a sentence each.
    package let left: [String]

    /// Creates an error.
    package init(cause: (any Error)?, outcome: String = "the change was put back", left: [String] = []) {
        (self.cause, self.outcome, self.left) = (cause, outcome, left)
    }

    /// Why it failed and what became of it; not what is left.
    package var description: String { cause.map { "\($0); \(outcome)" } ?? outcome }
}
