/// The files that other tools read. Each is written only when its text changes.
extension PlanBuilder {
    /// Writes the files of a PIF.
    mutating func writeFiles(of pif: PIF, gateway: PIF?, dns: PIF?) {
        guard let device = model.ipDevice(of: pif) else { return }
        if dns?.ref == pif.ref, pif.ownsResolver { writeResolver(of: pif) }
        // xcp-networkd leaves none of the other files, and takes away what is in them.
        guard !facts.isNetworkds else { return }
        guard observed.directories.contains(HostFile.scripts) else { return }
        for (name, lines) in interfaceFiles(of: pif, device) {
            write(lines.map { "\($0)\n" }.joined(), to: "\(HostFile.scripts)/\(name)", because: "\(pif)")
        }
        var variables: [(name: String, value: String)] = []
        if dns?.ref == pif.ref { variables.append(("DNSDEV", device.text)) }
        if gateway?.ref == pif.ref { variables.append(("GATEWAYDEV", device.text)) }
        guard !variables.isEmpty else { return }
        let old = state.files[HostFile.sysconfigNetwork]?.bytes ?? []
        write(
            ConfigurationText.network(old, setting: variables), to: HostFile.sysconfigNetwork,
            because: "\(pif) is the host's \(variables.map(\.name).joined(separator: " and "))")
    }

    /// Writes the name servers of a static configuration. Where the record has none, those that this program or a lease wrote
    /// are removed; an administrator's stay.
    private mutating func writeResolver(of pif: PIF) {
        let text = ConfigurationText.resolver(search: searchDomains(of: pif), servers: pif.dns)
        if facts.isNetworkds, let old = state.files[HostFile.resolver]?.text,
            ConfigurationText.saysTheSame(resolver: old, text)
        {
            return
        }
        guard pif.dns.isEmpty else { return write(text, to: HostFile.resolver, because: "name servers of \(pif)") }
        guard let old = state.files[HostFile.resolver]?.text,
            ConfigurationText.isOurs(resolver: old) || DHCPLeases(leaseTexts).wrote(resolver: old)
        else { return }
        write(text, to: HostFile.resolver, because: "\(pif) has no name servers any more")
    }

    /// The texts of the lease files of the requested devices.
    private var leaseTexts: [String] {
        pifs.compactMap(model.ipDevice).flatMap(DHCPClientFiles.leases).compactMap { observed.files[$0]?.text }
    }

    private mutating func write(_ text: String, to path: String, because reason: String) {
        write(Array(text.utf8), to: path, because: reason)
    }

    private mutating func write(_ bytes: [UInt8], to path: String, because reason: String) {
        let old = state.files[path]
        guard old?.bytes != bytes else { return }
        if let obstacle = state.obstacles?[path] { return warn(path, "\(obstacle); it is left unchanged") }
        perform(
            .replaceFile(path, before: old, after: FileContents(bytes, mode: old?.mode ?? 0o644)), because: reason)
    }

    /// The search domains of a PIF; text that is not a domain name is ignored with a warning.
    private mutating func searchDomains(of pif: PIF) -> [String] {
        let domains = (pif.otherConfig[.domain] ?? "").substituting(",", with: " ").words.map(String.init)
        let limit = RecordLimit.searchDomains
        if domains.count > limit {
            let message = RecordLimit.message("domain", domains.count, of: "entries", allowed: limit)
            warn(
                pif, "\(message); the first \(limit) are used",
                at: .record(pif.name, field: OtherConfigKey.domain.field))
        }
        return domains.prefix(limit).filter { domain in
            let isName =
                domain.utf8.count <= 253
                && domain.utf8.allSatisfy { $0.isLetter || $0.isDigit || ".-_".utf8.contains($0) }
            if !isName {
                warn(
                    pif, "domain '\(domain)' ignored: it is not a domain name",
                    at: .record(pif.name, field: OtherConfigKey.domain.field))
            }
            return isName
        }
    }

    /// The ifcfg and route files of a PIF: their names and lines.
    private mutating func interfaceFiles(of pif: PIF, _ device: DeviceName) -> [(name: String, lines: [String])] {
        var files: [(String, [String])] = []
        if facts.datapath == .bridge { files += lowerDeviceFiles(of: pif, except: device) }
        var lines = ConfigurationText.ifcfgHead(device) + ["NOZEROCONF=yes"]
        if facts.datapath == .bridge, model.bridge(of: pif) != nil, let netdev = model.netdev(of: pif) {
            lines += ["TYPE=Bridge", "DELAY=0", "STP=off", "PIFDEV=\(ConfigurationText.quoted(netdev.text))"]
        } else {
            lines.append("TYPE=Ethernet")
        }
        lines += ConfigurationText.ipv4(pif.ipv4)
        let isBridgeless = model.bridge(of: pif) == nil
        lines += ConfigurationText.ethtool(
            isBridgeless
                ? model.ethtool(ofDeviceOf: pif, &warnings)
                // The kernels that these files are for have bridges whose offloads cannot be set at all.
                : model.ethtool(ofBridgeOf: pif, &warnings).asRecorded)
        lines.append(mtuLine(of: device))
        lines += pif.dns.enumerated().map { "DNS\($0.offset + 1)=\($0.element)" }
        let domains = searchDomains(of: pif)
        if !domains.isEmpty { lines.append("DOMAIN=\(ConfigurationText.quoted(domains.joined(separator: " ")))") }
        lines += ConfigurationText.ipv6(pif.ipv6)
        files.append(("ifcfg-\(device)", lines))
        let routes = reachableStaticRoutes(of: pif, on: device)
        files.append(
            (
                "route-\(device)",
                [ConfigurationText.header("route-\(device)")]
                    + routes.compactMap { route in
                        let dev = ConfigurationText.quoted(device.text)
                        return route.gateway.map { "\(route.destination) via \($0) dev \(dev)" }
                    }
            ))
        return files
    }

