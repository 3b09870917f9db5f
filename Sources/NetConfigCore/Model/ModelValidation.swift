/// Checks that records are consistent with each other.
package struct ModelValidation {
    private let model: NetworkModel
    /// Records that exist but could not be read: references to them are not reported again.
    private let unreadable: Set<String>
    /// What is wrong.
    package private(set) var errors: [ModelError] = []
    /// The unusable records, each with its first error. Where records exclude each other, all of them are listed.
    package private(set) var blocked: [String: ModelError] = [:]

    /// Finds all errors: PIFs before bonds, VLANs, tunnels and networks, within a kind by reference, and last what concerns
    /// several records. Takes linear time.
    package init(_ model: NetworkModel, unreadable: Set<String> = []) {
        self.model = model
        self.unreadable = unreadable
        checkEach(model.pifs.values) { $0.check($1) }
        checkEach(model.bonds.values) { $0.check($1) }
        checkEach(model.vlans.values) { $0.check($1) }
        checkEach(model.tunnels.values) { $0.check($1) }
        checkEach(model.networks.values) { $0.check($1) }
        checkBridges()
        checkVLANLoops()
        checkTwinCards()
        checkTwinVLANs()
    }

    private mutating func checkEach<Record>(
        _ records: some Sequence<Record>, _ check: (inout ModelValidation, Record) -> Void
    ) {
        let before = errors.count
        for record in records { check(&self, record) }
        guard errors.count > before + 1 else { return }
        // Stable: of one record's errors the first check's comes first.
        let found = errors[before...].enumerated().sorted {
            ($0.element.record, $0.offset) < ($1.element.record, $1.offset)
        }
        errors.replaceSubrange(before..., with: found.map(\.element))
    }

    private mutating func add(
        _ record: String, _ field: String, _ message: String, missing: String? = nil, blocks: Bool = true,
        alsoBlocking other: String? = nil
    ) {
        var error = ModelError(record: record, field: field, message: message)
        error.missing = missing
        errors.append(error)
        guard blocks else { return }
        for record in [record, other].compactMap({ $0 }) where blocked[record] == nil { blocked[record] = error }
    }
}

// MARK: One record

extension ModelValidation {
    private mutating func check(_ pif: PIF) {
        checkPresence(pif.network, "network", model.networks, in: pif.ref)
        checkPresence(pif.bondSlaveOf, "bond_slave_of", model.bonds, in: pif.ref)
        checkInverse(pif.bondMasterOf, "bond_master_of", model.bonds, \.master, "master", of: pif)
        if pif.bondMasterOf.count > 1 {
            let bonds = pif.bondMasterOf.prefix(RecordLimit.depth).map(\.text).joined(separator: ", ")
            add(
                pif.ref.asRecord, "bond_master_of",
                "\(pif) is the master of several bonds (\(bonds)), but a PIF can be the master of one only")
        }
        checkVLAN(of: pif)
        if pif.vlanSlaveOf.count > RecordLimit.vlans {
            add(
                pif.ref.asRecord, "VLAN_slave_of",
                RecordLimit.message("\(pif)", pif.vlanSlaveOf.count, of: "VLANs", allowed: RecordLimit.vlans))
        }
        checkInverse(pif.vlanSlaveOf, "VLAN_slave_of", model.vlans, \.taggedPIF, "tagged_PIF", of: pif)
        checkInverse(
            pif.tunnelAccessPIFOf, "tunnel_access_PIF_of", model.tunnels, \.accessPIF, "access_PIF", of: pif)
        checkInverse(
            pif.tunnelTransportPIFOf, "tunnel_transport_PIF_of", model.tunnels, \.transportPIF, "transport_PIF",
            of: pif)
    }

    private mutating func checkVLAN(of pif: PIF) {
        switch (pif.vlan, pif.vlanMasterOf) {
        case (nil, nil): break
        case (nil, let vlan?):
            add(pif.ref.asRecord, "VLAN", "no tag, although \(vlan.asRecord) makes this PIF a VLAN")
        case (let tag?, nil):
            add(pif.ref.asRecord, "VLAN_master_of", "no VLAN record, although the PIF has tag \(tag)")
        case (_?, let vlan?):
            checkInverse([vlan], "VLAN_master_of", model.vlans, \.untaggedPIF, "untagged_PIF", of: pif)
        }
    }

