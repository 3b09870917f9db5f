/// What every kind of device needs: checks of the cards, MTU, ethtool settings, and getting rid of addresses.
extension PlanBuilder {
    /// The names of all bridges and bonds that this host's records describe: what we may take a NIC from.
    var knownMasters: Set<DeviceName> {
        var names: Set<DeviceName> = []
        for pif in model.pifs.values {
            if let bridge = model.bridge(of: pif) { names.insert(bridge) }
            if !pif.bondMasterOf.isEmpty { names.insert(pif.device) }
        }
        return names
    }

    /// Checks that the cards a PIF needs are there, are the right ones, and are not somebody else's.
    mutating func checkUplinks(_ uplinks: [PIF]) throws(PlanError) {
        for uplink in uplinks {
            guard let link = observed.links[uplink.device] else {
                throw .missingUplink(
                    pif: "\(uplink)", device: uplink.device, mac: uplink.mac, present: observed.cards.map { name in
                        "\(name)\(observed.links[name]?.ownMAC.map { " (\($0))" } ?? "")"
                    })
            }
            if let master = link.master, !knownMasters.contains(master) {
                throw .busy(device: uplink.device, master: master)
            }
            guard let mac = uplink.mac, mac.isAssignable, let own = link.ownMAC, own != mac else { continue }
            if let carrier = observed.cards.first(where: { observed.links[$0]?.ownMAC == mac }) {
                throw .swappedNames(pif: "\(uplink)", device: uplink.device, mac: mac, carrier: carrier)
            }
            warn(uplink, "MAC is \(mac), but \(uplink.device) has \(own) and no card has the other; using the card")
        }
    }

    /// The MAC address of a PIF's datapath: its record's, else that of its first card.
    func datapathMAC(of pif: PIF) -> MACAddress? {
        model.macAddress(of: pif) ?? model.uplinks(of: pif).first.flatMap { observed.links[$0.device]?.ownMAC }
    }

    /// Sets offloads and link settings that differ. A device that cannot is no failure.
    mutating func applyEthtool(_ settings: EthtoolSettings, to name: DeviceName) {
        guard let link = state.links[name] else { return }
        for (offload, setting) in settings.offloads.sorted(by: { $0.key < $1.key }) {
            let isOn = setting.value
            if link.offloads[offload] == isOn { continue }
            if !made.contains(name) {
                // Off is what a device without the offload has.
                if link.offloads[offload] == nil, !isOn { continue }
                if link.offloads[offload] == nil || link.fixedOffloads.contains(offload) {
                    if setting.origin != .standard {
                        warn(name, "cannot switch \(offload) \(isOn ? "on" : "off") (\(setting.origin)): not changeable")
                    }
                    continue
                }
            }
            perform(.setOffload(name, offload, isOn), because: "\(setting.origin)", onFailure: .warn)
        }
        guard settings.hasLinkSettings else { return }
        guard let current = link.settings else {
            return warn(name, "cannot set speed, duplex or negotiation: the device has none")
        }
        var wanted = current
        if let speed = settings.link.speed { wanted.speed = speed }
        if let duplex = settings.link.duplex { wanted.duplex = duplex }
        if let autonegotiation = settings.link.autonegotiation { wanted.autonegotiation = autonegotiation }
        if wanted != current {
            perform(.setLinkSettings(name, wanted), because: "ethtool settings of \(pif)", onFailure: .warn)
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

    /// Ends the DHCP clients of a device.
    mutating func stopDHCP(on name: DeviceName, because reason: String) {
        for client in state.dhcpClients where client.device == name { perform(.stopDHCP(client), because: reason) }
    }

    /// Takes the addresses and routes of a device away, and whatever would bring them back.
    mutating func clearAddresses(of name: DeviceName, because reason: String) {
        stopDHCP(on: name, because: reason)
        for route in state.links[name]?.routes ?? [] { perform(.removeRoute(name, route), because: reason) }
        while let address = state.links[name]?.addresses.first {
            perform(.removeAddress(name, address), because: reason)
        }
    }

    /// Takes a card down, unless it is still part of something or has VLAN links that need it.
    mutating func lower(_ name: DeviceName, because reason: String) {
        guard let link = state.links[name], link.isUp, link.master == nil, state.vlanLinks(on: name).isEmpty,
            rows.interfaces[name.text] == nil
        else { return }
        perform(.setDown(name), because: reason)
    }
}

extension ObservedState {
    /// Network cards: devices that are neither made by us nor by a hypervisor, in the order of their names.
    var cards: [DeviceName] {
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
