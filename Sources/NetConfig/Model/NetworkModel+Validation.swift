extension NetworkModel {
    /// Checks that the records fit together.
    ///
    /// Of several errors the same one is reported on each run: PIFs before bonds, VLANs, tunnels and networks, and
    /// within a kind the least reference. Takes linear time.
    ///
    /// - Throws: `ModelError` for a reference that leads nowhere, relations whose two ends contradict each other, a PIF
    ///   that is master of two bonds, a bond without slaves, VLANs that stand on themselves, a VLAN PIF without a tag or
    ///   without a VLAN record, and two PIFs on one network or on two networks of one bridge name.
    public func validate() throws(ModelError) {
        try throwFirst(pifs.values.lazy.compactMap(problem(of:)))
        try throwFirst(bonds.values.lazy.compactMap(problem(of:)))
        try throwFirst(vlans.values.lazy.compactMap(problem(of:)))
        try throwFirst(tunnels.values.lazy.compactMap(problem(of:)))
        try throwFirst(networks.values.lazy.compactMap(problem(of:)))
        try checkBridges()
        try checkVLANLoops()
    }

    private func throwFirst(_ problems: some Sequence<ModelError>) throws(ModelError) {
        if let first = problems.min(by: { $0.record < $1.record }) { throw first }
    }

    // MARK: One record

    private func problem(of pif: PIF) -> ModelError? {
        let record = pif.ref.asRecord
        return missing(pif.network, "network", networks, in: record)
            ?? missing(pif.bondSlaveOf, "bond_slave_of", bonds, in: record)
            ?? mismatch(pif.bondMasterOf, "bond_master_of", bonds, \.master, "master", of: pif)
            ?? bondCountProblem(of: pif)
            ?? vlanProblem(of: pif)
            ?? mismatch(pif.vlanSlaveOf, "VLAN_slave_of", vlans, \.taggedPIF, "tagged_PIF", of: pif)
            ?? mismatch(pif.tunnelAccessPIFOf, "tunnel_access_PIF_of", tunnels, \.accessPIF, "access_PIF", of: pif)
            ?? mismatch(
                pif.tunnelTransportPIFOf, "tunnel_transport_PIF_of", tunnels, \.transportPIF, "transport_PIF", of: pif)
    }

    private func bondCountProblem(of pif: PIF) -> ModelError? {
        guard pif.bondMasterOf.count > 1 else { return nil }
        let bonds = pif.bondMasterOf.map(\.text).joined(separator: ", ")
        return ModelError(
            record: pif.ref.asRecord, field: "bond_master_of",
            message: "\(pif) is master of several bonds (\(bonds)), at most one is possible")
    }

    private func vlanProblem(of pif: PIF) -> ModelError? {
        let record = pif.ref.asRecord
        switch (pif.vlan, pif.vlanMasterOf) {
        case (nil, nil): return nil
        case (nil, let vlan?):
            return ModelError(record: record, field: "VLAN", message: "no tag, although \(vlan.asRecord) is this PIF's")
        case (let tag?, nil):
            return ModelError(
                record: record, field: "VLAN_master_of", message: "no VLAN record, although the PIF has tag \(tag)")
        case (_?, let vlan?):
            return mismatch([vlan], "VLAN_master_of", vlans, \.untaggedPIF, "untagged_PIF", of: pif)
        }
    }

    private func problem(of bond: Bond) -> ModelError? {
        let record = bond.ref.asRecord
        if let problem = missing(bond.master, "master", pifs, in: record) { return problem }
        guard !bond.slaves.isEmpty else {
            return ModelError(record: record, field: "slaves", message: "the bond has no slaves")
        }
        for slave in bond.slaves {
            if let problem = missing(slave, "slaves", pifs, in: record) { return problem }
        }
        let slaves = Set(bond.slaves)
        guard slaves.count == bond.slaves.count else {
            return ModelError(record: record, field: "slaves", message: "a slave is listed twice")
        }
        guard !slaves.contains(bond.master) else {
            return ModelError(record: record, field: "slaves", message: "\(bond.master.asRecord) is its own slave")
        }
        return missing(bond.primarySlave, "primary_slave", pifs, in: record)
    }

    private func problem(of vlan: VLAN) -> ModelError? {
        let record = vlan.ref.asRecord
        if let problem = missing(vlan.taggedPIF, "tagged_PIF", pifs, in: record)
            ?? missing(vlan.untaggedPIF, "untagged_PIF", pifs, in: record)
        {
            return problem
        }
        guard let other = pifs[vlan.untaggedPIF]?.vlanMasterOf, other != vlan.ref else { return nil }
        return ModelError(
            record: record, field: "untagged_PIF",
            message: "\(vlan.untaggedPIF.asRecord) belongs to another VLAN, \(other.asRecord)")
    }

    private func problem(of tunnel: Tunnel) -> ModelError? {
        missing(tunnel.accessPIF, "access_PIF", pifs, in: tunnel.ref.asRecord)
            ?? missing(tunnel.transportPIF, "transport_PIF", pifs, in: tunnel.ref.asRecord)
    }

    private func problem(of network: Network) -> ModelError? {
        let record = network.ref.asRecord
        for ref in network.pifs {
            guard let pif = pifs[ref] else { return missing(ref, "PIFs", pifs, in: record) }
            guard pif.network == network.ref else {
                return ModelError(
                    record: record, field: "PIFs",
                    message: "\(ref.asRecord) is on another network, \(pif.network.asRecord)")
            }
        }
        return nil
    }

    // MARK: References

    private func missing<Target: NetworkRecord>(
        _ ref: Ref<Target>?, _ field: String, _ records: [Ref<Target>: Target], in record: @autoclosure () -> String
    ) -> ModelError? {
        guard let ref, records[ref] == nil else { return nil }
        return ModelError(record: record(), field: field, message: "there is no \(ref.asRecord)")
    }

    /// Whether all these records are there and name the PIF in turn.
    private func mismatch<Target: NetworkRecord>(
        _ refs: [Ref<Target>], _ field: String, _ records: [Ref<Target>: Target],
        _ inverse: KeyPath<Target, Ref<PIF>>, _ inverseField: String, of pif: PIF
    ) -> ModelError? {
        for ref in refs {
            guard let record = records[ref] else { return missing(ref, field, records, in: pif.ref.asRecord) }
            let other = record[keyPath: inverse]
            guard other == pif.ref else {
                return ModelError(
                    record: pif.ref.asRecord, field: field,
                    message: "\(ref.asRecord) has another PIF as its \(inverseField), \(other.asRecord)")
            }
        }
        return nil
    }

    // MARK: The whole

    private func checkBridges() throws(ModelError) {
        guard hasSharedBridges else { return }
        // In order, so that of two records the later one is the one in error.
        var byNetwork: [Ref<Network>: Ref<PIF>] = [:]
        var byBridge: [DeviceName: Ref<PIF>] = [:]
        for ref in pifs.keys.sorted() {
            guard let pif = pifs[ref] else { continue }
            if let other = byNetwork.updateValue(ref, forKey: pif.network) {
                throw ModelError(
                    record: ref.asRecord, field: "network",
                    message: "\(pif) is on the same network as \(name(other)): \(pif.network.asRecord)")
            }
            guard let bridge = bridge(of: pif), let other = byBridge.updateValue(ref, forKey: bridge) else { continue }
            let twin = pifs[other]?.network.asRecord ?? "another network"
            throw ModelError(
                record: pif.network.asRecord, field: "bridge",
                message: "\(twin) has the same bridge \(bridge), and both have a PIF: \(name(ref)) and \(name(other))")
        }
    }

    private var hasSharedBridges: Bool {
        var used: Set<Ref<Network>> = []
        var bridges: Set<DeviceName> = []
        for pif in pifs.values {
            guard used.insert(pif.network).inserted else { return true }
            if let bridge = bridge(of: pif), !bridges.insert(bridge).inserted { return true }
        }
        return false
    }

    private func name(_ ref: Ref<PIF>) -> String {
        pifs[ref].map { "\($0) (\(ref.asRecord))" } ?? ref.asRecord
    }

    private func checkVLANLoops() throws(ModelError) {
        // A loop takes a VLAN on a VLAN.
        let stacked = vlans.values.filter { pifs[$0.taggedPIF]?.vlanMasterOf != nil }.map(\.untaggedPIF)
        var cleared: Set<Ref<PIF>> = []
        for start in stacked.sorted() {
            var path: [Ref<PIF>] = []
            var onPath: Set<Ref<PIF>> = []
            var next = pifs[start]
            while let pif = next, !cleared.contains(pif.ref) {
                guard onPath.insert(pif.ref).inserted else {
                    let loop = path.drop { $0 != pif.ref }.map(\.text).joined(separator: ", ")
                    throw ModelError(
                        record: pif.ref.asRecord, field: "VLAN_master_of", message: "the VLAN stands on itself: \(loop)"
                    )
                }
                path.append(pif.ref)
                next = underlyingPIF(of: pif)
            }
            cleared.formUnion(path)
        }
    }
}

extension Ref where Record: NetworkRecord {
    /// How errors call the record: its kind and the reference.
    var asRecord: String { "\(Record.kind.rawValue) \(text)" }
}