    private mutating func check(_ bond: Bond) {
        let record = bond.ref.asRecord
        checkPresence(bond.master, "master", model.pifs, in: bond.ref)
        if bond.slaves.isEmpty { add(record, "slaves", "the bond has no slaves") }
        for slave in bond.slaves { checkPresence(slave, "slaves", model.pifs, in: bond.ref) }
        let slaves = Set(bond.slaves)
        if slaves.count != bond.slaves.count { add(record, "slaves", "a slave is listed twice") }
        if slaves.contains(bond.master) { add(record, "slaves", "\(bond.master.asRecord) is its own slave") }
        checkPresence(bond.primarySlave, "primary_slave", model.pifs, in: bond.ref)
    }

    private mutating func check(_ vlan: VLAN) {
        checkPresence(vlan.taggedPIF, "tagged_PIF", model.pifs, in: vlan.ref)
        checkPresence(vlan.untaggedPIF, "untagged_PIF", model.pifs, in: vlan.ref)
        guard let other = model.pifs[vlan.untaggedPIF]?.vlanMasterOf, other != vlan.ref else { return }
        add(
            vlan.ref.asRecord, "untagged_PIF",
            "\(vlan.untaggedPIF.asRecord) belongs to another VLAN, \(other.asRecord)")
    }

    private mutating func check(_ tunnel: Tunnel) {
        checkPresence(tunnel.accessPIF, "access_PIF", model.pifs, in: tunnel.ref)
        checkPresence(tunnel.transportPIF, "transport_PIF", model.pifs, in: tunnel.ref)
    }

    private mutating func check(_ network: Network) {
        for ref in network.pifs {
            guard let pif = model.pifs[ref] else {
                checkPresence(ref, "PIFs", model.pifs, in: network.ref)
                continue
            }
            guard pif.network != network.ref else { continue }
            add(
                network.ref.asRecord, "PIFs", "\(ref.asRecord) is on another network, \(pif.network.asRecord)")
        }
    }
}

// MARK: References

extension ModelValidation {
    private mutating func checkPresence<Target: NetworkRecord, Source: NetworkRecord>(
        _ ref: Ref<Target>?, _ field: String, _ records: [Ref<Target>: Target], in source: Ref<Source>
    ) {
        guard let ref, records[ref] == nil, !unreadable.contains(ref.asRecord) else { return }
        add(source.asRecord, field, "there is no \(ref.asRecord)", missing: ref.asRecord)
    }

    /// Checks that all these records are there and name the PIF in turn.
    private mutating func checkInverse<Target: NetworkRecord>(
        _ refs: [Ref<Target>], _ field: String, _ records: [Ref<Target>: Target],
        _ inverse: KeyPath<Target, Ref<PIF>>, _ inverseField: String, of pif: PIF
    ) {
        for ref in refs {
            guard let record = records[ref] else {
                checkPresence(ref, field, records, in: pif.ref)
                continue
            }
            let other = record[keyPath: inverse]
            guard other != pif.ref else { continue }
            add(
                pif.ref.asRecord, field,
                "\(ref.asRecord) has another PIF as its \(inverseField), \(other.asRecord)")
        }
    }
}

// MARK: The whole

extension ModelValidation {
    private mutating func checkBridges() {
        guard hasSharedBridges else { return }
        // In order, so that of two records the later one is the one in error.
        var byNetwork: [Ref<Network>: Ref<PIF>] = [:]
        var byBridge: [DeviceName: Ref<PIF>] = [:]
        for ref in model.pifs.keys.sorted() {
            guard let pif = model.pifs[ref] else { continue }
            if let other = byNetwork.updateValue(ref, forKey: pif.network) {
                add(
                    ref.asRecord, "network",
                    "\(pif) is on the same network as \(name(other)): \(pif.network.asRecord)",
                    alsoBlocking: other.asRecord)
                continue
            }
            guard let bridge = model.bridge(of: pif), let other = byBridge.updateValue(ref, forKey: bridge) else {
                continue
            }
            let twin = model.pifs[other]?.network.asRecord ?? "another network"
            add(
                pif.network.asRecord, "bridge",
                "\(twin) has the same bridge \(bridge), and both have a PIF: \(name(ref)) and \(name(other))",
                alsoBlocking: model.pifs[other]?.network.asRecord)
        }
    }

