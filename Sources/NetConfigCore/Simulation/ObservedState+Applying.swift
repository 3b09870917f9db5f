/// A pure model of what actions do: the kernel's side effects that the planner must know about, and no more.
extension ObservedState {
    /// The state after an action.
    package func applying(_ action: Action) -> ObservedState {
        var state = self
        state.apply(action)
        return state
    }

    /// Does an action on this value.
    package mutating func apply(_ action: Action) {
        switch action {
        case .createLink(let name, let kind, let mac): create(name, kind, mac)
        case .deleteLink(let name): delete(name)
        case .setUp(let name): setUp(name)
        case .setDown(let name): setDown(name)
        case .setMaster(let name, let master): setMaster(name, master)
        case .setMAC(let name, let mac): setMAC(name, mac)
        case .setMTU(let name, let mtu): setMTU(name, mtu)
        case .setBridgeAttributes(let name, let attributes): links[name]?.kind = .bridge(attributes)
        case .setBondAttributes(let name, let attributes): links[name]?.kind = .bond(attributes)
        case .setBondMode(let name, let mode):
            guard case .bond(var attributes) = links[name]?.kind else { break }
            // The options that only the old mode has go with it.
            attributes.mode = mode
            attributes.lacpRate = nil
            attributes.primary = nil
            links[name]?.kind = .bond(attributes)
        case .setOffload(let name, let offload, let isOn): links[name]?.offloads[offload] = isOn
        case .setFlag(let name, let flag, let isOn): links[name]?.set(flag, isOn)
        case .setLinkSettings(let name, let wish):
            let granted = (links[name]?.settings ?? LinkSettings()).granting(wish)
            links[name]?.settings = granted
        case .setIPv6(let name, let settings): setIPv6(name, settings)
        case .addAddress(let name, let address):
            links[name]?.addresses.append(address)
            if address.makesRoute { links[name]?.note(address.network, isRouted: true) }
        case .removeAddress(let name, let address): remove(address, from: name)
        case .addRoute(let name, let route): add(route, over: name)
        case .removeRoute(let name, let route): remove(route, over: name)
        case .changeVswitch(let changes): change(changes)
        case .startDHCP(let client, _): dhcpClients.append(client)
        case .stopDHCP(let client): stop(client)
        case .replaceFile(let path, _, let after): files[path] = after
        case .moveFile(let path, let other):
            filesByName?.remove(path)
            filesByName?.insert(other)
            files[other] = files.removeValue(forKey: path)
        case .addFlows(let bridge, [.normal]): vswitch?.empty.remove(bridge)
        case .removeFlows(let bridge, [.normal]): vswitch?.empty.insert(bridge)
        case .addFlows(let bridge, let flows): vswitch?.changeFlows(of: bridge) { $0.formUnion(flows) }
        case .removeFlows(let bridge, let flows): vswitch?.changeFlows(of: bridge) { $0.subtract(flows) }
        case .restore(let lost): belongings?.formUnion(lost)
        case .announce, .queryMulticast, .setFirewallPort, .run: break
        }
    }

    /// Settings of a new device. Where the host's were not observed, other devices show whether there is IPv6 at all.
    var freshIPv6: IPv6Settings? {
        ipv6?.newDevices ?? (links.values.contains { $0.ipv6 != nil } ? .kernelDefault : nil)
    }

    private mutating func create(_ name: DeviceName, _ kind: LinkKind, _ mac: MACAddress?) {
        var link = Link(kind: kind, mac: mac, mtu: 1500, ipv6: freshIPv6)
        if case .vlan(let vlan) = kind {
            // A VLAN link starts with its parent's address and MTU.
            link.mac = mac ?? links[vlan.parent]?.mac
            link.mtu = links[vlan.parent]?.mtu
        }
        links[name] = link
    }

    private mutating func delete(_ name: DeviceName) {
        for port in ports(of: name) { setMaster(port, nil) }
        for vlan in vlanLinks(on: name) { delete(vlan) }
        if let master = links[name]?.master { forgetMTU(ofBridge: master) }
        links[name] = nil
        lose(on: name)
    }

    private mutating func remove(_ address: LinkAddress, from name: DeviceName) {
        links[name]?.removeAddress(address)
        lose(on: name) { $0.isEntry(address.prefix.address.family) }
    }

    /// VLAN links follow their parent up.
    private mutating func setUp(_ name: DeviceName) {
        links[name]?.isUp = true
        for vlan in vlanLinks(on: name) { setUp(vlan) }
    }

    /// A device that goes down loses its routes and its IPv6 addresses, and takes its VLAN links with it.
    private mutating func setDown(_ name: DeviceName) {
        links[name]?.isUp = false
        links[name]?.routes = []
        links[name]?.addresses.removeAll { $0.prefix.address.family == .v6 }
        lose(on: name) { $0.isEntry() }
        for vlan in vlanLinks(on: name) { setDown(vlan) }
    }

    /// Goes down and up again.
    mutating func restart(_ name: DeviceName) {
        guard links[name]?.isUp == true else { return }
        setDown(name)
        setUp(name)
    }

