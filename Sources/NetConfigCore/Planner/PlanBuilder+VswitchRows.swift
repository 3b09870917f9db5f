/// The rows of table `Bridge`, `Port` and `Interface` that a PIF wants, written into ``PlanBuilder/rows``.
extension PlanBuilder {
    /// The bridge of a stack, and its own port.
    mutating func ensureBridgeRows(_ name: DeviceName, of stack: Stack) throws(PlanError) {
        let (text, datapath) = (name.text, stack.datapath)
        if rows.bridges[text] == nil { try checkNameIsFree(name, for: stack.pifs[0]) }
        if rows.bridges[text] == nil, rows.ports[text] != nil {
            // A fake bridge of this name becomes a real one; its port is moved.
            if let parent = rows.bridge(ofPort: text) { rows.bridges[parent]?.remove(text) }
        }
        var row =
            rows.bridges[text] ?? observed.vswitch?.bridges[text].map { VswitchRow(columns: $0.columns) }
            ?? VswitchRow()
        row.insert(text)
        row["datapath_type"] = facts.datapathType == .system ? nil : .string(facts.datapathType.rawValue)
        let failMode = model.failMode(ofBridgeOf: datapath).value
        row["fail_mode"] = .string(failMode)
        // A fail mode that is not the default is a wish for a controller.
        if let targets = observed.vswitch?.controllers[text], model.pool?.vswitchController == nil, failMode != "secure"
        {
            remark(
                name,
                "it has the controller \(targets.joined(separator: ", ")), which no record asks for and which is kept; "
                    + "`ovs-vsctl del-controller \(text)` removes it")
        }
        row.setNetworkUUIDs(networkUUIDs.text(of: datapath), key: "xs-network-uuids")
        var config: [String: String] = [:]
        if let mac = datapathMAC(of: datapath) { config["hwaddr"] = mac.description }
        var owned: Set = ["hwaddr"]
        if row.columns["other_config"]?.stringMap["mac-table-size"] == nil {
            // As xcp-networkd has it: ovs-vswitchd's own limit of 2048 floods what pools of virtual machines send.
            config["mac-table-size"] = "10000"
            owned.insert("mac-table-size")
        }
        if let flag = model.disablesInBand(on: model.network(of: datapath), &warnings) {
            config["disable-in-band"] = flag.value.map { String($0) }
            owned.insert("disable-in-band")
        }
        if let snooping = model.pool?.igmpSnoopingEnabled {
            row["mcast_snooping_enable"] = .boolean(snooping)
            owned.formUnion(["mcast-snooping-disable-flood-unregistered", "enable-ipv6-mcast-snooping"])
            if snooping {
                config["mcast-snooping-disable-flood-unregistered"] = "true"
                config["enable-ipv6-mcast-snooping"] = "false"
            }
        }
        row.setEntries(of: "other_config", config) { owned.contains($0) }
        rows.bridges[text] = row
        ensureInternalPort(text)
        guard rows.ports[text]?["fake_bridge"] != nil else { return }
        rows.ports[text]?["fake_bridge"] = nil
        rows.ports[text]?["tag"] = nil
        rows.ports[text]?.setEntries(of: "external_ids", [:]) { $0 == NetworkUUIDs.fakeBridgeKey }
        rows.interfaces[text]?["mac"] = nil
    }

    /// Checks that no device has the name of a bridge that has no row, except one that Open vSwitch left behind.
    private func checkNameIsFree(_ name: DeviceName, for pif: PIF) throws(PlanError) {
        guard rows.interfaces[name.text] == nil || rows.isInternal(name.text) else {
            throw PlanError(pif, .nameTaken(name: name, wanted: "bridge", found: "an Open vSwitch port"))
        }
        guard rows.interfaces[name.text] == nil, let link = state.links[name] else { return }
        if link.isOpenVswitchs { return }
        if let leftover = otherDatapath(name, "create bridge") { throw PlanError(pif, leftover) }
        throw PlanError(pif, .nameTaken(name: name, wanted: "bridge", found: ObservedState.kindName(link.kind)))
    }

