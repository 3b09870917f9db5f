/// Steps that every kind of device needs: MTU, ethtool settings, DHCP clients, removal of addresses.
extension PlanBuilder {
    /// Sets the offloads and link settings of a PIF's record that differ. A setting that the device does not support is a
    /// warning.
    mutating func applyEthtool(_ settings: EthtoolSettings, to name: DeviceName, of pif: PIF) {
        guard let link = state.links[name] else { return }
        for (offload, setting) in settings.offloads.sorted(by: { $0.key < $1.key }) {
            let isOn = setting.value
            if link.offloads[offload] == isOn { continue }
            // Of what was just made only a bond has offloads of its own to change; a VLAN link has those of the device below.
            if createdDevices.contains(name), setting.origin == .standard, !link.isBond { continue }
            if !createdDevices.contains(name) {
                // Off is what a device without the offload has.
                if link.offloads[offload] == nil, !isOn { continue }
                if link.offloads[offload] == nil || link.fixedOffloads.contains(offload) {
                    if setting.origin != .standard {
                        warn(
                            name,
                            "cannot switch \(offload) \(isOn ? "on" : "off") (\(setting.origin)): the driver does not let it be changed"
                        )
                    }
                    continue
                }
            }
            perform(.setOffload(name, offload, isOn), because: "\(setting.origin)")
        }
        guard settings.hasLinkSettings else { return }
        guard let current = link.settings else {
            return warn(name, "cannot set speed, duplex or autonegotiation: the device does not support it")
        }
        // The wish as it is in the record: the current speed, added to it, would restrict what is offered to the peer.
        let wish = settings.link.keepingKinds(of: current)
        guard !current.fulfil(wish) else { return }
        perform(.setLinkSettings(name, wish), because: "ethtool settings of \(pif)")
    }

    /// Resets port and device flags that keep frames from passing.
    mutating func clearFlags(of name: DeviceName, because reason: String) {
        for flag in (state.links[name]?.unusualFlags ?? []).sorted() {
            perform(.setFlag(name, flag, flag.isUsuallyOn), because: reason)
        }
    }

    /// Sets the MTUs that differ. `chain` goes from the lowest device up; MTUs are lowered from the top down and raised from
    /// the bottom up, because an upper device cannot have more than the one below.
    mutating func applyMTUs(_ chain: [(name: DeviceName, mtu: Setting<Int>)]) {
        func differs(_ name: DeviceName, _ isWrong: (Int) -> Bool) -> Bool {
            guard let link = state.links[name] else { return false }
            return link.mtu.map(isWrong) ?? true
        }
        for (name, mtu) in chain.reversed() where differs(name, { $0 > mtu.value }) && state.links[name]?.mtu != nil {
            perform(.setMTU(name, mtu.value), because: "\(mtu.origin)")
        }
        for (name, mtu) in chain where differs(name, { $0 != mtu.value }) {
            perform(.setMTU(name, mtu.value), because: "\(mtu.origin)")
        }
    }

    /// Brings a device up that is not.
    mutating func raise(_ name: DeviceName, because reason: String) {
        if let link = state.links[name], !link.isUp { perform(.setUp(name), because: reason) }
    }

    /// Brings up a device that only carries others, with IPv6 autoconfiguration off: with addresses of its own it would look as
    /// if it were in use.
    mutating func raiseCarrier(_ name: DeviceName, because reason: String) {
        guard let link = state.links[name], !link.isUp else { return }
        if link.master == nil, link.addresses.isEmpty, let ipv6 = link.ipv6, !ipv6.isDisabled {
            let withoutAddresses = ipv6.with(acceptRA: 0, autoconf: false)
            if ipv6 != withoutAddresses {
                perform(.setIPv6(name, withoutAddresses), because: "\(name) has no addresses of its own")
            }
        }
        raise(name, because: reason)
    }

    /// Warns of DHCP clients and network managers of other programs on the requested devices; they are not stopped.
    mutating func warnOfOtherClients() {
        for client in observed.otherClients ?? [] {
            let remedy =
                client.program == "NetworkManager" ? "`nmcli device set \(client.device) managed no`" : "stop it"
            remark(client.device, "\(client) may change its addresses and routes at any time: \(remedy)")
        }
    }

    /// Ends the DHCP clients of a device.
    mutating func stopDHCP(on name: DeviceName, because reason: String) {
        for client in state.dhcpClients where client.device == name { perform(.stopDHCP(client), because: reason) }
    }

    /// Restarts the DHCP clients of a device that was recreated: they still hold the old one.
    mutating func restartDHCP(on name: DeviceName, _ family: IPAddress.Family? = nil, because reason: String) {
        for client in state.dhcpClients
        where client.device == name && client.progress != .gone && client.family == family ?? client.family {
            perform(.stopDHCP(client), because: reason)
            perform(.startDHCP(client, patience: client.restartPatience), because: reason)
        }
    }

