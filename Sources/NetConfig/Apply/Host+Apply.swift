internal import SystemPackage

extension Host {
    /// Does an action wholly, or throws and leaves what was there.
    public func apply(_ action: Action) throws {
        switch action {
        case .createLink, .deleteLink, .setUp, .setDown, .setMaster, .setMAC, .setMTU, .setBridgeAttributes,
            .setBondMode,
            .setBondAttributes, .addAddress, .removeAddress, .addRoute, .removeRoute:
            try kernel.apply(action)
        case .setOffload(let name, let offload, let isOn): try ethtool.set(offload, isOn, on: name)
        case .setLinkSettings(let name, let settings): try ethtool.set(settings, on: name)
        case .setIPv6(let name, let settings): try IPv6Sysctl.apply(settings, to: name)
        case .changeVswitch(let changes): try commit(changes)
        case .addFlows(let bridge, let added): try flows.add(added, to: bridge, ports: ports(of: added))
        case .removeFlows(let bridge, let removed): try flows.remove(removed, from: bridge, ports: ports(of: removed))
        case .startDHCP(let client, let patience): try start(client, patience)
        case .stopDHCP(let client): try dhclient.stop(client)
        case .replaceFile(let path, _, let after): try files.replace(path, with: after)
        case .announce(let name, let addresses): try announce(addresses, on: name)
        case .run(let program): try ChildProcess(root.resolve(program), []).run(timeLimit: .seconds(30))
        }
    }

    /// The OpenFlow port numbers of the uplinks that flows name.
    private func ports(of flows: [SecureModeFlow]) throws -> [String: Int] {
        try vswitch?.ofports(of: Set(flows.flatMap(\.uplinks)).map(\.text).sorted()) ?? [:]
    }

    private func start(_ client: DHCPClient, _ patience: Int) throws {
        try kernel.waitForCarrier(of: client.device, atMost: .seconds(2))
        try dhclient.start(client, patience: patience, interrupted: interrupted) { device, family in
            try kernel.links()[device]?.addresses.contains { $0.prefix.address.family == family } ?? false
        }
    }

    private func announce(_ addresses: [IPAddress], on name: DeviceName) throws {
        var addresses = addresses
        if addresses.isEmpty { addresses = try kernel.links()[name]?.addresses.map(\.prefix.address) ?? [] }
        for address in addresses where address.family == .v4 { try kernel.announce(address, on: name) }
        let others = addresses.filter { $0.family == .v6 }
        guard !others.isEmpty, let mac = try kernel.links()[name]?.mac else { return }
        try NeighbourAdvertisement.send(others, mac: mac, index: kernel.index(of: name))
    }
}

extension SecureModeFlow {
    fileprivate var uplinks: [DeviceName] {
        switch kind {
        case .arpRequestsIn(let uplink), .anythingIn(let uplink): [uplink]
        case .arpOut(let uplink), .anythingOut(let uplink): uplink.map { [$0] } ?? []
        }
    }
}
