/// The settings of a PIF's network: of its bridge, or of the device itself where it has none.
extension OverviewBuilder {
    /// All settings of a network; where the PIF is not attached they are compared with a bare device.
    func networkSettings(
        of pif: PIF, isAttached: Bool, _ warnings: inout [Warning]
    ) -> [Overview.Comparison] {
        guard let device = model.ipDevice(of: pif) else { return [] }
        let bare = isAttached ? nil : Link(kind: .other(nil))
        guard let link = state.links[device] ?? bare else {
            return [comparison("device", .up, .missing, essential: true)]
        }
        var rows = [comparison("device", .up, .flag(link.isUp, words: .upDown))]
        let mac = model.macAddress(of: pif)
        rows.append(
            comparison(
                "MAC", mac.map { .mac($0) }, link.mac.map { .mac($0) }, from: mac.map { _ in macOrigin(of: pif) }))
        let isBridged = model.bridge(of: pif) != nil
        let mtu = isBridged ? model.mtu(ofBridgeOf: pif, &warnings) : model.mtu(ofDeviceOf: pif, &warnings)
        // No upper device carries larger frames than the lower one.
        let uplinks = model.uplinks(of: pif)
        let limit = uplinks.compactMap { state.links[$0.device]?.greatestMTU }.reduce(
            model.mtu(ofDeviceOf: model.datapathPIF(of: pif), &warnings).value, min)
        let usable = min(uplinks.isEmpty ? mtu.value : min(mtu.value, limit), link.greatestMTU ?? mtu.value)
        rows.append(comparison("MTU", .number(usable), link.mtu.map { .number($0) }, from: mtu.origin))
        if pif.vlan != nil { rows.append(tagComparison(of: pif)) }
        for held in link.heldGateways ?? [] where held.port != model.netdev(of: pif) {
            rows.append(comparison("frames for \(held.address)", "to the uplink", "to \(held.port)"))
        }
        rows += flagRows(link)
        for port in index.members[device] ?? [] where state.links[port]?.has(.ownAddress) == true {
            rows.append(comparison("frames for its MAC", "to the host", "to \(port)"))
        }
        rows += addressRows(of: pif, device, link)
        rows += routeRows(of: pif, link, &warnings)
        rows += resolverRows(of: pif)
        if isBridged { rows += bridgeRows(of: pif, device, link, &warnings) }
        return isBridged ? rows + otherUplinkRows(of: pif, device) + vswitchRows(of: pif, device.text) : rows
    }

    private func macOrigin(of pif: PIF) -> Origin { .record(model.datapathPIF(of: pif).name, field: "MAC") }

    private func tagComparison(of pif: PIF) -> Overview.Comparison {
        let datapath = model.datapathPIF(of: pif)
        let wanted = "\(pif.vlan ?? 0) on \(datapath.device)"
        let origin = Origin.record(pif.name, field: "VLAN")
        guard facts.datapath == .openvswitch else {
            guard let netdev = model.netdev(of: pif), case .vlan(let vlan) = state.links[netdev]?.kind else {
                return comparison("tag", .text(wanted), .missing, from: origin)
            }
            return comparison("tag", .text(wanted), "\(vlan.tag) on \(vlan.parent)", from: origin)
        }
        guard let vswitch = state.vswitch, let name = model.bridge(of: pif)?.text else {
            return comparison("tag", .text(wanted), nil, from: origin).unknown
        }
        guard let bridge = index.bridges[name], let tag = vswitch.ports[name]?.tag else {
            return comparison("tag", .text(wanted), .missing, from: origin)
        }
        guard vswitch.ports[name]?["fake_bridge"] == .boolean(true) else {
            return comparison("tag", .text(wanted), "\(tag), no fake bridge", from: origin)
        }
        let carrier = bridge == model.bridge(of: datapath)?.text ? datapath.device.text : bridge
        return comparison("tag", .text(wanted), "\(tag) on \(carrier)", from: origin)
    }

    // MARK: Addresses

