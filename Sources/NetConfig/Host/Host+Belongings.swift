internal import NetConfigSystem
internal import NetConfigCore
internal import SystemPackage

/// What hangs on devices beyond what a ``Link`` describes.
extension Host {
    /// Looks for what a plan may cost, and adds it to what was observed.
    ///
    /// - Returns: Whether there is anything.
    func look(at stake: Stake, _ observed: inout ObservedState) throws -> Bool {
        guard !stake.isEmpty else { return false }
        let belongings = try belongings(at: stake)
        if !belongings.isEmpty { observed.belongings = belongings }
        return !belongings.isEmpty
    }

    /// Looks for what a plan may cost.
    private func belongings(at stake: Stake) throws -> Set<Belonging> {
        guard !stake.removed.isEmpty || !stake.shaken.isEmpty || !stake.released.isEmpty else { return [] }
        return try kernel.belongings(at: stake).union(DeviceSettings.unusual(of: stake.removed))
    }

    /// Puts back what is not there any more.
    ///
    /// - Throws: ``NotRestored`` where some could not be put back; the rest then is.
    func restore(_ lost: [Belonging]) throws {
        var causes = lost.compactMap(DeviceSettings.restore)
        causes += try kernel.restore(lost).map { "\($0.1)" }
        if !causes.isEmpty { throw NotRestored(causes: causes) }
    }
}
