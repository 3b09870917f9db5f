/// Where a host can be reached, as far as its devices show.
extension ObservedState {
    /// The devices that have an address, or a client that gets one, and a way to the wire.
    var reachable: Set<DeviceName> { Set(links.keys.filter { isAddressed($0) && isReachable($0) }) }

    /// Whether a device has an address, or a DHCP client.
    func isAddressed(_ name: DeviceName) -> Bool {
        links[name]?.addresses.isEmpty == false || dhcpClients.contains { $0.device == name }
    }

    /// Whether a device is there and has a card below it.
    func isReachable(_ name: DeviceName) -> Bool { hasCard(name, depth: 0) }

    private func hasCard(_ name: DeviceName, depth: Int) -> Bool {
        // Nothing is stacked higher.
        guard let link = links[name], depth < 8 else { return false }
        if let rows = vswitch, rows.isInternal(name.text), let bridge = rows.bridge(ofPort: name.text) {
            return rows.externalInterfaces(of: rows.bridges[bridge]).compactMap(DeviceName.init(interface:))
                .contains(where: isCard)
        }
        switch link.kind {
        case .bridge, .bond: return ports(of: name).contains { hasCard($0, depth: depth + 1) }
        case .vlan(let vlan): return hasCard(vlan.parent, depth: depth + 1)
        case .other: return isCard(name)
        }
    }
}