    private func addressRows(of pif: PIF, _ device: DeviceName, _ link: Link) -> [Overview.Comparison] {
        let (v4, v6) = (pif.ipv4.mode != .none, pif.ipv6.mode != .none)
        var rows = [
            addressRow(
                "address", .v4, pif.ipv4.mode == .static ? pif.ipv4.prefix.map { [$0] } ?? [] : nil,
                pif.ipv4.mode == .dhcp ? "DHCP" : nil, device, link,
                .record(pif.name, field: pif.ipv4.mode == .static ? "IP" : "ip_configuration_mode"), v4)
        ]
        if v6 || link.addresses.contains(where: { $0.prefix.address.family == .v6 }) {
            rows.append(
                addressRow(
                    "IPv6", .v6, pif.ipv6.mode == .static ? pif.ipv6.addresses : nil,
                    pif.ipv6.mode == .dhcp ? "DHCP" : pif.ipv6.mode == .autoconf ? "Autoconf" : nil, device, link,
                    .record(pif.name, field: pif.ipv6.mode == .static ? "IPv6" : "ipv6_configuration_mode"), v6))
        }
        if pif.isDynamic(.v6), link.ipv6?.isGenerationOff == true {
            rows.append(comparison("addr_gen_mode", "eui64", "none", essential: true))
        }
        return rows
    }

    /// `fixed` are the addresses of a static configuration, `mode` how others are got; neither: there are to be none.
    private func addressRow(
        _ name: String, _ family: IPAddress.Family, _ fixed: [IPPrefix]?, _ mode: String?, _ device: DeviceName,
        _ link: Link, _ origin: Origin, _ isEssential: Bool
    ) -> Overview.Comparison {
        let there = link.addresses.filter { $0.prefix.address.family == family }
        let texts = there.map { "\($0.prefix)" + ($0.isDuplicate ? " (duplicate)" : "") }
        let isPlain = !there.contains(where: \.isDuplicate)
        let actual = isPlain ? Overview.Value.prefixes(there.map(\.prefix)) : .text(texts.joined(separator: ", "))
        guard let mode else {
            let wanted = fixed ?? []
            var row = comparison(
                name, .prefixes(wanted), actual, from: origin, essential: isEssential || !texts.isEmpty)
            row.isDrift = Set(wanted.map(\.description)) != Set(texts)
            return row
        }
        let isRunning = isClient(device, family) || mode == "Autoconf"
        let leased = there.isEmpty ? "no lease" : actual
        var row = comparison(
            name, .text(mode), isRunning ? leased : "\(leased), no client", from: origin, essential: true)
        row.isDrift = !isRunning || there.isEmpty && mode == "DHCP"
        return row
    }

    // MARK: Routes and DNS

    private func routeRows(of pif: PIF, _ link: Link, _ warnings: inout [Warning]) -> [Overview.Comparison] {
        var rows: [Overview.Comparison] = []
        if pif.ref == gatewayPIF?.ref {
            for family in IPAddress.Family.allCases {
                let defaults = link.routes.filter { $0.isDefault && $0.destination.address.family == family }
                let gateways = defaults.compactMap(\.gateway)
                let there =
                    defaults.contains { $0.fork != nil }
                    ? Overview.Value.text(
                        defaults.compactMap { $0.gateway?.description ?? $0.fork?.text }.joined(separator: ", "))
                    : .addresses(gateways)
                let leased = defaults.isEmpty && pif.isDynamic(family) ? router(of: pif, family) : nil
                let wanted = pif.defaultRoute(family)?.gateway ?? leased
                guard wanted != nil || defaults.contains(where: { $0.gateway != nil || $0.fork != nil }) else {
                    continue
                }
                rows.append(
                    comparison(
                        family == .v4 ? "gateway" : "IPv6 gateway", wanted.map { .addresses([$0]) }, there,
                        from: pif.defaultRoute(family).map { _ in pif.gatewayOrigin(family) }, essential: true))
            }
        }
        if let device = model.ipDevice(of: pif) {
            for route in state.neededConnectedRoutes(of: pif, on: device)
            where !link.routes.contains(where: { $0.serves(route) }) {
                rows.append(comparison("route", .text(route.text), .missing, essential: true))
            }
        }
        var unused: [Warning] = []
        // One that is not attached has none yet.
        let addresses =
            link.addresses.isEmpty
            ? IPAddress.Family.allCases.flatMap(pif.fixedAddresses) : link.addresses.map(\.prefix)
        let routes =
            model.ipDevice(of: pif).map { model.usableStaticRoutes(of: pif, on: $0, addresses, &unused) } ?? []
        warnings += unused
        let wanted = Set(routes.map(\.value.identity))
        let there = routes.isEmpty ? [:] : Dictionary(grouping: link.routes, by: \.destination)
        for setting in routes {
            let isThere = there[setting.value.destination]?.contains { $0.serves(setting.value) } == true
            rows.append(
                comparison(
                    "route", .text(setting.value.text), isThere ? .text(setting.value.text) : .missing,
                    from: setting.origin,
                    essential: true))
        }
        for route in link.routes where route.origin == .static && route.destination.length > 0 {
            guard !wanted.contains(route.identity) else { continue }
            rows.append(comparison("route", .nothing, .text(route.text), essential: true))
        }
        return rows
    }

