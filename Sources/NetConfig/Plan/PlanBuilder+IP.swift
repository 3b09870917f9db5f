/// Addresses, routes and DHCP of a PIF that is asked for.
extension PlanBuilder {
    /// Gives the IP devices their configuration and brings them up. Whether a route can be added depends on the routes of
    /// other devices, which go with these devices' addresses: so all addresses come first, and what has to go before what
    /// comes.
    mutating func configureIP(gateway: PIF?, dns: PIF?) throws(PlanError) {
        var configured: [Configured] = []
        for pif in pifs {
            if let entry = try configureAddresses(of: pif, gateway: gateway, dns: dns) { configured.append(entry) }
        }
        let wanted = configured.map { wantedRoutes(of: $0.pif, on: $0.device, isGateway: gateway?.ref == $0.pif.ref) }
        for (entry, routes) in zip(configured, wanted) { removeRoutes(than: routes, of: entry.pif, on: entry.device) }
        for (entry, routes) in zip(configured, wanted) {
            addRoutes(routes, of: entry.pif, on: entry.device)
            if !entry.added.isEmpty { announce(entry.added, on: entry.device) }
            if entry.startsClient { announce([], on: entry.device) }
        }
    }

    /// A PIF that has its addresses.
    private struct Configured {
        let pif: PIF
        let device: DeviceName
        /// The addresses that are new.
        let added: [IPAddress]
        /// Whether a DHCP client was started.
        let startsClient: Bool
    }

    private mutating func configureAddresses(
        of pif: PIF, gateway: PIF?, dns: PIF?
    ) throws(PlanError) -> Configured? {
        guard let device = model.ipDevice(of: pif) else { return nil }
        let first = steps.count
        configureIPv6Settings(of: pif, on: device)
        let hasAddresses = pif.ipv4.mode != .none || pif.ipv6.mode != .none
        raise(
            device, because: hasAddresses ? "carries the addresses of \(pif)" : "carries \(pif), which has no address")
        if gateway?.ref == pif.ref { removeOtherDefaultRoutes(than: device, for: pif) }
        var added = try configureIPv4(of: pif, on: device, gateway: gateway, dns: dns)
        added += try configureIPv6(of: pif, on: device, gateway: gateway, dns: dns)
        let startsClient = steps[first...].contains { $0.action.startsClient }
        return Configured(pif: pif, device: device, added: added, startsClient: startsClient)
    }

    /// Neighbours that do not hear of an address ask for it.
    private mutating func announce(_ addresses: [IPAddress], on device: DeviceName) {
        perform(.announce(device, addresses), because: "neighbours shall know at once")
    }

    /// The PIF whose gateway or name servers the host uses: the one that a key of `other_config` names, else the management
    /// interface. PIFs that are going away cannot be it.
    mutating func choose(_ key: String, _ what: String) -> PIF? {
        let leaving = Set(conflictingPIFs.map(\.ref))
        let wanted = Set(pifs.map(\.ref))
        func isCandidate(_ other: PIF) -> Bool {
            (other.ipv4.mode != .none || other.ipv6.mode != .none) && !leaving.contains(other.ref)
                && (other.bondSlaveOf == nil || wanted.contains(other.ref))
        }
        let named = model.pifs.values.filter { $0.otherConfig[key] == "true" && isCandidate($0) }
            .sorted(by: NetworkModel.inDeviceOrder)
        if let first = named.first {
            if named.count > 1 {
                let others = named.dropFirst().prefix(Self.namedLimit).map(\.description).joined(separator: ", ")
                warn(
                    first, "other_config:\(key) is set on \(others) as well; \(first) is used for \(what)",
                    at: .record(first.name, field: "other_config:\(key)"))
            }
            return first
        }
        if let requestedManagement { return requestedManagement }
        return model.pifs.values.filter { model.isManagement($0) && isCandidate($0) }.min(
            by: NetworkModel.inDeviceOrder)
    }

    /// So many PIFs are named in a warning that there are too many.
    private static var namedLimit: Int { 8 }

    // MARK: IPv4

    private mutating func configureIPv4(
        of pif: PIF, on device: DeviceName, gateway: PIF?, dns: PIF?
    ) throws(PlanError) -> [IPAddress] {
        switch pif.ipv4.mode {
        case .none:
            setAddresses(of: device, .v4, [], because: "\(pif) has no IPv4 configuration")
            return []
        case .static:
            guard let prefix = pif.ipv4.prefix, prefix.address.isUnicast else {
                try miss(.v4, of: pif)
                return []
            }
            let address = LinkAddress(prefix, broadcast: prefix.broadcast)
            return setAddresses(of: device, .v4, [address], because: "static address of \(pif)")
        case .dhcp:
            startDHCP(of: pif, on: device, .v4, gateway: gateway, dns: dns)
            return []
        }
    }

    /// Goes on without an address that is no host's. Where it is the essential one the run fails, and where something that
    /// worked would go nothing is done.
    private mutating func miss(_ family: IPAddress.Family, of pif: PIF) throws(PlanError) {
        let error = PlanError(pif, .noAddress(pif: "\(pif)", family: family))
        guard family == pif.essentialFamily else {
            let message =
                "its static \(family == .v4 ? "IPv4" : "IPv6") configuration has no valid address and is left out"
            return warn(pif, message, at: .record(pif.name, field: family == .v4 ? "IP" : "IPv6"))
        }
        guard !losesNetwork, model.ipDevice(of: pif).flatMap({ observed.links[$0]?.addresses.isEmpty }) ?? true else {
            throw error
        }
        shortfalls.append(error)
    }

