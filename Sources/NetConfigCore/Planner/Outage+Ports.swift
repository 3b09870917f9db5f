/// The ports of a bridge, as an outage tells them.
extension Outage {
    /// The ports of a bridge in a state: on the Linux bridge the devices enslaved to it, on Open vSwitch those of its rows.
    ///
    /// - Parameters:
    ///   - bridge: The bridge, or the fake bridge of a VLAN.
    ///   - state: What is there.
    ///   - cards: The cards that the records describe: the ports that are neither a card, a guest's, a bond nor a VLAN link
    ///     are others.
    /// - Returns: The devices, each bond before its slaves.
    static func ports(of bridge: DeviceName, in state: ObservedState, cards: Set<DeviceName>) -> [Port] {
        func port(_ device: String) -> Port {
            let name = DeviceName(device)
            if name?.isGuests == true { return Port(device: device, role: .guest) }
            return switch name.flatMap({ state.links[$0] })?.kind {
            case .bond: Port(device: device, role: .bond)
            case .vlan: Port(device: device, role: .vlan)
            default: Port(device: device, role: name.map(cards.contains) == true ? .card : .other)
            }
        }
        if let vswitch = state.vswitch, vswitch.bridge(ofPort: bridge.text) != nil {
            return vswitch.portNames(of: bridge.text).flatMap { name in
                let interfaces = vswitch.ports[name]?.members ?? []
                guard interfaces.count > 1 else { return [port(name)] }
                return [Port(device: name, role: .bond)] + interfaces.map(port)
            }
        }
        return state.ports(of: bridge).flatMap { name in
            let slaves = state.links[name]?.isBond == true ? state.ports(of: name) : []
            return [port(name.text)] + slaves.map { port($0.text) }
        }
    }
}

extension VswitchState {
    /// The ports of a bridge but its own; of a fake bridge those with its tag.
    fileprivate func portNames(of bridge: String) -> [String] {
        if let row = bridges[bridge] {
            return row.members.filter { $0 != bridge && ports[$0]?["fake_bridge"] != .boolean(true) }
        }
        guard let tag = ports[bridge]?.tag, let parent = self.bridge(ofPort: bridge) else { return [] }
        return (bridges[parent]?.members ?? []).filter { $0 != bridge && ports[$0]?.tag == tag }
    }
}
