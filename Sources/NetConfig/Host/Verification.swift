package import NetConfigCore

/// What one more look at the host, after the last step, found.
package struct Verification: Sendable {
    /// What was not as planned.
    package var discrepancies: [Discrepancy] = []
    /// Why the host could not be looked at; `nil` where it was.
    package var obstacle: (any Error)?
}

extension Optional<Verification> {
    /// Adds what a later look of the same run found; `nil` where there was none.
    mutating func append(_ later: Verification?) {
        guard let later else { return }
        self = Verification(
            discrepancies: (self?.discrepancies ?? []) + later.discrepancies, obstacle: self?.obstacle ?? later.obstacle
        )
    }
}
