/// Bonds and cards.
extension OverviewBuilder {
    /// A bond with its cards.
    func node(of bond: Bond, master: PIF) -> Overview.Node {
        let isNeeded = isNeeded(master)
        var warnings: [Warning] = []
        let options = BondOptions(of: bond, master: master)
        var settings = master.managed ? bondSettings(options, master, &warnings) : []
        if !isNeeded { settings = settings.map(\.notExpected).filter { $0.name != "device" && $0.name != "port" } }
        let cards = model.slaves(of: bond).map { cardNode(of: $0, on: master) }
        return Overview.Node(
            kind: .bond, name: master.device.text, title: "bond, \(options["mode"] ?? "")", tag: nil,
            state: state(settings, isNeeded: isNeeded), settings: settings,
            ignored: warnings.map(\.description), children: cards)
    }

    /// A card under a network or a bond; `master` is the PIF whose datapath it carries.
    func cardNode(of card: PIF, on master: PIF) -> Overview.Node {
        let isNeeded = isNeeded(master)
        var warnings: [Warning] = []
        let link = state.links[card.device]
        var settings = master.managed ? cardSettings(card, master, &warnings) : []
        if !isNeeded { settings = settings.map(\.notExpected) }
        var title = ["card"]
        if let mac = link?.ownMAC { title.append(mac.description) }
        if let link { title.append(link.isUp ? "up" : "down") } else { title.append("missing") }
        if let speed = link?.settings?.speed, link?.isUp == true { title.append("\(speed) Mbit/s") }
        return Overview.Node(
            kind: .card, name: card.device.text, title: title.joined(separator: ", "), tag: nil,
            state: state(settings, isNeeded: isNeeded), settings: settings,
            ignored: card.ref == master.ref ? [] : ignored(of: card, warnings), children: [])
    }

    /// Whether a datapath is expected to exist: for its own network, or for a VLAN on it.
    private func isNeeded(_ pif: PIF) -> Bool {
        isAttached(pif) || model.vlanPIFs(on: pif).contains(where: isAttached)
    }

    private func state(_ settings: [Overview.Comparison], isNeeded: Bool) -> Overview.Node.State {
        !isNeeded ? .detached : settings.contains(where: \.isDrift) ? .drift : .right
    }

    // MARK: Bonds

    private func bondSettings(
        _ options: BondOptions, _ master: PIF, _ warnings: inout [Warning]
    ) -> [Overview.Comparison] {
        // A value that was skipped is not where the setting comes from.
        func origin(_ name: String) -> Origin? {
            let origin = options.options[name]?.origin
            return warnings.contains { $0.origin == origin } ? .standard : origin
        }
        guard facts.datapath == .openvswitch else {
            let wanted = options.kernelAttributes(state, &warnings)
            guard case .bond(let actual) = state.links[master.device]?.kind ?? .bond(wanted) else {
                return [comparison("device", .up, .missing)]
            }
            let isThere = state.links[master.device] != nil
            let rows = [
                comparison("mode", .text(wanted.mode), .text(actual.mode), from: origin("mode")),
                comparison("miimon", "\(wanted.miimon) ms", "\(actual.miimon) ms", from: origin("miimon")),
                comparison("updelay", "\(wanted.updelay) ms", "\(actual.updelay) ms", from: origin("updelay")),
                comparison("downdelay", "\(wanted.downdelay) ms", "\(actual.downdelay) ms", from: origin("downdelay")),
                comparison(
                    "hash policy", wanted.transmitHashPolicy.map { .text($0) },
                    actual.transmitHashPolicy.map { .text($0) },
                    from: origin("hashing-algorithm")),
                comparison(
                    "LACP rate", wanted.lacpRate.map { .text($0) }, actual.lacpRate.map { .text($0) },
                    from: origin("lacp-time")),
            ].filter { $0.configured != nil }
            return isThere ? rows : [comparison("device", .up, .missing)] + rows.map(\.unknown)
        }
        let (mode, isLACP) = options.vswitchMode(&warnings)
        let delays = ["updelay", "downdelay"].map { ($0, options.milliseconds($0, &warnings)) }
        let port = state.vswitch?.ports[master.device.text]
        let rows =
            [
                comparison(
                    "mode", .text(mode), .text(port?["bond_mode"]?.description ?? "unset"), from: origin("mode")),
                comparison(
                    "LACP", isLACP ? "active" : "off", .text(port?["lacp"]?.description ?? "unset"),
                    from: origin("mode")),
            ]
            + delays.map { name, delay in
                let actual = if case .integer(let delay) = port?["bond_\(name)"] { delay } else { 0 }
                return comparison(
                    name, .number(delay, unit: "ms"), .number(actual, unit: "ms"), from: origin(name))
            }
        if port != nil { return rows }
        // A bond of one card is a plain port, which has none of this.
        if model.uplinks(of: master).count == 1 { return [] }
        return (state.vswitch == nil ? [] : [comparison("port", "in Open vSwitch", .missing)]) + rows.map(\.unknown)
    }