    /// The router that the lease of a PIF's client names.
    private func router(of pif: PIF, _ family: IPAddress.Family) -> IPAddress? {
        guard family == .v4, let device = model.ipDevice(of: pif) else { return nil }
        return state.dhcpClients.first { $0.device == device && $0.family == family }?.routers.first
    }

    private func resolverRows(of pif: PIF) -> [Overview.Comparison] {
        guard pif.ref == dnsPIF?.ref, pif.writesResolver else { return [] }
        let there = (state.files[HostFile.resolver]?.text ?? "").lines()
            .filter { $0.begins(with: "nameserver ") }.map { String($0.dropping(11)) }
        let servers = there.compactMap { IPAddress($0) }
        return [
            comparison(
                "DNS", .addresses(pif.dns),
                servers.count == there.count ? .addresses(servers) : .text(there.joined(separator: ", ")),
                from: .record(pif.name, field: "DNS"), essential: true)
        ]
    }

    // MARK: The bridge

    private func bridgeRows(
        of pif: PIF, _ device: DeviceName, _ link: Link, _ warnings: inout [Warning]
    ) -> [Overview.Comparison] {
        var rows = offloadRows(model.ethtool(ofBridgeOf: pif, &warnings), link)
        guard pif.vlan == nil else { return rows }
        let snooping = model.pool?.igmpSnoopingEnabled
        func row(_ isOn: Bool) -> Overview.Comparison {
            comparison(
                "IGMP snooping", snooping.map { .flag($0) }, .flag(isOn),
                from: (snooping == nil ? nil : model.pool).map { .record($0.name, field: "igmp_snooping_enabled") })
        }
        if facts.datapath == .bridge, case .bridge(let attributes) = link.kind {
            rows.append(row(attributes.multicastSnooping))
            if attributes.stp { rows.append(comparison("STP", .flag(false), .flag(true))) }
            if attributes.vlanFiltering { rows.append(comparison("VLAN filtering", .flag(false), .flag(true))) }
            return rows
        }
        guard let bridge = state.vswitch?.bridges[device.text] else {
            return rows + (state.vswitch == nil ? [] : [comparison("bridge", "in Open vSwitch", "not in Open vSwitch")])
        }
        let mode = model.failMode(ofBridgeOf: pif)
        rows.append(
            comparison(
                "fail mode", .text(mode.value), .text(bridge["fail_mode"]?.description ?? "unset"), from: mode.origin))
        if let targets = state.vswitch?.controllers[device.text] {
            rows.append(comparison("controller", nil, .text(targets.joined(separator: ", ")), essential: true))
        }
        let config = bridge["other_config"]?.stringMap ?? [:]
        if let flag = model.disablesInBand(on: model.network(of: pif), &warnings), let value = flag.value {
            rows.append(
                comparison(
                    "in-band disabled", .text(String(value)), .text(config["disable-in-band"] ?? "unset"),
                    from: flag.origin))
        }
        return rows + [row(bridge["mcast_snooping_enable"] == .boolean(true))]
    }
}
