package import NetConfigCore

/// What one more look at the host, after the last step, found.
package struct Verification: Sendable {
    /// What was not as planned.
    package var discrepancies: [Discrepancy] = []
    /// Why the host could not be looked at; `nil` where it was.
    package var obstacle: String?

    /// Adds what a later look of the same run found.
    mutating func append(_ later: Verification) {
        discrepancies += later.discrepancies
        obstacle = obstacle ?? later.obstacle
    }
}
