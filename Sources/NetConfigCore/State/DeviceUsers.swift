/// Which devices are stacked on which, computed in one pass: a host has hundreds of them.
package struct DeviceUsers {
    private var users: [DeviceName: [DeviceName]] = [:]

    /// Goes through a state: a master stands on its ports, a VLAN link on its parent, a bridge of Open vSwitch on its cards,
    /// and a fake bridge on that bridge.
    package init(_ state: ObservedState) {
        for (name, link) in state.links {
            if let master = link.master { users[name, default: []].append(master) }
            if case .vlan(let vlan) = link.kind { users[vlan.parent, default: []].append(name) }
        }
        guard let vswitch = state.vswitch else { return }
        for (name, row) in vswitch.bridges {
            guard let bridge = DeviceName(interface: name) else { continue }
            for card in vswitch.externalInterfaces(of: row).compactMap(DeviceName.init(interface:)) {
                users[card, default: []].append(bridge)
            }
            let fakes = row.members.filter { vswitch.ports[$0]?["fake_bridge"] == .boolean(true) }
            users[bridge, default: []] += fakes.compactMap(DeviceName.init(interface:))
        }
    }

    /// The devices that are stacked on some others, directly or indirectly.
    package func devices(above names: Set<DeviceName>) -> Set<DeviceName> {
        var found: Set<DeviceName> = []
        var open = Array(names)
        while let name = open.popLast() {
            for user in users[name] ?? [] where found.insert(user).inserted { open.append(user) }
        }
        return found
    }
}
