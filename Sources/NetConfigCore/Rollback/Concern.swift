/// What of a host a change concerns: the devices that it touches, those that they are on or under, and their rows.
struct Concern {
    private var devices: Set<DeviceName> = []
    private var rows: [VswitchTable: Set<String>] = [:]

    /// Computes it for some actions, from the states before and after them.
    init(of actions: [Action], from start: ObservedState, to end: ObservedState) {
        var touched = Set(actions.flatMap(\.devices)).union(end.links.keys(differingFrom: start.links))
        if let before = start.vswitch, let after = end.vswitch {
            for table in VswitchTable.allCases { rows[table] = Set(after[table].keys(differingFrom: before[table])) }
        }
        for case .changeVswitch(let changes) in actions {
            for change in changes { rows[change.table, default: []].insert(change.name) }
        }
        for case .addFlows(let bridge, _) in actions { rows[.bridge, default: []].insert(bridge) }
        for case .removeFlows(let bridge, _) in actions { rows[.bridge, default: []].insert(bridge) }
        touched.formUnion(rows.values.joined().compactMap { DeviceName(interface: $0) })
        let states = [start, end]
        Self.addLower(states, to: &touched)
        devices = touched.union(states.flatMap { state in touched.flatMap { state.links[$0]?.upper ?? [] } })
        for vswitch in states.compactMap(\.vswitch) { addRows(of: vswitch) }
    }

    /// Adds what the touched devices carry, or have as ports: the kernel changes these along with them.
    private static func addLower(_ states: [ObservedState], to touched: inout Set<DeviceName>) {
        var count = 0
        while count != touched.count {
            count = touched.count
            for (name, link) in states.flatMap(\.links) where !touched.isDisjoint(with: link.upper) {
                touched.insert(name)
            }
        }
    }

    /// Adds the rows that those of the change, and its devices, are found by.
    private mutating func addRows(of vswitch: VswitchState) {
        var (bridges, ports, interfaces) = (rows[.bridge] ?? [], rows[.port] ?? [], rows[.interface] ?? [])
        interfaces.formUnion(devices.map(\.text))
        ports.formUnion(interfaces)
        for (name, row) in vswitch.ports where !interfaces.isDisjoint(with: row.members) { ports.insert(name) }
        for (name, row) in vswitch.bridges where !ports.isDisjoint(with: row.members) { bridges.insert(name) }
        ports.formUnion(bridges)
        for port in ports { interfaces.formUnion(vswitch.ports[port]?.members ?? []) }
        (rows[.bridge], rows[.port], rows[.interface]) = (bridges, ports, interfaces)
    }

    /// The part of a state that is concerned.
    func part(of state: ObservedState) -> ObservedState {
        var part = state
        part.links = state.links.filter { devices.contains($0.key) }
        part.vswitch = state.vswitch.map { rows(of: $0) }
        part.dhcpClients = state.dhcpClients.filter { devices.contains($0.device) }
        part.otherClients = nil
        part.obstacles = nil
        part.otherRoutes = state.otherRoutes?.filter { !devices.isDisjoint(with: $0.devices) }
        part.belongings = state.belongings?.filter { !devices.isDisjoint(with: $0.devices) }
        return part
    }

    private func rows(of vswitch: VswitchState) -> VswitchState {
        var part = vswitch
        for table in VswitchTable.allCases {
            let names = rows[table] ?? []
            part[table] = vswitch[table].filter { names.contains($0.key) }
        }
        let bridges = rows[.bridge] ?? []
        part.flows = vswitch.flows.filter { bridges.contains($0.key) }
        part.controlled = vswitch.controlled.intersection(bridges)
        part.empty = vswitch.empty.intersection(bridges)
        part.controllers = vswitch.controllers.filter { bridges.contains($0.key) }
        part.failing = vswitch.failing.filter { rows[.interface]?.contains($0.key) == true }
        return part
    }
}

extension Link {
    /// The device that it is a port of, and the one that it is a VLAN of.
    fileprivate var upper: [DeviceName] {
        guard case .vlan(let vlan) = kind else { return master.map { [$0] } ?? [] }
        return [vlan.parent] + (master.map { [$0] } ?? [])
    }
}

extension Action {
    /// All devices that the action names.
    fileprivate var devices: [DeviceName] {
        switch self {
        case .setMaster(let name, let master): [name] + (master.map { [$0] } ?? [])
        case .addRoute(let name, let route), .removeRoute(let name, let route): [name] + route.forkDevices
        case .restore(let lost): lost.flatMap(\.devices)
        default: device.map { [$0] } ?? []
        }
    }
}
