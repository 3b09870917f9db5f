extension NetworkModel {
    /// Removes the records that are in error and those that need them, so that the rest is consistent. A broken reference that
    /// nothing depends on (to a bond that does not exist, from a bond to one of several slaves) is removed alone. Takes linear
    /// time.
    ///
    /// - Parameters:
    ///   - broken: The records that could not be read as they should be, each with what is wrong.
    ///   - errors: All that is wrong, with what the comparison of the records found.
    package mutating func leaveOutUnusable(_ broken: [String: ModelError], errors: [ModelError]) {
        guard !errors.isEmpty else { return }
        let whole = self
        var causes = broken
        var leaving = Set(broken.keys)
        for _ in 0..<Self.rounds {
            remove(leaving)
            dropLooseEnds()
            completeInverses()
            let found = ModelValidation(self).blocked
            leaving = Set(found.keys)
            if leaving.isEmpty { break }
            // What refers to a record that was left out is told with what was wrong there.
            for (record, error) in found { causes[record] = error.missing.flatMap { causes[$0] } ?? error }
        }
        if !leaving.isEmpty { self = NetworkModel(warnings: warnings) }
        faults = errors
        unusable = whole.pifs.values.filter { pifs[$0.ref] == nil }.sorted { $0.ref < $1.ref }.map { pif in
            UnusablePIF(
                pif: pif, device: whole.ipDevice(of: pif), fault: causes[pif.ref.asRecord] ?? errors[0])
        }
        warnings += faultWarnings
    }

    /// Each round removes what depends on records removed in the round before. Real chains of VLANs and bonds are shorter than
    /// this.
    private static var rounds: Int { 32 }

    private init(warnings: [Warning]) {
        self.init()
        self.warnings = warnings
    }

    private mutating func remove(_ records: Set<String>) {
        guard !records.isEmpty else { return }
        pifs = pifs.filter { !records.contains($0.key.asRecord) }
        networks = networks.filter { !records.contains($0.key.asRecord) }
        bonds = bonds.filter { !records.contains($0.key.asRecord) }
        vlans = vlans.filter { !records.contains($0.key.asRecord) }
        tunnels = tunnels.filter { !records.contains($0.key.asRecord) }
    }

    /// Removes references to missing records, and those that the other end contradicts, from records that work without them.
    private mutating func dropLooseEnds() {
        for (ref, pif) in pifs {
            if let bond = pif.bondSlaveOf, bonds[bond] == nil { pifs[ref]?.bondSlaveOf = nil }
            let vlans = pif.vlanSlaveOf.filter { self.vlans[$0]?.taggedPIF == ref }
            if vlans.count != pif.vlanSlaveOf.count { pifs[ref]?.vlanSlaveOf = vlans }
            let tunnels = pif.tunnelTransportPIFOf.filter { self.tunnels[$0]?.transportPIF == ref }
            if tunnels.count != pif.tunnelTransportPIFOf.count { pifs[ref]?.tunnelTransportPIFOf = tunnels }
        }
        for (ref, bond) in bonds {
            var seen: Set = [bond.master]
            let slaves = bond.slaves.filter { pifs[$0] != nil && seen.insert($0).inserted }
            if slaves.count != bond.slaves.count { bonds[ref]?.slaves = slaves }
        }
    }

    /// The errors as warnings for a request that does not concern them.
    private var faultWarnings: [Warning] {
        let told = faults.prefix(Self.toldLimit).map { fault in
            Warning("records", "\(fault)")
        }
        guard faults.count > told.count else { return told }
        let rest = "\(faults.count - told.count) more errors: `interface-reconfigure check` shows all"
        return told + [Warning("records", rest)]
    }

    /// At most this many errors are listed.
    private static var toldLimit: Int { 8 }

    /// Whether a reference in the stack of a PIF leads nowhere: the PIF, those below it, and their networks, bonds, VLANs and
    /// tunnels. Of data that XAPI changes while they are read this need not be an error.
    ///
    /// - Parameter isWanted: Tells the PIF.
    /// - Returns: Whether reading them again may help.
    package func isTorn(where isWanted: (PIF) -> Bool) -> Bool {
        if unusable.contains(where: { $0.fault.missing != nil && isWanted($0.pif) }) { return true }
        guard let pif = pifs.values.first(where: isWanted) else { return false }
        let bond = bond(masteredBy: datapathPIF(of: pif))?.ref
        if bond != nil, unusable.contains(where: { $0.fault.missing != nil && $0.pif.bondSlaveOf == bond }) {
            return true
        }
        let torn = Set(faults.filter { $0.missing != nil }.map(\.record))
        return !torn.isDisjoint(with: recordsOfStack(of: pif))
    }

    private func recordsOfStack(of pif: PIF) -> [String] {
        let bond = bond(masteredBy: datapathPIF(of: pif))
        return pifsOfStack(of: pif).flatMap { pif in
            [pif.ref.asRecord, pif.network.asRecord] + pif.tunnelAccessPIFOf.map(\.asRecord)
                + [pif.vlanMasterOf?.asRecord, pif.bondSlaveOf?.asRecord].compactMap { $0 }
        } + [bond?.ref.asRecord].compactMap { $0 }
    }
}