    // MARK: Cards

    private func cardSettings(_ card: PIF, _ master: PIF, _ warnings: inout [Warning]) -> [Overview.Comparison] {
        guard let link = state.links[card.device] else {
            return [comparison("device", .up, .missing, essential: true)]
        }
        var rows = [comparison("device", .up, .flag(link.isUp, words: .upDown))]
        if let mac = card.mac, mac.isAssignable {
            rows.append(
                comparison("MAC", .mac(mac), link.ownMAC.map { .mac($0) }, from: .record(card.name, field: "MAC")))
        }
        if model.bridge(of: master) != nil || card.ref != master.ref {
            rows.append(placeComparison(of: card, on: master, link))
            rows += flagRows(link) + portRows(of: card.device.text)
        }
        let mtu = model.mtu(ofDeviceOf: master, &warnings)
        rows.append(comparison("MTU", .number(mtu.value), link.mtu.map { .number($0) }, from: mtu.origin))
        let settings = model.ethtool(ofDeviceOf: card, &warnings)
        return rows + offloadRows(settings, link) + linkRows(settings.link, link, card)
    }

    /// Speed, duplex and autonegotiation that the records ask for; a device that supports none is no drift.
    private func linkRows(_ wanted: LinkSettings, _ link: Link, _ card: PIF) -> [Overview.Comparison] {
        func row(_ name: String, _ wanted: Overview.Value?, _ actual: Overview.Value?) -> Overview.Comparison? {
            guard let wanted else { return nil }
            let origin = Origin.record(card.name, field: "other_config:ethtool-\(name)")
            guard link.settings != nil else {
                var row = comparison(name, wanted, "cannot be set", from: origin)
                row.isDrift = false
                return row
            }
            return comparison(name, wanted, actual, from: origin)
        }
        let actual = link.settings
        return [
            row(
                "speed", wanted.speed.map { .number($0, unit: "Mbit/s") },
                actual?.speed.map { .number($0, unit: "Mbit/s") }),
            row("duplex", wanted.duplex.map { .text($0.rawValue) }, actual?.duplex.map { .text($0.rawValue) }),
            row("autoneg", wanted.autonegotiation.map { .flag($0) }, actual?.autonegotiation.map { .flag($0) }),
        ].compactMap { $0 }
    }

    /// What a card is expected to belong to: a bridge, a bond, or a port of Open vSwitch.
    private func placeComparison(of card: PIF, on master: PIF, _ link: Link) -> Overview.Comparison {
        let isSlave = card.ref != master.ref
        guard facts.datapath == .openvswitch else {
            let wanted = isSlave ? master.device.text : model.bridge(of: master)?.text
            // A card that only carries VLANs needs no bridge of its own.
            let isNeeded = isSlave || isAttached(master)
            return comparison(
                "port of", isNeeded ? wanted.map { .device($0) } : nil, link.master.map { .device($0.text) } ?? .nothing
            )
        }
        guard state.vswitch != nil else {
            return comparison("port of", model.bridge(of: master).map { .device($0.text) }, nil).unknown
        }
        let bridge = index.ports[card.device.text].flatMap { index.bridges[$0] }
        return comparison(
            "port of", model.bridge(of: master).map { .device($0.text) }, bridge.map { .device($0) } ?? .nothing)
    }

