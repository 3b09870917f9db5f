/// What a change to Open vSwitch rows does to the kernel's devices.
extension ObservedState {
    /// Applies changed rows, and makes and removes the devices that ovs-vswitchd makes and removes for them.
    mutating func change(_ changes: [VswitchChange]) {
        guard let old = vswitch else { return }
        var new = old
        for change in changes { new.apply(change) }
        vswitch = new
        let (oldDevices, newDevices) = (old.internalDevices, new.internalDevices)
        for name in oldDevices.subtracting(newDevices) { links[name] = nil }
        for name in newDevices.subtracting(oldDevices) {
            links[name] = Link(
                kind: .other("openvswitch"), mac: new.macAddress(ofInternal: name), mtu: nil,
                ipv6: links.values.contains { $0.ipv6 != nil } ? IPv6Settings(acceptRA: 1, autoconf: true) : nil)
        }
        for name in newDevices.intersection(oldDevices) {
            if let mac = new.macAddress(ofInternal: name), mac != old.macAddress(ofInternal: name) {
                links[name]?.mac = mac
            }
        }
        // ovs-vswitchd sets the MTU of its own ports to the least of the others' when those change.
        for (name, row) in new.bridges where new.externalInterfaces(of: row) != old.externalInterfaces(of: old.bridges[name]) {
            for port in row.members where new.isInternal(port) {
                DeviceName(port).map { links[$0]?.mtu = nil }
            }
        }
    }
}

extension VswitchState {
    /// Applies one changed row.
    mutating func apply(_ change: VswitchChange) {
        switch change.table {
        case .bridge: bridges[change.name] = change.after
        case .port: ports[change.name] = change.after
        case .interface: interfaces[change.name] = change.after
        }
    }

    /// Whether an interface is a device that ovs-vswitchd makes itself.
    func isInternal(_ interface: String) -> Bool { interfaces[interface]?["type"] == .string("internal") }

    /// The devices that ovs-vswitchd makes: internal interfaces, and those that stand for a bond.
    var internalDevices: Set<DeviceName> {
        let names = interfaces.keys.filter(isInternal) + ports.filter { $0.value["bond_fake_iface"] == .boolean(true) }.keys
        return Set(names.compactMap(DeviceName.init))
    }

    /// The interfaces of a bridge that somebody else made: NICs and VM interfaces.
    func externalInterfaces(of bridge: VswitchRow?) -> Set<String> {
        Set((bridge?.members ?? []).flatMap { ports[$0]?.members ?? [] }.filter { !isInternal($0) })
    }

    /// The MAC address that the configuration gives an internal device: its own, or its bridge's for the local port.
    func macAddress(ofInternal name: DeviceName) -> MACAddress? {
        if case .string(let text) = interfaces[name.text]?["mac"] { return MACAddress(text) }
        if case .string(let text) = ports[name.text]?["mac"] { return MACAddress(text) }
        return bridges[name.text]?["other_config"]?.stringMap["hwaddr"].flatMap(MACAddress.init)
    }
}