    private mutating func ensureInternalPort(_ name: String) {
        if rows.ports[name] == nil { rows.ports[name] = observed.vswitch?.ports[name] ?? VswitchRow() }
        rows.ports[name]?.members = [name]
        if rows.interfaces[name] == nil { rows.interfaces[name] = observed.vswitch?.interfaces[name] ?? VswitchRow() }
        rows.interfaces[name]?["type"] = .string("internal")
        rows.clear(rows.strayColumns(ofBridge: name))
    }

    /// Creates or updates the uplink port of a bridge: a card, or a bond of several.
    mutating func ensureUplinkPort(of datapath: PIF, on bridge: DeviceName) {
        let cards = uplinks(of: datapath).map(\.device.text)
        let absent = absentSlaves(of: datapath, on: bridge)
        for card in cards { releaseFormerBond(of: card, on: bridge, for: datapath) }
        let others = rows.externalInterfaces(of: rows.bridges[bridge.text]).subtracting(cards + absent)
        let recorded = others.isEmpty ? [] : Set(model.pifs.values.map(\.device.text))
        for interface in others.intersection(recorded).sorted() {
            // A card of this host's records that is no uplink of this bridge by them.
            takeInterface(interface, for: nil)
        }
        let unrecorded = others.subtracting(recorded).compactMap(DeviceName.init(interface:))
        for card in formerCards(of: bridge, among: unrecorded, besides: []).sorted() {
            takeInterface(card.text, for: nil)
            leftoverCards.insert(card)
        }
        guard let first = cards.first else { return }
        // Of several cards one that is alone there is in the bond's port all the same, and stays in it when others come.
        let bond = model.uplinks(of: datapath).count > 1 ? model.bond(masteredBy: datapath) : nil
        let port = bond == nil ? first : datapath.device.text
        for card in cards + absent {
            takeInterface(card, for: port)
            if rows.interfaces[card] == nil {
                rows.interfaces[card] = observed.vswitch?.interfaces[card] ?? VswitchRow()
            }
        }
        if let old = rows.bridge(ofPort: port), old != bridge.text { rows.bridges[old]?.remove(port) }
        var row = rows.ports[port] ?? observed.vswitch?.ports[port] ?? VswitchRow()
        row.members = (cards + absent).sorted()
        rows.ports[port] = row
        rows.bridges[bridge.text]?.insert(port)
        if let bond { describeBond(bond, datapath, port: port) }
        for card in cards {
            guard case .integer(let rate)? = rows.interfaces[card]?["ingress_policing_rate"] else { continue }
            remark(
                card,
                "Open vSwitch accepts at most \(rate) kbit/s from it (ingress_policing_rate), which is left unchanged"
            )
        }
        rows.clear(rows.strayColumns(ofUplink: port, facts, observed.links).filter { !absent.contains($0.row) })
    }

    /// Removes the other slaves of a bond that a card was in on the same bridge: they would be a second uplink.
    private mutating func releaseFormerBond(of card: String, on bridge: DeviceName, for datapath: PIF) {
        guard let port = rows.port(ofInterface: card), port != card, port != datapath.device.text,
            rows.bridge(ofPort: port) == bridge.text
        else { return }
        for slave in rows.ports[port]?.members ?? [] where slave != card {
            takeInterface(slave, for: nil)
            if let name = DeviceName(interface: slave) { leftoverCards.insert(name) }
        }
    }

    /// The slaves of a bond that are missing but are in its port already: ovs-vswitchd uses them when they come back.
    private func absentSlaves(of datapath: PIF, on bridge: DeviceName) -> [String] {
        guard let old = observed.vswitch, old.bridge(ofPort: datapath.device.text) == bridge.text else { return [] }
        let there = Set(uplinks(of: datapath).map(\.device))
        let members = Set(old.ports[datapath.device.text]?.members ?? [])
        return model.uplinks(of: datapath).map(\.device).filter { !there.contains($0) }.map(\.text)
            .filter(members.contains)
    }

    /// Removes an interface from every port but the given one; ports without interfaces are deleted.
    mutating func takeInterface(_ interface: String, for port: String?) {
        guard let owner = rows.port(ofInterface: interface), owner != port else { return }
        rows.ports[owner]?.remove(interface)
        if rows.ports[owner]?.members.isEmpty == true { rows.removePort(owner) }
        if port == nil { rows.interfaces[interface] = nil }
    }