    /// Flags that keep frames from passing.
    func flagRows(_ link: Link) -> [Overview.Comparison] {
        // The bridge has a row that says to which of its ports the frames go.
        (link.unusualFlags ?? []).subtracting([.ownAddress]).sorted().map { flag in
            comparison("\(flag)", .flag(flag.isUsuallyOn), .flag(!flag.isUsuallyOn))
        }
    }

    /// Rows of Open vSwitch that keep a card from being an uplink.
    private func portRows(of card: String) -> [Overview.Comparison] {
        guard let vswitch = state.vswitch, let port = index.ports[card] else { return [] }
        var rows = vswitch.strayColumns(ofUplink: port, facts, state.links).filter {
            $0.table == .port || $0.row == card
        }.map {
            comparison($0.name, "unset", .text($0.value.description))
        }
        if let failure = vswitch.failing[card] { rows.append(comparison("Open vSwitch", "works", .text(failure))) }
        return rows
    }

    /// Uplinks of a bridge besides its own: with two of them frames loop.
    func otherUplinkRows(of pif: PIF, _ bridge: DeviceName) -> [Overview.Comparison] {
        var others: [String] = []
        if facts.datapath == .bridge, let device = model.netdev(of: pif) {
            let ports = (index.members[bridge] ?? []).filter { $0 != device }
            let found = state.unrecordedCards(of: bridge, among: ports, besides: cards, facts.formerDevices)
            let known = cards.union(found.former).union(found.others)
            others = state.otherUplinks(among: ports, than: device, pif, cards: known, described).map(\.text)
        } else if pif.vlan == nil, let vswitch = state.vswitch {
            let own = model.uplinks(of: pif).map(\.device.text)
            let interfaces = vswitch.externalInterfaces(of: vswitch.bridges[bridge.text])
            let devices = Set(interfaces.subtracting(own).compactMap(DeviceName.init(interface:)))
            let found = state.unrecordedCards(of: bridge, among: devices, besides: cards, facts.formerDevices)
            others = devices.intersection(cards).union(found.former).union(found.others).map(\.text)
        }
        return others.sorted().map { comparison("other uplink", .nothing, .device($0), essential: true) }
    }

    /// What keeps an Open vSwitch bridge, or a VLAN's fake bridge, from passing frames to the host.
    func vswitchRows(of pif: PIF, _ bridge: String) -> [Overview.Comparison] {
        guard facts.datapath == .openvswitch, let vswitch = state.vswitch else { return [] }
        var rows = vswitch.strayColumns(ofBridge: bridge).map {
            comparison($0.name, $0.table == .bridge ? "false" : "unset", .text($0.value.description))
        }
        if let interface = vswitch.interfaces[bridge], !vswitch.isInternal(bridge) {
            rows.append(comparison("type", "internal", .text(interface["type"]?.description ?? "unset")))
        }
        let flaw = vswitch.empty.contains(bridge) ? VswitchState.noFlows : vswitch.failing[bridge]
        if let failure = vswitch.isCarriedOut ? flaw : "ovs-vswitchd is not running" {
            rows.append(comparison("Open vSwitch", "works", .text(failure)))
        }
        return rows
    }

    /// Offloads; a device that lacks one or cannot change it is no drift.
    func offloadRows(_ settings: EthtoolSettings, _ link: Link) -> [Overview.Comparison] {
        settings.offloads.sorted { $0.key < $1.key }.compactMap { offload, setting in
            guard let isOn = link.offloads[offload] else { return nil }
            var row = comparison(
                "\(offload)", .flag(setting.value), .flag(isOn), from: setting.origin)
            if link.fixedOffloads.contains(offload) {
                row.actual = .text("\(Overview.Value.flag(isOn)), fixed")
                row.isDrift = false
            }
            return row
        }
    }
}
