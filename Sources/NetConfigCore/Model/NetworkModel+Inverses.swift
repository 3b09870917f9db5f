extension NetworkModel {
    /// Makes both ends of each relation say the same, as far as that needs no guess.
    ///
    /// XAPI stores relations twice, as `VLAN.tagged_PIF` and `PIF.VLAN_slave_of`, and installers write only one of the
    /// two. What one end lacks is filled in; where the ends contradict each other they are left for ``validate()``.
    /// PIFs of other hosts, which XAPI lists in its networks, are dropped. Takes linear time.
    package mutating func completeInverses() {
        completeNetworks()
        completeBonds()
        completeVLANs()
        completeTunnels()
    }

    private mutating func completeNetworks() {
        var members: [Ref<Network>: [Ref<PIF>]] = [:]
        for pif in pifs.values { members[pif.network, default: []].append(pif.ref) }
        // An array: the dictionary's own keys would hold on to it, and it would be copied at the first change.
        for ref in Array(networks.keys) {
            networks[ref]?.pifs.keep(members[ref] ?? [])
        }
    }

    private mutating func completeBonds() {
        for (master, bonds) in grouped(bonds, by: \.master) { pifs[master]?.bondMasterOf.add(bonds) }
        // The least reference where several bonds share a slave that names none of them.
        for bond in bonds.values.sorted(by: { $0.ref < $1.ref }) {
            for slave in bond.slaves where pifs[slave]?.bondSlaveOf == nil { pifs[slave]?.bondSlaveOf = bond.ref }
            guard let primary = bond.primarySlave, pifs[primary] == nil else { continue }
            bonds[bond.ref]?.primarySlave = nil
            warnings.append(
                Warning(
                    "bond \(bond.ref)", "primary_slave \(primary) ignored: there is no such PIF",
                    origin: .record(bond.name, field: "primary_slave")))
        }
    }

    private mutating func completeVLANs() {
        let unnamed = vlans.values.filter { pifs[$0.untaggedPIF]?.vlanMasterOf == nil }
        for vlan in unnamed.sorted(by: { $0.ref < $1.ref }) where pifs[vlan.untaggedPIF]?.vlanMasterOf == nil {
            pifs[vlan.untaggedPIF]?.vlanMasterOf = vlan.ref
        }
        for (underlying, vlans) in grouped(vlans, by: \.taggedPIF) { pifs[underlying]?.vlanSlaveOf.add(vlans) }
    }

    private mutating func completeTunnels() {
        for (access, tunnels) in grouped(tunnels, by: \.accessPIF) { pifs[access]?.tunnelAccessPIFOf.add(tunnels) }
        for (transport, tunnels) in grouped(tunnels, by: \.transportPIF) {
            pifs[transport]?.tunnelTransportPIFOf.add(tunnels)
        }
    }

    private func grouped<Record>(
        _ records: [Ref<Record>: Record], by pif: KeyPath<Record, Ref<PIF>>
    ) -> [Ref<PIF>: [Ref<Record>]] {
        var groups: [Ref<PIF>: [Ref<Record>]] = [:]
        for (ref, record) in records { groups[record[keyPath: pif], default: []].append(ref) }
        return groups
    }
}

extension Array where Element: Hashable & Comparable {
    /// Appends what is missing, in order.
    fileprivate mutating func add(_ members: [Element]) {
        let known = Set(self)
        let missing = members.filter { !known.contains($0) }
        guard !missing.isEmpty else { return }
        self += missing.sorted()
    }

    /// Drops what is no member and appends the members that are missing.
    fileprivate mutating func keep(_ members: [Element]) {
        guard self != members else { return }
        let wanted = Set(members)
        removeAll { !wanted.contains($0) }
        add(members)
    }
}
