/// Where a host can be reached, as far as its devices show.
extension ObservedState {
    /// The devices that have an address, or a client that gets one, and a way to the wire.
    var reachable: Set<DeviceName> { Set(links.keys.filter { isAddressed($0) && isReachable($0) }) }

    /// Whether a device has an address, or a DHCP client.
    func isAddressed(_ name: DeviceName) -> Bool {
        links[name]?.addresses.isEmpty == false || dhcpClients.contains { $0.device == name }
    }

    /// Whether a device is there and has a card below it.
    func isReachable(_ name: DeviceName) -> Bool { hasCard(name, depth: 0, takenForCards: []) }

    /// The same of a part of a state, where the device that is not in it, since the run did not change it, counts as a card.
    func mayBeReachable(_ name: DeviceName) -> Bool {
        let named = vswitch.map { rows in Set(rows.interfaces.keys.compactMap(DeviceName.init(interface:))) } ?? []
        let parents = links.values.compactMap { if case .vlan(let vlan) = $0.kind { vlan.parent } else { nil } }
        return hasCard(name, depth: 0, takenForCards: named.union(parents).filter { links[$0] == nil && !$0.isGuests })
    }

    private func hasCard(_ name: DeviceName, depth: Int, takenForCards: Set<DeviceName>) -> Bool {
        func isCardHere(_ name: DeviceName) -> Bool { isCard(name) || takenForCards.contains(name) }
        // Nothing is stacked higher.
        guard let link = links[name], depth < 8 else { return takenForCards.contains(name) }
        if let rows = vswitch, rows.isInternal(name.text), let bridge = rows.bridge(ofPort: name.text) {
            return rows.externalInterfaces(of: rows.bridges[bridge]).compactMap(DeviceName.init(interface:))
                .contains(where: isCardHere)
        }
        switch link.kind {
        case .bridge, .bond:
            return ports(of: name).contains { hasCard($0, depth: depth + 1, takenForCards: takenForCards) }
        case .vlan(let vlan): return hasCard(vlan.parent, depth: depth + 1, takenForCards: takenForCards)
        case .other: return isCard(name)
        }
    }
}