    private mutating func setMaster(_ name: DeviceName, _ master: DeviceName?) {
        guard let link = links[name] else { return }
        if let old = link.master, case .bond = links[old]?.kind {
            // A slave that leaves its bond is closed and gets back its own address, and the MTU that it had before it
            // joined, which the kernel does not tell.
            setDown(name)
            links[name]?.mac = link.ownMAC
            links[name]?.mtu = nil
        } else if let old = link.master {
            forgetMTU(ofBridge: old)
        }
        lose(on: name, where: \.isOfPort)
        links[name]?.master = master
        for flag in ForwardingFlag.allCases where flag.isOfPort { links[name]?.set(flag, flag.isUsuallyOn) }
        guard let master else { return }
        if case .bond = links[master]?.kind {
            // A slave is opened, and carries the bond's address and MTU.
            if link.permanentMAC == nil { links[name]?.permanentMAC = link.mac }
            let bond = links[master]
            links[name]?.mac = bond?.mac ?? link.mac
            if let mtu = bond?.mtu { carry(mtu, name) }
            setUp(name)
        } else {
            forgetMTU(ofBridge: master)
        }
    }

    /// A bridge whose MTU was never set follows its ports; nothing tells whether it was.
    private mutating func forgetMTU(ofBridge name: DeviceName) {
        guard case .bridge = links[name]?.kind else { return }
        links[name]?.mtu = nil
    }

    private mutating func setMAC(_ name: DeviceName, _ mac: MACAddress) {
        guard let link = links[name] else { return }
        links[name]?.mac = mac
        lose(on: name) { $0.isEntry() }
        if case .bond = link.kind {
            for slave in ports(of: name) { links[slave]?.mac = mac }
        }
        for vlan in vlanLinks(on: name) where links[vlan]?.mac == link.mac { setMAC(vlan, mac) }
    }

    private mutating func setMTU(_ name: DeviceName, _ mtu: Int) {
        guard let link = links[name] else { return }
        carry(mtu, name)
        setIPv6(ofDeviceWithMTU: mtu, name)
        if case .bond = link.kind {
            for slave in ports(of: name) { carry(mtu, slave) }
        }
        if let master = link.master { forgetMTU(ofBridge: master) }
        if link.mtu != mtu { forgetMTUs(besidePort: name) }
    }

    /// A device has an MTU from now on, and the VLANs on it have no greater one.
    private mutating func carry(_ mtu: Int, _ name: DeviceName) {
        links[name]?.mtu = mtu
        for vlan in vlanLinks(on: name) where links[vlan]?.mtu ?? 0 > mtu { setMTU(vlan, mtu) }
    }

    /// The kernel takes IPv6 off a device whose MTU is too small for it, and makes it anew when that grows.
    mutating func setIPv6(ofDeviceWithMTU mtu: Int, _ name: DeviceName) {
        if mtu < Stake.leastIPv6MTU {
            links[name]?.ipv6 = nil
            loseIPv6(name)
            lose(on: name) { $0.isEntry(.v6) }
        } else if links[name]?.ipv6 == nil, let settings = freshIPv6 {
            links[name]?.ipv6 = settings
        }
    }

    private mutating func setIPv6(_ name: DeviceName, _ settings: IPv6Settings) {
        links[name]?.ipv6 = settings
        if settings.isDisabled { loseIPv6(name) }
    }

    private mutating func loseIPv6(_ name: DeviceName) {
        links[name]?.addresses.removeAll { $0.prefix.address.family == .v6 }
        links[name]?.routes.removeAll { $0.destination.address.family == .v6 }
    }

    private mutating func stop(_ client: DHCPClient) {
        dhcpClients.removeAll { $0.isSame(as: client) }
        for address in links[client.device]?.addresses ?? []
        where address.isDynamic && address.prefix.address.family == client.family {
            remove(address, from: client.device)
        }
        // Its addresses are known only while it runs.
        lose(on: client.device) { $0.isEntry(client.family) }
    }

    /// The devices enslaved to a bridge or bond, in the order of their names.
    package func ports(of master: DeviceName) -> [DeviceName] {
        links.compactMap { $0.value.master == master ? $0.key : nil }.sorted()
    }

    /// The VLAN links on a device, in the order of their names.
    package func vlanLinks(on parent: DeviceName) -> [DeviceName] {
        links.compactMap { name, link in
            guard case .vlan(let vlan) = link.kind, vlan.parent == parent else { return nil }
            return name
        }.sorted()
    }
}

extension Link {
    /// Takes an address off, with what the kernel takes off along with it.
    fileprivate mutating func removeAddress(_ address: LinkAddress) {
        guard let index = addresses.firstIndex(where: { $0.prefix == address.prefix }) else { return }
        addresses.remove(at: index)
        defer {
            for network in unroutedNetworks ?? [] where !addresses.contains(where: { $0.network == network }) {
                note(network, isRouted: true)
            }
        }
        guard address.prefix.address.family == .v4 else { return }
        // Later addresses of the same network are secondaries of the first, and go with it.
        if !addresses[..<index].contains(where: { $0.prefix.network == address.prefix.network }) {
            addresses.removeAll { $0.prefix.network == address.prefix.network }
        }
        routes.removeAll { $0.source == address.prefix.address }
        if !addresses.contains(where: { $0.prefix.address.family == .v4 }) {
            routes.removeAll { $0.destination.address.family == .v4 }
        }
    }
}