    /// The ifcfg files of the devices below a Linux bridge or a VLAN link, except those that have addresses of their own.
    private mutating func lowerDeviceFiles(of pif: PIF, except device: DeviceName) -> [(String, [String])] {
        let datapath = model.datapathPIF(of: pif)
        let isBond = !datapath.bondMasterOf.isEmpty
        var files: [(String, [String])] = []
        for card in model.uplinks(of: pif) where card.device != device && (isBond || !hasOwnFile(card)) {
            var lines = ConfigurationText.ifcfgHead(card.device) + ["TYPE=Ethernet"]
            if let mac = cardMAC(card) { lines.append("HWADDR=\(mac)") }
            lines += ConfigurationText.ethtool(model.ethtool(ofDeviceOf: card, &warnings))
            lines.append(mtuLine(of: card.device))
            lines +=
                isBond
                ? ["MASTER=\(ConfigurationText.quoted(datapath.device.text))", "SLAVE=yes"]
                : bridgeLine(of: card.device)
            files.append(("ifcfg-\(card.device)", lines))
        }
        if isBond, datapath.device != device, !hasOwnFile(datapath) {
            var lines = ConfigurationText.ifcfgHead(datapath.device)
            if let mac = datapathMAC(of: datapath) { lines.append("MACADDR=\(mac)") }
            lines += ConfigurationText.ethtool(model.ethtool(ofDeviceOf: datapath, &warnings))
            lines.append(mtuLine(of: datapath.device))
            if case .bond(let attributes) = state.links[datapath.device]?.kind {
                lines.append("BONDING_OPTS=\"\(attributes.initscriptsOptions)\"")
            }
            files.append(("ifcfg-\(datapath.device)", lines + bridgeLine(of: datapath.device)))
        }
        if pif.vlan != nil, let vlan = model.netdev(of: pif), vlan != device {
            var lines = ConfigurationText.ifcfgHead(vlan) + ["VLAN=yes"]
            lines += ConfigurationText.ethtool(model.ethtool(ofDeviceOf: pif, &warnings))
            lines.append(mtuLine(of: vlan))
            files.append(("ifcfg-\(vlan)", lines + bridgeLine(of: vlan)))
        }
        return files
    }

    /// Whether a lower device belongs to a configured PIF without a bridge, which has a more complete file of its own.
    private func hasOwnFile(_ lower: PIF) -> Bool {
        model.bridge(of: lower) == nil && (pifs.contains { $0.ref == lower.ref } || isInUse(lower))
    }

    private func mtuLine(of device: DeviceName) -> String { "MTU=\(state.links[device]?.mtu ?? 1500)" }

    private func bridgeLine(of device: DeviceName) -> [String] {
        guard let master = state.links[device]?.master, case .bridge = state.links[master]?.kind else { return [] }
        return ["BRIDGE=\(ConfigurationText.quoted(master.text))"]
    }
}

extension PIF {
    /// Whether the record's name servers are written.
    var writesResolver: Bool { !dns.isEmpty && ownsResolver }

    /// Whether this program writes `/etc/resolv.conf`: the primary address is configured here and not by a DHCP client, whose
    /// script writes it otherwise.
    var ownsResolver: Bool {
        switch primaryAddressType {
        case .v4: ipv4.mode == .static
        case .v6: ipv6.mode == .static || ipv6.mode == .autoconf
        }
    }
}

extension BondAttributes {
    /// The options in the format of the initscripts' `BONDING_OPTS`.
    fileprivate var initscriptsOptions: String {
        var options = [
            "mode=\(mode)", "miimon=\(miimon)", "downdelay=\(downdelay)", "updelay=\(updelay)",
            "use_carrier=\(useCarrier ? 1 : 0)",
        ]
        if let transmitHashPolicy { options.append("xmit_hash_policy=\(transmitHashPolicy)") }
        if let lacpRate { options.append("lacp_rate=\(lacpRate)") }
        return options.joined(separator: " ")
    }
}