    private var hasSharedBridges: Bool {
        var used = Set<Ref<Network>>(minimumCapacity: model.pifs.count)
        var bridges = Set<DeviceName>(minimumCapacity: model.pifs.count)
        for pif in model.pifs.values {
            guard used.insert(pif.network).inserted else { return true }
            if let bridge = model.bridge(of: pif), !bridges.insert(bridge).inserted { return true }
        }
        return false
    }

    private func name(_ ref: Ref<PIF>) -> String {
        model.pifs[ref].map { "\($0) (\(ref.asRecord))" } ?? ref.asRecord
    }

    private mutating func checkVLANLoops() {
        // A loop takes a VLAN on a VLAN.
        let stacked = model.vlans.values.filter { model.pifs[$0.taggedPIF]?.vlanMasterOf != nil }.map(\.untaggedPIF)
        // How many VLANs are below each PIF, itself included.
        var depths: [Ref<PIF>: Int] = [:]
        for start in stacked.sorted() {
            var path: [Ref<PIF>] = []
            var onPath: Set<Ref<PIF>> = []
            var next = model.pifs[start]
            while let pif = next, depths[pif.ref] == nil {
                guard onPath.insert(pif.ref).inserted else {
                    let loop = path.drop { $0 != pif.ref }.prefix(RecordLimit.depth).map(\.text)
                    let names = (loop + [pif.ref.text]).joined(separator: " -> ")
                    add(pif.ref.asRecord, "VLAN_master_of", "VLAN loop: \(names)")
                    next = nil
                    break
                }
                path.append(pif.ref)
                next = model.underlyingPIF(of: pif)
            }
            var depth = next.flatMap { depths[$0.ref] } ?? -1
            for ref in path.reversed() {
                depth += 1
                depths[ref] = depth
                guard depth > RecordLimit.depth else { continue }
                add(
                    ref.asRecord, "VLAN_master_of",
                    "\(depth) VLANs are stacked on each other; at most \(RecordLimit.depth) are allowed")
            }
        }
    }

    /// Reports networks that share one card: either is possible, but not both at once, as with VLANs.
    private mutating func checkTwinCards() {
        let onCards = model.pifs.values.lazy.filter { pif in
            pif.vlan == nil && pif.vlanMasterOf == nil && pif.tunnelAccessPIFOf.isEmpty
        }
        var cards = Set<DeviceName>(minimumCapacity: model.pifs.count)
        // Nearly always there are none, and nothing to put in order.
        guard onCards.contains(where: { !cards.insert($0.device).inserted }) else { return }
        var first: [DeviceName: Ref<PIF>] = [:]
        for pif in onCards.sorted(by: { $0.ref < $1.ref }) {
            guard let other = first[pif.device] else {
                first[pif.device] = pif.ref
                continue
            }
            add(
                pif.ref.asRecord, "device",
                "\(other.asRecord) has the same card \(pif.device), but a card can be in one network only",
                blocks: false)
        }
    }

    /// Reports networks that share one VLAN: either is possible, and only the host knows which one is attached.
    private mutating func checkTwinVLANs() {
        struct Place: Hashable {
            var pif: Ref<PIF>
            var tag: UInt16
        }
        var seen = Set<Place>(minimumCapacity: model.vlans.count)
        let isShared = model.vlans.values.contains { vlan in
            guard let tag = model.pifs[vlan.untaggedPIF]?.vlan else { return false }
            return !seen.insert(Place(pif: vlan.taggedPIF, tag: tag)).inserted
        }
        guard isShared else { return }
        var first: [Ref<PIF>: [UInt16: Ref<PIF>]] = [:]
        for vlan in model.vlans.values.sorted(by: { $0.untaggedPIF < $1.untaggedPIF }) {
            guard let tag = model.pifs[vlan.untaggedPIF]?.vlan else { continue }
            guard let other = first[vlan.taggedPIF]?[tag] else {
                first[vlan.taggedPIF, default: [:]][tag] = vlan.untaggedPIF
                continue
            }
            guard other != vlan.untaggedPIF else { continue }
            add(
                vlan.untaggedPIF.asRecord, "VLAN",
                "\(other.asRecord) has the same tag \(tag) on the same PIF, but a VLAN can be in one network only",
                blocks: false)
        }
    }
}
