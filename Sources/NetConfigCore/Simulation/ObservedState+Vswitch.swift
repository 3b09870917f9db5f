/// What a change to Open vSwitch rows does to the kernel's devices.
extension ObservedState {
    /// Applies changed rows, and makes and removes the devices that ovs-vswitchd makes and removes for them.
    mutating func change(_ changes: [VswitchChange]) {
        guard let old = vswitch else { return }
        var new = old
        for change in changes { new.apply(change) }
        new.forgetFlows(since: old)
        // Whatever changes has ovs-vswitchd try again.
        let changed = Set(changes.filter { $0.table == .interface }.map(\.name))
        new.failing = old.failing.filter { new.interfaces[$0.key] != nil && !changed.contains($0.key) }
        vswitch = new
        // Where another device has the name ovs-vswitchd makes none.
        func canBeInternal(_ name: DeviceName) -> Bool { links[name]?.isOpenVswitchs ?? true }
        let made = new.devicesMade(since: old).filter(canBeInternal)
        for name in old.internalDevices.subtracting(new.internalDevices) where canBeInternal(name) {
            links[name] = nil
            lose(on: name)
        }
        for name in made {
            lose(on: name)
            links[name] = Link(
                kind: .other(new.deviceKind(ofInternal: name)), mac: new.macAddress(ofInternal: name), mtu: nil,
                ipv6: freshIPv6)
        }
        for name in new.internalDevices.subtracting(made) where canBeInternal(name) {
            if let mac = new.macAddress(ofInternal: name), mac != old.macAddress(ofInternal: name) {
                links[name]?.mac = mac
                // A tap device takes another address only while it is down.
                if links[name]?.kind == .other("tun") { restart(name) }
            }
        }
        for name in new.internalDevices where canBeInternal(name) {
            // A new device gets it some time later.
            let request = new.requestedMTU(of: name)
            guard !made.contains(name), request != old.requestedMTU(of: name) else { continue }
            links[name]?.mtu = request
            if let request { setIPv6(ofDeviceWithMTU: request, name) }
        }
        for (name, row) in new.bridges
        where new.externalInterfaces(of: row) != old.externalInterfaces(of: old.bridges[name]) {
            forgetMTUs(ofPortsOf: row)
        }
    }

    /// When the MTU of a card changes, ovs-vswitchd sets that of its own ports on the same bridge.
    mutating func forgetMTUs(besidePort name: DeviceName) {
        guard let vswitch, !vswitch.isInternal(name.text), let port = vswitch.port(ofInterface: name.text),
            let bridge = vswitch.bridge(ofPort: port)
        else { return }
        forgetMTUs(ofPortsOf: vswitch.bridges[bridge])
    }

    /// ovs-vswitchd sets the MTU of its own ports to the least of the other ports' when that changes, unless their rows
    /// ask for another.
    private mutating func forgetMTUs(ofPortsOf bridge: VswitchRow?) {
        for port in (bridge?.members ?? []).compactMap(DeviceName.init(interface:))
        where vswitch?.isInternal(port.text) == true && vswitch?.requestedMTU(of: port) == nil {
            links[port]?.mtu = nil
        }
    }
}

extension VswitchState {
    /// Applies one changed row.
    package mutating func apply(_ change: VswitchChange) {
        self[keyPath: change.table.rows][change.name] = change.after
    }

    /// A bridge that is made anew, or is not secure any more, has no flows for management, but the one of a switch.
    mutating func forgetFlows(since old: VswitchState) {
        empty = empty.filter { name in
            bridges[name].map { !$0.isSecure && $0["datapath_type"] == old.bridges[name]?["datapath_type"] } ?? false
        }
        flows = flows.filter { isSecure($0.key, since: old) }
    }

    /// Whether a bridge is secure, and was so in an earlier configuration already, as the same bridge.
    func isSecure(_ bridge: String, since old: VswitchState?) -> Bool {
        guard let row = bridges[bridge], let before = old?.bridges[bridge] else { return false }
        return row.isSecure && before.isSecure && row["datapath_type"] == before["datapath_type"]
    }

    /// Adds or removes flows of a bridge.
    package mutating func changeFlows(of bridge: String, _ change: (inout Set<SecureModeFlow>) -> Void) {
        var there = flows[bridge] ?? []
        change(&there)
        flows[bridge] = there.isEmpty || bridges[bridge] == nil ? nil : there
    }

    /// Whether an interface is a device that ovs-vswitchd makes itself.
    package func isInternal(_ interface: String) -> Bool { interfaces[interface]?["type"] == .string("internal") }

    /// The MTU that an interface's row asks for.
    package func requestedMTU(of name: DeviceName) -> Int? {
        guard case .integer(let mtu) = interfaces[name.text]?["mtu_request"] else { return nil }
        return Int(mtu)
    }

    /// The devices that ovs-vswitchd makes: internal interfaces, and those that stand for a bond. With one interface a port
    /// is no bond.
    var internalDevices: Set<DeviceName> {
        let bonds = ports.filter { $0.value["bond_fake_iface"] == .boolean(true) && $0.value.members.count > 1 }
        return Set((interfaces.keys.filter(isInternal) + bonds.keys).compactMap(DeviceName.init(interface:)))
    }

    /// The internal devices that ovs-vswitchd makes anew when it goes from another configuration to this one: those that
    /// were not there, and those of another bridge or another kind of datapath. These lose their addresses.
    func devicesMade(since old: VswitchState) -> Set<DeviceName> {
        let oldDevices = old.internalDevices
        let (owners, oldOwners) = (bridgesByPort, old.bridgesByPort)
        return internalDevices.filter { name in
            let (owner, oldOwner) = (owners[name.text], oldOwners[name.text])
            return !oldDevices.contains(name) || owner != oldOwner
                || owner.flatMap { bridges[$0]?["datapath_type"] }
                    != oldOwner.flatMap { old.bridges[$0]?["datapath_type"] }
        }
    }

    /// What the kernel calls an internal device: on the datapath in user space it is a tap device.
    func deviceKind(ofInternal name: DeviceName) -> String {
        let type = bridge(ofPort: name.text).flatMap { bridges[$0]?["datapath_type"] }
        return type == .string("netdev") ? "tun" : "openvswitch"
    }

    /// The largest MTU that a new internal device can have. A frame of a tap device has its header within 65,535 bytes.
    func greatestMTU(ofInternal name: DeviceName) -> Int { deviceKind(ofInternal: name) == "tun" ? 65521 : 65535 }

    /// A bridge's interfaces that ovs-vswitchd did not make itself: NICs and VM interfaces.
    package func externalInterfaces(of bridge: VswitchRow?) -> Set<String> {
        Set((bridge?.members ?? []).flatMap { ports[$0]?.members ?? [] }.filter { !isInternal($0) })
    }

    /// The MAC address that the configuration gives an internal device: its own, or its bridge's for the local port.
    func macAddress(ofInternal name: DeviceName) -> MACAddress? {
        if case .string(let text) = interfaces[name.text]?["mac"] { return MACAddress(text) }
        if case .string(let text) = ports[name.text]?["mac"] { return MACAddress(text) }
        return bridges[name.text]?["other_config"]?.stringMap["hwaddr"].flatMap(MACAddress.init)
    }
}
