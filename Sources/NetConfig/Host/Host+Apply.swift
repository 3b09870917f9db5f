package import NetConfigCore
internal import NetConfigSystem
internal import SystemPackage

extension Host {
    /// Does an action wholly, or throws and leaves what was there.
    package func apply(_ action: Action) throws {
        switch action {
        case .createLink(let name, let kind, let mac): try kernel.createLink(name, kind, mac: mac)
        case .deleteLink(let name): try kernel.deleteLink(name)
        case .setUp(let name): try kernel.setUp(name)
        case .setDown(let name): try kernel.setDown(name)
        case .setMaster(let name, let master): try kernel.setMaster(name, master)
        case .setMAC(let name, let mac): try kernel.setMAC(name, mac)
        case .setMTU(let name, let mtu): try kernel.setMTU(name, mtu)
        case .setBridgeAttributes(let name, let attributes): try kernel.setBridgeAttributes(name, attributes)
        case .setBondMode(let name, let mode): try kernel.setBondMode(name, mode)
        case .setBondAttributes(let name, let attributes): try kernel.setBondAttributes(name, attributes)
        case .setOffload(let name, let offload, let isOn): try ethtool.setOffload(offload, isOn, on: name)
        case .setFlag(let name, let flag, let isOn): try kernel.setFlag(name, flag, isOn)
        case .setLinkSettings(let name, let settings): try ethtool.setSettings(settings, on: name)
        case .setIPv6(let name, let settings): try set(settings, on: name)
        case .addAddress(let name, let address): try kernel.addAddress(address, to: name)
        case .removeAddress(let name, let address): try kernel.removeAddress(address, from: name)
        case .addRoute(let name, let route): try kernel.addRoute(route, over: name)
        case .removeRoute(let name, let route): try kernel.removeRoute(route, over: name)
        case .changeVswitch(let changes): try commit(changes)
        case .addFlows(let bridge, let added):
            try flows.add(added, to: bridge, ports: ports(of: added), interrupted: interrupted)
        case .removeFlows(let bridge, let removed):
            try flows.remove(removed, from: bridge, ports: ports(of: removed), interrupted: interrupted)
        case .startDHCP(let client, let patience): try start(client, patience)
        case .stopDHCP(let client): try stop(client)
        case .replaceFile(let path, _, let after): try files.replace(path, with: after)
        case .moveFile(let path, let other): try files.move(path, to: other)
        case .announce(let name, let addresses): try announce(addresses, on: name)
        case .queryMulticast(let name): try Announcement.queryMulticast(on: name)
        case .setFirewallPort(let port, let wasOpen, let isOpen): try setFirewallPort(port, wasOpen, isOpen)
        case .restore(let lost): try restore(lost)
        case .run(let program):
            try ChildProcess(root.resolve(program), []).run(timeLimit: .seconds(30), interrupted: interrupted)
        }
    }

    /// The OpenFlow port numbers of the ports that flows name.
    func ports(of flows: some Sequence<SecureModeFlow>) throws -> [String: Int] {
        try vswitch?.ofports(of: Set(flows.flatMap(\.ports)).map(\.text).sorted()) ?? [:]
    }

    /// The program may have done its work before it failed, or a part of it.
    private func setFirewallPort(_ port: Int, _ wasOpen: Bool, _ isOpen: Bool) throws {
        func set(_ isOpen: Bool) throws -> ChildProcess {
            ChildProcess(try root.resolve(VswitchPlugin.firewallProgram), [isOpen ? "open" : "close", "\(port)"])
        }
        do {
            try set(isOpen).run(timeLimit: .seconds(30), interrupted: interrupted)
        } catch {
            if wasOpen != isOpen { _ = try? set(wasOpen).run(timeLimit: .seconds(30)) }
            throw error
        }
    }

    private func start(_ client: DHCPClient, _ patience: Int) throws {
        try kernel.waitForCarrier(of: client.device, atMost: .seconds(2), interrupted: interrupted)
        let linkLocal = client.family == .v6 ? try provideLinkLocalAddress(on: client.device) : nil
        do {
            try waits.during(atMost: .seconds(patience)) { waiting in
                func interrupted() -> Interruption? {
                    waiting("a \(client.family.dhcpName) lease on \(client.device)")
                    return self.interrupted()
                }
                try dhclient.start(client, patience: patience, interrupted: interrupted) { device, family in
                    try kernel.addresses(of: device).contains { $0.prefix.address.family == family }
                }
            }
        } catch DHCPClientError.noLease(let device, let family, let seconds, _) {
            // One that had none before it was stopped is put back without one.
            guard client.progress != .waiting else { return }
            throw StillTrying(
                DHCPClientError.noLease(
                    device: device, family: family, seconds: seconds, without: linkWithoutCarrier(below: device)))
        } catch {
            if let linkLocal { try? kernel.removeAddress(linkLocal, from: client.device) }
            throw error
        }
    }

    /// DHCPv6 starts from a link-local address, and `dhclient` ends where there is none. The kernel gives a device its own when
    /// that has a carrier, which may be long after, or never, as the device's `addr_gen_mode` says. One that is given by hand,
    /// and not looked for on the link, is there at once, and the client goes on until the cable is plugged in.
    private func provideLinkLocalAddress(on device: DeviceName) throws -> LinkAddress? {
        guard !LinkLocalAddress.isThere(on: device), let mac = try kernel.links()[device]?.mac,
            let prefix = IPPrefix(LinkLocalAddress.of(mac), length: 64)
        else { return nil }
        let address = LinkAddress(prefix, details: KernelDetails(flags: LinkLocalAddress.isNotLookedFor))
        try kernel.addAddress(address, to: device)
        return address
    }

    /// A release that could not be run, or was cut short, leaves the address of a lease that no client renews.
    private func stop(_ client: DHCPClient) throws {
        try dhclient.stop(client, interrupted: interrupted)
        // Of IPv6 a router may have given the address.
        guard client.family == .v4 else { return }
        for address in (try? kernel.addresses(of: client.device)) ?? []
        where address.isDynamic && address.prefix.address.family == .v4 {
            try? kernel.removeAddress(address, from: client.device)
        }
    }

    private func announce(_ addresses: [IPAddress], on name: DeviceName) throws {
        var addresses = addresses
        if addresses.isEmpty { addresses = try kernel.addresses(of: name).map(\.prefix.address) }
        for address in addresses where address.family == .v4 { try kernel.announce(address, on: name) }
        let others = addresses.filter { $0.family == .v6 }
        guard !others.isEmpty else { return }
        try Announcement.send(others, on: name)
    }

    /// Routes that a router advertised stay when its advertisements are no longer heeded, and would be in the way of ours.
    private func set(_ settings: IPv6Settings, on name: DeviceName) throws {
        try IPv6Sysctl.set(settings, on: name) {
            if settings.acceptRA == 0 { try kernel.removeAdvertisedRoutes(over: name) }
        }
        // The kernel asks routers when a device comes up. On one that is up they would be heard minutes later; that they are
        // not asked is no failure.
        if settings.acceptRA > 0, !settings.isDisabled { try? Announcement.solicitRouters(on: name) }
    }
}
