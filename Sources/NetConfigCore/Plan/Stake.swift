/// The devices whose other belongings (neighbours, qdiscs, routes of other tables) a plan may destroy. Only these are examined
/// before the plan is carried out.
package struct Stake: Equatable {
    /// Devices that are deleted or recreated.
    package var removed: Set<DeviceName> = []
    /// Devices that go down or change addresses, and so lose entries of the kernel's tables.
    package var shaken: Set<DeviceName> = []
    /// Devices that leave their master.
    package var released: Set<DeviceName> = []

    /// Whether nothing is at stake.
    package var isEmpty: Bool { self == Stake() }

    /// Finds what a plan puts at stake.
    package init(_ plan: Plan) {
        var rows = plan.start.vswitch
        for step in plan.steps { add(step.action, plan.start, &rows) }
        // What the plan itself makes has nothing yet.
        func isThere(_ name: DeviceName) -> Bool { plan.start.links[name] != nil }
        removed = removed.filter(isThere)
        shaken = shaken.filter(isThere).subtracting(removed)
        released = released.filter(isThere).subtracting(removed)
    }

    private init() {}

    private mutating func add(_ action: Action, _ start: ObservedState, _ rows: inout VswitchState?) {
        switch action {
        case .deleteLink(let name): remove(name, start)
        case .setDown(let name), .setMAC(let name, _): shake(name, start)
        case .setMTU(let name, let mtu) where mtu < Self.leastIPv6MTU: shake(name, start)
        case .removeAddress(let name, _): shaken.insert(name)
        case .stopDHCP(let client): shaken.insert(client.device)
        case .startDHCP(let client, _):
            // Taking it back ends the client, and takes its address.
            shaken.insert(client.device)
        case .setMaster(let name, _):
            guard let master = start.links[name]?.master else { break }
            released.insert(name)
            if case .bond = start.links[master]?.kind { shake(name, start) }
        case .changeVswitch(let changes):
            guard let old = rows else { break }
            for change in changes { rows?.apply(change) }
            guard let new = rows else { break }
            removed.formUnion(old.internalDevices.subtracting(new.internalDevices))
            removed.formUnion(new.devicesMade(since: old))
            shaken.formUnion(
                new.internalDevices.filter { new.macAddress(ofInternal: $0) != old.macAddress(ofInternal: $0) })
        default: break
        }
    }

    private mutating func remove(_ name: DeviceName, _ start: ObservedState) {
        guard removed.insert(name).inserted else { return }
        released.formUnion(start.ports(of: name))
        if case .bond = start.links[name]?.kind { for slave in start.ports(of: name) { shake(slave, start) } }
        for vlan in start.vlanLinks(on: name) { remove(vlan, start) }
    }

    /// VLAN links follow.
    private mutating func shake(_ name: DeviceName, _ start: ObservedState) {
        guard shaken.insert(name).inserted else { return }
        for vlan in start.vlanLinks(on: name) { shake(vlan, start) }
    }

    /// With less a device has no IPv6 (RFC 8200, section 5).
    static var leastIPv6MTU: Int { 1280 }
}