    /// Writes the columns of a bond's port and interfaces.
    private mutating func describeBond(_ bond: Bond, _ master: PIF, port: String) {
        let options = BondOptions(of: bond, master: master)
        guard var row = rows.ports[port] else { return }
        let (mode, isLACP) = options.vswitchMode(&warnings)
        row["bond_mode"] = .string(mode)
        row["lacp"] = .string(isLACP ? "active" : "off")
        row["mac"] = datapathMAC(of: master).map { .string($0.description) }
        row["bond_updelay"] = .integer(options.milliseconds("updelay", &warnings))
        row["bond_downdelay"] = .integer(options.milliseconds("downdelay", &warnings))
        row["bond_fake_iface"] = .boolean(facts.datapathType == .system)
        var config = [
            "bond-miimon-interval": String(options.milliseconds("miimon", &warnings)),
            "bond-detect-mode": options.usesCarrier(&warnings) ? "carrier" : "miimon",
        ]
        // Rebalancing moves MAC addresses about between switches, so it is made rare.
        if !isLACP { config["bond-rebalance-interval"] = "1800000" }
        let columns: Set = ["mode", "updelay", "downdelay", "miimon", "use-carrier", "hashing-algorithm"]
        let interfaceKeys: Set = ["lacp-aggregation-key", "lacp-actor-key"]
        var interfaceConfig: [String: String] = [:]
        for (name, setting) in options.options where !columns.contains(name) {
            if interfaceKeys.contains(name) {
                interfaceConfig[name] = setting.value
            } else if name == "lacp-time" {
                config[name] = options.lacpTime(&warnings)
            } else if name == "lacp-fallback-ab" {
                config[name] = setting.value
            } else {
                config["bond-\(name)"] = setting.value
            }
        }
        row.setEntries(of: "other_config", config) {
            $0.begins(with: "bond-") || $0 == "lacp-time" || $0 == "lacp-fallback-ab"
        }
        rows.ports[port] = row
        // Of one that is not there it is unknown whether the change works.
        for interface in row.members where DeviceName(interface: interface).flatMap({ observed.links[$0] }) != nil {
            rows.interfaces[interface]?.setEntries(of: "other_config", interfaceConfig) { interfaceKeys.contains($0) }
        }
    }

    /// Creates or updates the fake bridge of a VLAN PIF: a tagged port on the bridge below.
    mutating func ensureFakeBridge(
        _ name: DeviceName, of pif: PIF, on bridge: DeviceName, of datapath: PIF
    ) throws(PlanError) {
        let tag = try usableTag(of: pif)
        let text = name.text
        if let real = rows.bridges[text] {
            // A real bridge of this name is left from an internal network; what is plugged into it moves along. A card is
            // no guest: whether it belongs here is decided with the uplinks.
            rows.bridges[text] = nil
            let cards = Set(model.pifs.values.map(\.device.text))
            for port in real.members where port != text {
                rows.bridges[bridge.text]?.insert(port)
                let isGuest = rows.ports[port]?.members.contains(where: cards.contains) == false
                if isGuest, rows.ports[port]?["tag"] == nil { rows.ports[port]?.tag = tag }
            }
        } else if let parent = rows.bridge(ofPort: text), parent != bridge.text {
            rows.bridges[parent]?.remove(text)
        } else if rows.ports[text] == nil {
            try checkNameIsFree(name, for: pif)
        }
        ensureInternalPort(text)
        rows.ports[text]?["fake_bridge"] = .boolean(true)
        rows.ports[text]?.tag = tag
        let networks = networkUUIDs.text(of: pif)
        rows.ports[text]?.setNetworkUUIDs(networks, key: NetworkUUIDs.fakeBridgeKey)
        let mac = datapathMAC(of: datapath)
        rows.interfaces[text]?["mac"] = mac.map { .string($0.description) }
        rows.bridges[bridge.text]?.insert(text)
    }

    /// The tag of a VLAN PIF.
    func usableTag(of pif: PIF) throws(PlanError) -> UInt16 {
        guard let tag = pif.vlan, ValueRange.vlanTag.contains(tag) else {
            throw PlanError(pif, .badTag(pif: "\(pif)", tag: pif.vlan ?? 0))
        }
        return tag
    }
}
