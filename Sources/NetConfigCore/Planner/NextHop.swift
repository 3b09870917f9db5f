/// How the next hop of a route is reached from a PIF's networks, by its record.
enum NextHop: Equatable {
    /// It is on one of the networks, or link-local.
    case near
    /// It is on none of them. Hosting companies have such gateways, and they do answer on the link; the kernel has to be
    /// told (`onlink`), for it would look for a way there.
    case onLink
    /// No router can have the address; why not, as half a sentence.
    case impossible(String)

    /// Judges an address from the networks of its family.
    init(_ address: IPAddress, from networks: [IPPrefix]) {
        if let flaw = address.flawAsRouter(among: networks) {
            self = .impossible(flaw)
        } else {
            self = address.isLinkLocal || networks.contains { $0.contains(address) } ? .near : .onLink
        }
    }
}

extension IPAddress {
    /// What keeps a router from having this address: half a sentence.
    fileprivate func flawAsRouter(among networks: [IPPrefix]) -> String? {
        guard isUnicast else { return "it is not a host address" }
        for network in networks {
            if network.address == self { return "it is the PIF's own address" }
            // A network of two addresses has a host at each (RFC 3021). The first address of an IPv6 network is that of
            // its routers (RFC 4291, section 2.6.1).
            guard let broadcast = network.broadcast else { continue }
            if broadcast == self { return "it is the broadcast address of \(network.network)" }
            if network.network.address == self { return "it is the address of the network \(network.network) itself" }
        }
        return nil
    }
}

extension PIF {
    /// The addresses of a family that the record fixes.
    package func fixedAddresses(_ family: IPAddress.Family) -> [IPPrefix] {
        switch family {
        case .v4: ipv4.mode == .static ? ipv4.prefix.map { [$0] } ?? [] : []
        case .v6: ipv6.mode == .static ? ipv6.addresses : []
        }
    }

    /// The gateway of a family, where the record fixes the addresses: others have theirs from a DHCP server or a router.
    func fixedGateway(_ family: IPAddress.Family) -> IPAddress? {
        switch family {
        case .v4: ipv4.mode == .static ? ipv4.gateway : nil
        case .v6: ipv6.mode == .static ? ipv6.gateway : nil
        }
    }

    /// How the gateway is reached; `nil` where the record fixes none.
    func nextHop(_ family: IPAddress.Family) -> NextHop? {
        fixedGateway(family).map { NextHop($0, from: fixedAddresses(family)) }
    }

    /// The default route of a family that the record fixes; `nil` where it has none that can be.
    package func defaultRoute(_ family: IPAddress.Family) -> Route? {
        guard let gateway = fixedGateway(family), let hop = nextHop(family) else { return nil }
        if case .impossible = hop { return nil }
        let metric = family == .v6 ? Self.metricBeforeAnnounced : nil
        return Route(.any(family), via: gateway, metric: metric, isOnLink: hop == .onLink)
    }

    /// Whether a DHCP server or a router gives the addresses of a family: which networks they bring is not known yet.
    package func isGivenFromOutside(_ family: IPAddress.Family) -> Bool {
        switch family {
        case .v4: ipv4.mode == .dhcp
        case .v6: ipv6.mode == .dhcp || ipv6.mode == .autoconf
        }
    }

    /// Whether the next hop of a route that is there can be reached from the addresses that the record fixes.
    func reaches(_ route: Route) -> Bool {
        let addresses = fixedAddresses(route.destination.address.family)
        guard let gateway = route.gateway, !route.isOnLink else { return !addresses.isEmpty }
        return NextHop(gateway, from: addresses) == .near
    }

    /// Whether the PIF has addresses of a family by its record.
    func hasAddresses(_ family: IPAddress.Family) -> Bool {
        family == .v4 ? ipv4.mode != .none : ipv6.mode != .none
    }

    /// Whether its record has it get addresses, of whichever family.
    package var isConfigured: Bool { ipv4.mode != .none || ipv6.mode != .none }

    /// Where the gateway of a family stands.
    func gatewayOrigin(_ family: IPAddress.Family) -> Origin {
        .record(name, field: family == .v4 ? "gateway" : "ipv6_gateway")
    }

    /// The kernel gives the routes that routers announce the metric 1024 (`IP6_RT_PRIO_USER`): the configured gateway goes
    /// before those that other devices of the host hear about.
    private static var metricBeforeAnnounced: Int { 512 }
}

extension NetworkModel {
    /// The PIF whose default route or name servers the host uses by its records: of those that a key of `other_config`
    /// (`defaultroute`, `peerdns`) names the first that is in use, else the management interface.
    func preferredPIF(
        by key: String, among candidates: some Sequence<PIF>, isInUse: (PIF) -> Bool
    ) -> PIF? {
        namedPIFs(by: key, among: candidates).first(where: isInUse) ?? managementPIF(among: candidates)
    }

    /// Those that a key of `other_config` names, in the order in which they are chosen.
    func namedPIFs(by key: String, among candidates: some Sequence<PIF>) -> [PIF] {
        candidates.filter { $0.otherConfig[key] == "true" }.sorted(by: Self.inDeviceOrder)
    }

    /// The management interface; of several the first.
    func managementPIF(among candidates: some Sequence<PIF>) -> PIF? {
        candidates.filter(isManagement).min(by: Self.inDeviceOrder)
    }

    /// The PIF that gives the default route where neither a key nor a management interface says so: that of the device over
    /// which there is one, and where there is none at all the first by device name that has a gateway.
    func gatewayPIF(in state: ObservedState, among candidates: some Sequence<PIF>) -> PIF? {
        func first(where isWanted: @escaping (PIF) -> Bool) -> PIF? {
            candidates.lazy.filter { $0.managed && isWanted($0) }.min(by: Self.inDeviceOrder)
        }
        let carrier = first { pif in
            ipDevice(of: pif).flatMap { state.links[$0] }?.routes.contains(where: \.isDefault) == true
        }
        if carrier != nil || IPAddress.Family.allCases.contains(where: { state.hasDefaultRoute($0) }) { return carrier }
        return first { pif in IPAddress.Family.allCases.contains { pif.defaultRoute($0) != nil } }
            ?? first { $0.ipv4.mode == .dhcp }
    }
}