    /// Leaves exactly the given addresses of a family on a device, touching none that is right; returns the new ones.
    @discardableResult
    private mutating func setAddresses(
        of device: DeviceName, _ family: IPAddress.Family, _ wanted: [LinkAddress], because reason: String
    ) -> [IPAddress] {
        for client in state.dhcpClients where client.device == device && client.family == family {
            perform(.stopDHCP(client), because: reason)
        }
        let prefixes = Set(wanted.map(\.prefix))
        removeAddresses(of: device, because: reason) { address in
            address.prefix.address.family == family
                && (!prefixes.contains(address.prefix) || address.isDynamic || address.peer != nil)
        }
        let there = Set((state.links[device]?.addresses ?? []).map(\.prefix))
        let missing = wanted.filter { !there.contains($0.prefix) }
        for address in missing { perform(.addAddress(device, address), because: reason) }
        return missing.map(\.prefix.address)
    }

    private mutating func startDHCP(
        of pif: PIF, on device: DeviceName, _ family: IPAddress.Family, gateway: PIF?, dns: PIF?
    ) {
        let isGateway = gateway?.ref == pif.ref
        // Who writes the name servers' file: a client, or we.
        let isDNS = dns?.ref == pif.ref && !pif.writesResolver
        var environment = gateway.flatMap(model.ipDevice).map { ["GATEWAYDEV=\($0)"] } ?? []
        if !isDNS { environment.append("PEERDNS=no") }
        let patience = facts.isFirstBoot ? 240 : 60
        let client = DHCPClient(
            device: device, family: family,
            configuration: DHCPConfiguration.text(
                for: device, family, timeout: patience, wantsRouters: isGateway, wantsDNS: isDNS),
            environment: environment)
        let running = state.dhcpClients.filter { $0.device == device && $0.family == family }
        let isRight = running.count == 1 && DHCPConfiguration.areAlike(running[0], client)
        if isRight, running[0].progress == .bound { return }
        let reason = "DHCP for \(pif)"
        for old in running { perform(.stopDHCP(old), because: isRight ? old.flaw : "its configuration changed") }
        // What is on the device was given to it by somebody else.
        removeAddresses(of: device, because: reason) { $0.prefix.address.family == family }
        perform(.startDHCP(client, patience: patience), because: reason)
    }

    // MARK: IPv6

    /// Router advertisements are heeded only where the mode says so; set before the device comes up and hears one.
    private mutating func configureIPv6Settings(of pif: PIF, on device: DeviceName) {
        guard let link = state.links[device] else { return }
        guard let current = link.ipv6, !current.isDisabled else {
            if pif.ipv6.mode != .none { warn(pif, "IPv6 is disabled on this host; its IPv6 configuration is skipped") }
            return
        }
        let wanted =
            switch pif.ipv6.mode {
            case .none, .static: IPv6Settings(acceptRA: 0, autoconf: false)
            case .autoconf: IPv6Settings(acceptRA: 1, autoconf: true)
            // DHCPv6 tells no routes: those are still the routers' business.
            case .dhcp: IPv6Settings(acceptRA: 1, autoconf: false)
            }
        if current != wanted || made.contains(device) {
            perform(.setIPv6(device, wanted), because: "IPv6 mode \(pif.ipv6.mode.rawValue) of \(pif)")
        }
    }

    private mutating func configureIPv6(
        of pif: PIF, on device: DeviceName, gateway: PIF?, dns: PIF?
    ) throws(PlanError) -> [IPAddress] {
        guard let settings = state.links[device]?.ipv6, !settings.isDisabled else { return [] }
        switch pif.ipv6.mode {
        case .none:
            setAddresses(of: device, .v6, [], because: "\(pif) has no IPv6 configuration")
            return []
        case .static:
            guard !pif.ipv6.addresses.isEmpty, pif.ipv6.addresses.allSatisfy({ $0.address.isUnicast }) else {
                try miss(.v6, of: pif)
                return []
            }
            let addresses = pif.ipv6.addresses.map { LinkAddress($0) }
            return setAddresses(of: device, .v6, addresses, because: "static address of \(pif)")
        case .autoconf:
            for client in state.dhcpClients where client.device == device && client.family == .v6 {
                perform(.stopDHCP(client), because: "IPv6 mode Autoconf of \(pif)")
            }
            for address in state.links[device]?.addresses ?? []
            where address.prefix.address.family == .v6 && !address.isDynamic {
                perform(.removeAddress(device, address), because: "IPv6 mode Autoconf of \(pif)")
            }
            return []
        case .dhcp:
            startDHCP(of: pif, on: device, .v6, gateway: gateway, dns: dns)
            return []
        }
    }
}

extension Action {
    fileprivate var startsClient: Bool {
        guard case .startDHCP = self else { return false }
        return true
    }
}

extension DHCPClient {
    /// Why one that is configured as it should be does not do: half a sentence.
    fileprivate var flaw: String { progress == .gone ? "its process is gone" : "it has no lease" }
}