    /// Removes the addresses and routes of a device, and stops the clients that would bring them back.
    mutating func clearAddresses(of name: DeviceName, because reason: String) {
        stopDHCP(on: name, because: reason)
        for route in state.links[name]?.routes ?? [] { perform(.removeRoute(name, route), because: reason) }
        removeAddresses(of: name, because: reason) { _ in true }
        // What a router or a DHCPv6 client left stays until it expires, and wins over the routes of the bridge.
        for route in state.automaticRoutes(over: name) where route.destination.address.family == .v6 {
            perform(.removeRoute(name, route), because: reason)
        }
    }

    /// Removes addresses from a device, the last one first: with the first address of a network the kernel may remove the
    /// others of that network as well, depending on `promote_secondaries`.
    mutating func removeAddresses(
        of name: DeviceName, because reason: String, where isWrong: (LinkAddress) -> Bool
    ) {
        for address in (state.links[name]?.addresses ?? []).filter(isWrong).reversed() {
            // It may have gone with another one.
            guard state.links[name]?.addresses.contains(address) == true else { continue }
            perform(.removeAddress(name, address), because: reason)
        }
    }

    /// The error for a bridge that cannot be created or taken down because the other datapath has a device of its name; `nil`
    /// where it has none.
    func otherDatapath(_ name: DeviceName, _ wanted: String) -> PlanError.Rule? {
        guard let link = observed.links[name] else { return nil }
        let command: String
        switch facts.datapath {
        case .openvswitch where link.isBridge: command = "ip link delete \(name)"
        case .bridge where link.isOpenVswitchs: command = "ovs-vsctl del-br \(name)"
        default: return nil
        }
        return .otherDatapath(name: name, wanted: wanted, found: ObservedState.kindName(link.kind), command: command)
    }

    /// Takes a card down, unless it is still a port or has VLAN links that need it.
    mutating func lower(_ name: DeviceName, because reason: String) {
        guard let link = state.links[name], link.isUp, link.master == nil, state.vlanLinks(on: name).isEmpty,
            rows.interfaces[name.text] == nil
        else { return }
        perform(.setDown(name), because: reason)
    }

    /// Takes down the cards of a removed PIF, except those that another PIF needs.
    mutating func lowerUplinks(of other: PIF, because reason: String) {
        for uplink in model.uplinks(of: other) where uplink.ref == other.ref || !isNeeded(uplink) {
            lower(uplink.device, because: reason)
        }
    }

    /// Restores what the kernel or ovs-vswitchd took from the devices stacked on a datapath while it was changed, so that they
    /// stay usable.
    mutating func restoreBystanders(of stack: Stack) {
        let datapath = stack.datapath
        let wanted = Set(stack.pifs.map(\.ref))
        let limit = uplinks(of: datapath).compactMap { state.links[$0.device]?.mtu }.min() ?? ValueRange.mtu.upperBound
        for other in [datapath] + model.vlanPIFs(on: datapath) where !wanted.contains(other.ref) {
            for name in Set([model.netdev(of: other), model.ipDevice(of: other)].compactMap { $0 }).sorted()
            where name != datapath.device {
                guard let before = observed.links[name], var link = state.links[name] else { continue }
                link.isUp = link.isUp || before.isUp
                link.mtu = before.mtu.map { min($0, limit) } ?? link.mtu
                if createdDevices.contains(name) { link.ipv6 = before.ipv6 }
                link.addresses = before.addresses
                link.routes = before.routes
                // Nearly always it is: a repair looks at every link, which for hundreds of VLANs takes long.
                if link != state.links[name] {
                    var usable = state
                    usable.links[name] = link
                    for action in LinkRepair.actions(from: state, to: usable) {
                        perform(action, because: "so that \(other) stays usable")
                    }
                }
                if createdDevices.contains(name) { restartDHCP(on: name, because: "so that \(other) stays usable") }
            }
        }
    }
}

extension ObservedState {
    /// Network cards: devices that are neither made by us nor by a hypervisor, in the order of their names.
    package var cards: [DeviceName] {
        links.filter {
            guard case .other(let kind) = $0.value.kind, $0.value.mac != nil else { return false }
            return kind != "openvswitch" && kind != "tun"
        }.keys.sorted()
    }

    /// The kind of a device in words, with its article.
    static func kindName(_ kind: LinkKind) -> String {
        switch kind {
        case .bridge: "a Linux bridge"
        case .bond: "a bond"
        case .vlan: "a VLAN link"
        case .other(let kind?): "a device of kind \(kind)"
        case .other(nil): "a network card"
        }
    }
}
