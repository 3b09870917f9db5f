/// What every kind of device needs: MTU, ethtool settings, and getting rid of addresses.
extension PlanBuilder {
    /// Sets offloads and link settings of a PIF's record that differ. A device that cannot is no failure.
    mutating func applyEthtool(_ settings: EthtoolSettings, to name: DeviceName, of pif: PIF) {
        guard let link = state.links[name] else { return }
        for (offload, setting) in settings.offloads.sorted(by: { $0.key < $1.key }) {
            let isOn = setting.value
            if link.offloads[offload] == isOn { continue }
            // Of what was just made only a bond has offloads of its own to change; a VLAN link has those of the device below.
            if made.contains(name), setting.origin == .standard, !link.isBond { continue }
            if !made.contains(name) {
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

    /// Puts flags right that keep frames from passing.
    mutating func clearFlags(of name: DeviceName, because reason: String) {
        for flag in (state.links[name]?.unusualFlags ?? []).sorted() {
            perform(.setFlag(name, flag, flag.isUsuallyOn), because: reason)
        }
    }

    /// Sets MTUs that differ, given from the lowest device up: upper ones are lowered first, lower ones raised first.
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

    /// Brings a device up that only carries others. It is to have no addresses, and a router must not give it any: they
    /// would look as if the device were in use.
    mutating func raiseCarrier(_ name: DeviceName, because reason: String) {
        guard let link = state.links[name], !link.isUp else { return }
        if link.master == nil, link.addresses.isEmpty, let ipv6 = link.ipv6, !ipv6.isDisabled {
            let deaf = ipv6.with(acceptRA: 0, autoconf: false)
            if ipv6 != deaf { perform(.setIPv6(name, deaf), because: "\(name) has no addresses of its own") }
        }
        raise(name, because: reason)
    }

    /// Names the programs that may give devices addresses as well, and that are not ours to end.
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

    /// Starts the DHCP clients of a device again that was made anew: they hold on to the old one.
    mutating func restartDHCP(on name: DeviceName, _ family: IPAddress.Family? = nil, because reason: String) {
        for client in state.dhcpClients
        where client.device == name && client.progress != .gone && client.family == family ?? client.family {
            perform(.stopDHCP(client), because: reason)
            perform(.startDHCP(client, patience: client.restartPatience), because: reason)
        }
    }

    /// Takes the addresses and routes of a device away, and whatever would bring them back.
    mutating func clearAddresses(of name: DeviceName, because reason: String) {
        stopDHCP(on: name, because: reason)
        for route in state.links[name]?.routes ?? [] { perform(.removeRoute(name, route), because: reason) }
        removeAddresses(of: name, because: reason) { _ in true }
        // What a router or a DHCPv6 client left stays until it expires, and wins over the routes of the bridge.
        for route in state.automaticRoutes(over: name) where route.destination.address.family == .v6 {
            perform(.removeRoute(name, route), because: reason)
        }
    }

    /// Takes addresses off a device, the last one first: with the first address of a network the kernel drops the others
    /// of that network, or not, as its `promote_secondaries` says.
    mutating func removeAddresses(
        of name: DeviceName, because reason: String, where isWrong: (LinkAddress) -> Bool
    ) {
        for address in (state.links[name]?.addresses ?? []).filter(isWrong).reversed() {
            // It may have gone with another one.
            guard state.links[name]?.addresses.contains(address) == true else { continue }
            perform(.removeAddress(name, address), because: reason)
        }
    }

    /// Why a bridge of a name cannot be made or taken down: it is the other datapath's.
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

    /// Takes a card down, unless it is still part of something or has VLAN links that need it.
    mutating func lower(_ name: DeviceName, because reason: String) {
        guard let link = state.links[name], link.isUp, link.master == nil, state.vlanLinks(on: name).isEmpty,
            rows.interfaces[name.text] == nil
        else { return }
        perform(.setDown(name), because: reason)
    }

    /// Takes the cards of a PIF that is gone down, but those that another PIF needs.
    mutating func lowerUplinks(of other: PIF, because reason: String) {
        for uplink in model.uplinks(of: other) where uplink.ref == other.ref || !isNeeded(uplink) {
            lower(uplink.device, because: reason)
        }
    }

    /// What is stacked on the datapath stays usable, whatever was done below it: where the kernel or ovs-vswitchd took
    /// something from it on the way, it comes back.
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
                if made.contains(name) { link.ipv6 = before.ipv6 }
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
                if made.contains(name) { restartDHCP(on: name, because: "so that \(other) stays usable") }
            }
        }
    }
}

extension Link {
    fileprivate var isBond: Bool { if case .bond = kind { true } else { false } }
}

extension ObservedState {
    /// Network cards: devices that are neither made by us nor by a hypervisor, in the order of their names.
    package var cards: [DeviceName] {
        links.filter {
            guard case .other(let kind) = $0.value.kind, $0.value.mac != nil else { return false }
            return kind != "openvswitch" && kind != "tun"
        }.keys.sorted()
    }

    /// How messages call a device of some kind.
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
