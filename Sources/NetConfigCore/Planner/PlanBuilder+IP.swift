/// Addresses, routes and DHCP of a PIF that is asked for.
extension PlanBuilder {
    /// Configures the IP devices of all requested PIFs and brings them up. Removals come first, then all addresses, then the
    /// routes, because whether the kernel accepts a route depends on the addresses and routes of every device.
    mutating func configureIP(gateway: PIF?, dns: PIF?) throws(PlanError) {
        var configured: [Configured] = []
        releaseMovedAddresses(gateway: gateway)
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

    /// Removes the requested addresses from other devices of this program, since the host would keep answering over the old
    /// one. A device that no record describes any more loses all its addresses in the same networks, and so does the device of
    /// the default route that moves here.
    private mutating func releaseMovedAddresses(gateway: PIF?) {
        let wanted = pifs.flatMap { pif in IPAddress.Family.allCases.flatMap(pif.fixedAddresses) }
        let own = Dictionary(pifs.compactMap { pif in model.ipDevice(of: pif).map { ($0, pif) } }) { first, _ in first }
        let known = recordedNames.union(facts.formerDevices)
        let movesDefault = pifs.contains { $0.ref == gateway?.ref }
        for (name, link) in state.links.filter({ !$0.value.addresses.isEmpty }).sorted(by: { $0.key < $1.key }) {
            var moved = link.addresses.filter { address in wanted.contains { $0.address == address.prefix.address } }
            if let pif = own[name] {
                // Of two requested PIFs the one that has the address gives it up before the other gets it.
                let kept = IPAddress.Family.allCases.flatMap(pif.fixedAddresses).map(\.address)
                moved.removeAll { kept.contains($0.prefix.address) }
                removeAddresses(of: name, because: "the address moves to another PIF", where: moved.contains)
                continue
            }
            let isInTheWay =
                movesDefault && link.routes.contains(where: \.isDefault)
                || wanted.contains { prefix in link.addresses.contains { $0.prefix.contains(prefix.address) } }
            guard isInTheWay || !moved.isEmpty else { continue }
            // A host may have thousands of records: they are gone through only where one matters.
            if known.contains(name), isInTheWay, !described.contains(name) {
                clearAddresses(of: name, because: "no record describes it, and \(pifs[0]) takes its place")
            } else if described.contains(name), !moved.isEmpty {
                removeAddresses(of: name, because: "the address moves to \(pifs[0])", where: moved.contains)
            }
        }
    }

    /// A PIF whose addresses are planned.
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
        let pif = try withUsableIPv6(pif, on: device)
        configureIPv6Settings(of: pif, on: device)
        raise(
            device,
            because: pif.isConfigured ? "carries the addresses of \(pif)" : "carries \(pif), which has no address")
        if gateway?.ref == pif.ref { removeOtherDefaultRoutes(than: device, for: pif) }
        let first = steps.count
        var added = try configureIPv4(of: pif, on: device, gateway: gateway, dns: dns)
        added += try configureIPv6(of: pif, on: device, gateway: gateway, dns: dns)
        let startsClient = steps[first...].contains { $0.action.startsClient }
        return Configured(pif: pif, device: device, added: added, startsClient: startsClient)
    }

    /// Adds the announcement of new addresses, so that neighbours replace what they remember.
    mutating func announce(_ addresses: [IPAddress], on device: DeviceName) {
        perform(.announce(device, addresses), because: "so that neighbours learn of the addresses at once")
    }

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

    /// Continues without a static address that is not valid, unless it is the primary one.
    mutating func miss(_ family: IPAddress.Family, of pif: PIF) throws(PlanError) {
        let error = PlanError(pif, .noAddress(pif: "\(pif)", family: family))
        guard family == pif.primaryFamily else {
            let message =
                "its static \(family == .v4 ? "IPv4" : "IPv6") configuration has no valid address and is ignored"
            return warn(pif, message, at: .record(pif.name, field: family == .v4 ? "IP" : "IPv6"))
        }
        try miss(error, of: pif)
    }

    /// Records that a PIF cannot have its primary address: the run does the rest and fails. Throws where the plan would cost
    /// the host an address that works.
    mutating func miss(_ error: PlanError, of pif: PIF) throws(PlanError) {
        guard !hasLostNetwork, model.ipDevice(of: pif).flatMap({ observed.links[$0]?.addresses.isEmpty }) ?? true else {
            throw error
        }
        shortfalls.append(error)
    }

    /// Makes these the only addresses of a family on a device; addresses that are right are not touched. Returns the new ones.
    @discardableResult
    mutating func setAddresses(
        of device: DeviceName, _ family: IPAddress.Family, _ wanted: [LinkAddress], because reason: String
    ) -> [IPAddress] {
        for client in state.dhcpClients where client.device == device && client.family == family {
            perform(.stopDHCP(client), because: reason)
        }
        let prefixes = Set(wanted.map(\.prefix))
        let duplicates = Set((state.links[device]?.addresses ?? []).filter(\.isDuplicate).map(\.prefix))
        for prefix in duplicates.intersection(prefixes).sorted() {
            remark(
                device,
                "duplicate address detection found another host with \(prefix.address); the address is added again")
        }
        removeAddresses(of: device, because: reason) { address in
            address.prefix.address.family == family
                && (!prefixes.contains(address.prefix) || address.isDynamic || address.isDuplicate
                    || address.peer != nil)
        }
        let there = Set((state.links[device]?.addresses ?? []).map(\.prefix))
        let missing = wanted.filter { !there.contains($0.prefix) }
        for address in missing { perform(.addAddress(device, address), because: reason) }
        // One that another host may have is not claimed.
        return missing.map(\.prefix).filter { !duplicates.contains($0) }.map(\.address)
    }

    mutating func startDHCP(
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
        // What is on the device does not come from this client.
        removeAddresses(of: device, because: reason) { $0.prefix.address.family == family }
        perform(.startDHCP(client, patience: patience), because: reason)
    }
}

extension Action {
    fileprivate var startsClient: Bool {
        guard case .startDHCP = self else { return false }
        return true
    }
}

extension DHCPClient {
    /// Why a correctly configured client must be restarted, as a clause.
    fileprivate var flaw: String { progress == .gone ? "its process has exited" : "it has no lease" }
}
