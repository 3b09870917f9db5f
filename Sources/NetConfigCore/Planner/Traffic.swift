/// Where frames pass in a state of the host: which bridges carry traffic, and through which uplinks.
struct Traffic {
    private let state: ObservedState
    /// The bridges and bridgeless devices of the records that existed at the start.
    let names: Set<DeviceName>
    /// The working uplinks of each bridge. A fake bridge has those of its parent bridge.
    private var uplinks: [DeviceName: [DeviceName]] = [:]

    /// Examines a state. Ports that are not devices of the records count as virtual machines'.
    init(in state: ObservedState, _ model: NetworkModel) {
        let names = model.pifs.values.compactMap(model.ipDevice).filter { state.links[$0] != nil }
        self.init(in: state, names: Set(names), devices: Set(model.pifs.values.compactMap(model.netdev)))
    }

    /// Examines a later state of the same host.
    func later(_ state: ObservedState) -> Traffic { Traffic(in: state, names: names, devices: devices) }

    private let devices: Set<DeviceName>

    /// Examines a state: whether traffic passes some bridges and devices, by way of others.
    init(in state: ObservedState, names: Set<DeviceName>, devices: Set<DeviceName>) {
        self.state = state
        self.names = names
        self.devices = devices
        for (name, link) in state.links {
            if let master = link.master, works(name) { uplinks[master, default: []].append(name) }
        }
        guard let vswitch = state.vswitch else { return }
        for row in vswitch.bridges.values {
            let working = vswitch.externalInterfaces(of: row).compactMap(DeviceName.init(interface:)).filter(works)
            for port in row.members where vswitch.isInternal(port) {
                DeviceName(interface: port).map { uplinks[$0] = working }
            }
        }
    }

    /// Whether a bridge or bridgeless device passes traffic. A bridge that had no uplink at the start needs none: its network
    /// is internal.
    func passes(_ name: DeviceName, since start: Traffic) -> Bool {
        guard let link = state.links[name] else { return false }
        let isSwitched = state.vswitch?.isInternal(name.text) == true
        // Open vSwitch forwards whether its own port is up or not.
        guard link.isUp || isSwitched else { return false }
        guard link.isBridge || isSwitched else { return link.master == nil && isUp(name) }
        return uplinks[name]?.isEmpty == false || start.uplinks[name]?.isEmpty != false
    }

    /// Whether a card is the device itself, or the only uplink of a bridge.
    func depends(_ name: DeviceName, on card: DeviceName) -> Bool {
        if name == card { return true }
        guard let uplinks = uplinks[name], !uplinks.isEmpty else { return false }
        return uplinks.allSatisfy { uplink in
            guard case .vlan(let vlan) = state.links[uplink]?.kind else { return uplink == card }
            return vlan.parent == card
        }
    }

    /// Whether a device of the records is up.
    private func works(_ name: DeviceName) -> Bool { devices.contains(name) && isUp(name) }

    /// Whether a card, bond or VLAN link is up, and everything below it.
    private func isUp(_ name: DeviceName) -> Bool {
        guard let link = state.links[name], link.isUp else { return false }
        return switch link.kind {
        case .bond: state.ports(of: name).contains { state.links[$0]?.isUp == true }
        case .vlan(let vlan): isUp(vlan.parent)
        default: true
        }
    }
}
