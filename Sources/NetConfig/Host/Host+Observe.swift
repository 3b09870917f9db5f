package import NetConfigCore
internal import NetConfigSystem
internal import Glibc

extension Host {
    /// Looks at all links, with all settings of some: to ask for these takes long where there are hundreds.
    package func links(withSettingsOf devices: Set<DeviceName>) throws -> [DeviceName: Link] {
        settle(try kernel.links(), of: devices)
    }

    /// Adds all settings of some devices.
    private func settle(_ links: [DeviceName: Link], of devices: Set<DeviceName>) -> [DeviceName: Link] {
        var links = links
        for device in devices where links[device] != nil {
            // A device without these settings says so with an error.
            let offloads = try? ethtool.offloads(of: device)
            links[device]?.offloads = offloads?.states ?? [:]
            links[device]?.fixedOffloads = offloads?.fixed ?? []
            links[device]?.settings = (try? ethtool.settings(of: device)) ?? nil
            // rtnetlink tells a card's own address since Linux 5.6.
            if links[device]?.permanentMAC == nil, case .other(nil) = links[device]?.kind {
                links[device]?.permanentMAC = (try? ethtool.permanentMAC(of: device)) ?? nil
            }
        }
        return links
    }

    /// Looks at the host: all links and all rows of Open vSwitch, and what else the scope names. The `external_ids` that ports
    /// are expected to have need not be sent.
    package func observe(
        _ scope: ObservationScope, expecting ids: @autoclosure () -> [OVSDBValue] = []
    ) throws -> ObservedState {
        let found = try kernel.linksAndRoutes()
        var links = settle(found.links, of: scope.devices)
        for bridge in scope.switches ?? [] where links[bridge]?.isBridge == true {
            let held = links[bridge]?.routes.filter(\.isDefault).compactMap(\.gateway).compactMap {
                kernel.held($0, on: bridge)
            }
            links[bridge]?.heldGateways = held?.isEmpty == false ? held : nil
            if let port = kernel.portOfOwnAddress(of: bridge) { links[port]?.set(.ownAddress, true) }
        }
        // In one pass: a host with many guests has thousands of processes.
        let programs = ProgramProcess.all(
            named: OtherDHCPProcess.programs.union([DhclientProcess.program, ProgramProcess.vswitchd]))
        let processes = programs.filter { !$0.program.isExactly(ProgramProcess.vswitchd) }
        var rows = try vswitch(scope, expecting: ids)
        rows?.isCarriedOut = processes.count < programs.count
        // What stands on them may have to make room, with its clients.
        let above = DeviceUsers(ObservedState(links: links, vswitch: rows)).devices(above: scope.devices)
        let (contents, obstacles) = files.look(at: scope.files)
        // So may what was attached under other records.
        let recorded = ObservedState(links: links, files: contents).recordedNames
        let devices = scope.devices.union(above).union(recorded).filter { links[$0] != nil }
        var clients = dhclient.clients(of: devices.sorted(), among: DhclientProcess.all(among: processes))
        for (index, client) in clients.enumerated() where client.progress == .bound {
            let addresses = links[client.device]?.addresses ?? []
            let isBound = addresses.contains { $0.prefix.address.family == client.family }
            clients[index].progress = isBound ? .bound : .waiting
        }
        var state = ObservedState(
            links: links,
            vswitch: rows,
            dhcpClients: clients,
            files: contents,
            directories: files.directories(among: scope.directories),
            programs: files.programs(among: scope.programs),
            hasBalanceSLB: try scope.wantsBalanceSLB == true && rows == nil ? hasBalanceSLB() : nil,
            otherRoutes: found.others,
            ipv6: IPv6Sysctl.host,
            scope: scope)
        if !obstacles.isEmpty { state.obstacles = obstacles }
        if let names = scope.filesByName { state.filesByName = files.existing(among: names) }
        let others = OtherDHCPClient.all(of: devices.sorted(), among: processes, below: root)
        if !others.isEmpty { state.otherClients = others }
        return state
    }

    /// The rows, the bridges on which nothing passes, and what passes on the management devices' bridges where nothing passes
    /// by itself.
    private func vswitch(_ scope: ObservationScope, expecting ids: () -> [OVSDBValue]) throws -> VswitchState? {
        guard let vswitch else { return nil }
        var rows = try vswitch.readState(expecting: ids())
        for bridge in (scope.switches ?? []).map(\.text).sorted() where rows.bridges[bridge]?.isSecure == false {
            // While a controller does not answer, ovs-vswitchd makes a switch of the bridge by itself, after a while.
            guard flows.isEmpty(bridge), try !vswitch.hasController(bridge, isConnected: false) else { continue }
            rows.empty.insert(bridge)
        }
        for device in scope.managementDevices.sorted() {
            let access = rows.access(of: device)
            guard let bridge = access == nil ? device.text : rows.bridge(ofPort: device.text),
                let row = rows.bridges[bridge], row.isSecure
            else { continue }
            if try vswitch.hasController(bridge) { rows.controlled.insert(bridge) }
            let candidates = rows.possibleFlows(on: row, access)
            // A switch that cannot be asked has none that we know of: to add them says why it cannot.
            let found = try? flows.present(among: candidates, on: bridge, ports: ports(of: candidates))
            rows.changeFlows(of: bridge) { $0.formUnion(found ?? []) }
        }
        return rows
    }

    /// Whether the bonding driver has `balance-slb`; `nil` where only loading it could tell.
    private func hasBalanceSLB() throws(NetlinkError) -> Bool? {
        let isLoaded = unsafe access("/sys/module/bonding", F_OK) == 0
        guard loadsDrivers || isLoaded else { return nil }
        return try kernel.hasBondMode("balance-slb")
    }
}

extension VswitchState {
    /// The port and tag of a fake bridge; `nil` for anything else.
    fileprivate func access(of device: DeviceName) -> SecureModeFlow.Access? {
        guard let row = ports[device.text], row["fake_bridge"] == .boolean(true),
            let tag = row.tag
        else { return nil }
        return SecureModeFlow.Access(device, tag: tag)
    }

    /// The flows that could have been added for management: over any of the ports, and the bond that they may be.
    fileprivate func possibleFlows(on bridge: VswitchRow, _ access: SecureModeFlow.Access?) -> Set<SecureModeFlow> {
        guard let mac = bridge["other_config"]?.stringMap["hwaddr"].flatMap(MACAddress.init) else { return [] }
        let uplinks = externalInterfaces(of: bridge).compactMap { DeviceName($0) }
        return Set(
            ([uplinks] + uplinks.map { [$0] }).flatMap {
                SecureModeFlow.forManagement(over: $0, mac: mac, access: access)
            })
    }
}
