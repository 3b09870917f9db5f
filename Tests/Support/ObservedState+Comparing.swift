package import NetConfigCore

/// States as the laws compare them.
extension ObservedState {
    /// The state as it would be read: the kernel knows every MTU and every offload, also where the model of it does not.
    package var settled: ObservedState {
        var state = self
        for (name, link) in links {
            // Most are settled already, and what is not written is not copied.
            if link.mtu == nil { state.links[name]?.mtu = vswitchMTU(ofPort: name) ?? 1500 }
            for (offload, isOn) in [(Offload.tso, true), (.gro, true), (.lro, false)]
            where link.offloads[offload] == nil {
                state.links[name]?.offloads[offload] = isOn
            }
        }
        // A card that left its bond has an MTU of its own again, and lowers that of the VLANs on it.
        for (name, link) in state.links {
            guard case .vlan(let vlan) = link.kind, let limit = state.links[vlan.parent]?.mtu else { continue }
            if link.mtu ?? limit + 1 > limit { state.links[name]?.mtu = limit }
        }
        return state
    }

    /// What ovs-vswitchd gives a port of its own: what its row asks for, else the least MTU of the bridge's other ports.
    private func vswitchMTU(ofPort name: DeviceName) -> Int? {
        guard let vswitch, vswitch.isInternal(name.text), let bridge = vswitch.bridge(ofPort: name.text) else {
            return nil
        }
        if let request = vswitch.requestedMTU(of: name) { return request }
        return vswitch.externalInterfaces(of: vswitch.bridges[bridge]).compactMap {
            DeviceName($0).flatMap { links[$0] }?.mtu ?? 1500
        }.min()
    }

    /// The state without what comes from outside and comes again: a lease's addresses and routes. Addresses, routes and
    /// clients are sorted, since their order means nothing here.
    package var withoutLeases: ObservedState {
        var state = self
        for (name, link) in links {
            state.links[name]?.addresses = link.addresses.filter { !$0.isDynamic }.sorted()
            state.links[name]?.routes = link.routes.filter { $0.origin != .boot }.sorted()
            // Of a slave the kernel tells the address of its card, of many another device it does not.
            state.links[name]?.permanentMAC = nil
        }
        // A bridge that is made again is a switch, whatever was done to its flows before.
        state.vswitch?.empty = []
        state.dhcpClients.sort { ($0.device, $0.family.rawValue) < ($1.device, $1.family.rawValue) }
        return state
    }

    /// The state without what `down` leaves on a card on purpose: its offloads, its MTU, its IPv6 settings; and without the
    /// files for other tools.
    package var withoutSettings: ObservedState {
        var state = withoutLeases
        for name in links.keys {
            state.links[name]?.offloads = [:]
            state.links[name]?.settings = nil
            state.links[name]?.mtu = nil
            state.links[name]?.ipv6 = nil
        }
        state.files = state.files.filter { $0.key == HostFile.attached }
        return state
    }

    /// Leaves only the rows of some names, and in them no other names.
    package mutating func keepRows(of names: Set<DeviceName>) {
        let names = Set(names.map(\.text))
        func kept(_ rows: [String: VswitchRow]) -> [String: VswitchRow] {
            rows.filter { names.contains($0.key) }.mapValues {
                VswitchRow(columns: $0.columns, members: $0.members.filter(names.contains))
            }
        }
        guard let rows = vswitch else { return }
        vswitch = VswitchState(
            bridges: kept(rows.bridges), ports: kept(rows.ports), interfaces: kept(rows.interfaces))
    }

    /// A virtual machine's interface appears on some bridge.
    package mutating func plugGuest(_ random: inout SeededGenerator) {
        guard let name = DeviceName("tap\(links.count)"), links[name] == nil else { return }
        var bridges = links.keys.sorted().filter { if case .bridge = links[$0]?.kind { true } else { false } }.map(
            \.text)
        if let vswitch { bridges = vswitch.bridges.keys.sorted() }
        guard !bridges.isEmpty else { return }
        let bridge = random.one(of: bridges)
        links[name] = Link(
            kind: .other("tun"), mac: MACAddress(bits: 0x5254_00FF_0000), mtu: 9000, isUp: true,
            master: vswitch == nil ? DeviceName(bridge) : nil)
        vswitch?.interfaces[name.text] = VswitchRow()
        vswitch?.ports[name.text] = VswitchRow(members: [name.text])
        vswitch?.bridges[bridge]?.insert(name.text)
    }

    /// What another state has differently, in words.
    package func differences(from other: ObservedState) -> String {
        var found: [String] = []
        for name in Set(links.keys).union(other.links.keys).sorted() where links[name] != other.links[name] {
            found.append(
                "\(name): \(links[name].map { "\($0)" } ?? "none")\n  and \(other.links[name].map { "\($0)" } ?? "none")"
            )
        }
        if vswitch != other.vswitch {
            found.append("rows: \((vswitch ?? .init()).changes(to: other.vswitch ?? .init()))")
        }
        if dhcpClients != other.dhcpClients { found.append("DHCP: \(dhcpClients)\n  and \(other.dhcpClients)") }
        if files != other.files { found.append("files: \(files)\n  and \(other.files)") }
        return found.joined(separator: "\n")
    }
}

extension [LinkAddress] {
    /// In the order of the addresses.
    package func sorted() -> [LinkAddress] { sorted { $0.prefix < $1.prefix } }
}

extension [Route] {
    /// In the order of the destinations.
    package func sorted() -> [Route] { sorted { ($0.destination, "\($0)") < ($1.destination, "\($1)") } }
}
