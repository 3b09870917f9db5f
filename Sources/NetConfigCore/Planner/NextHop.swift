/// How the next hop of a route is reached from a PIF's networks, by its record.
enum NextHop: Equatable {
    /// It is on one of the networks, or link-local.
    case near
    /// It is on none of them. Some hosting companies have such gateways, and they answer on the link; the kernel must be told
    /// with `onlink`, because it would otherwise look for a route to the gateway.
    case onLink
    /// No router can have the address; the reason, as a clause.
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
    /// Why no router can have this address, as a clause; `nil` where one can.
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
    /// The static addresses of a family in the record.
    package func fixedAddresses(_ family: IPAddress.Family) -> [IPPrefix] {
        switch family {
        case .v4: ipv4.mode == .static ? ipv4.prefix.map { [$0] } ?? [] : []
        case .v6: ipv6.mode == .static ? ipv6.addresses : []
        }
    }

    /// The gateway of a family with static addresses; `nil` where a DHCP server or a router gives them.
    func fixedGateway(_ family: IPAddress.Family) -> IPAddress? {
        switch family {
        case .v4: ipv4.mode == .static ? ipv4.gateway : nil
        case .v6: ipv6.mode == .static ? ipv6.gateway : nil
        }
    }

    /// How that gateway is reached; `nil` where the record has none.
    func nextHop(_ family: IPAddress.Family) -> NextHop? {
        fixedGateway(family).map { NextHop($0, from: fixedAddresses(family)) }
    }

    /// The default route of a family with static addresses; `nil` where there is no usable gateway.
    package func defaultRoute(_ family: IPAddress.Family) -> Route? {
        guard let gateway = fixedGateway(family), let hop = nextHop(family) else { return nil }
        if case .impossible = hop { return nil }
        let metric = family == .v6 ? Self.metricBeforeAnnounced : nil
        return Route(.any(family), via: gateway, metric: metric, isOnLink: hop == .onLink)
    }

    /// Whether a DHCP server or a router gives the addresses of a family, so that their networks are not known in advance.
    package func isDynamic(_ family: IPAddress.Family) -> Bool {
        switch family {
        case .v4: ipv4.mode == .dhcp
        case .v6: ipv6.mode == .dhcp || ipv6.mode == .autoconf
        }
    }

    /// Whether the gateway of an existing route can be reached from the static addresses of the record.
    func reaches(_ route: Route) -> Bool {
        let addresses = fixedAddresses(route.destination.address.family)
        guard let gateway = route.gateway, !route.isOnLink else { return !addresses.isEmpty }
        return NextHop(gateway, from: addresses) == .near
    }

    /// Whether the PIF has addresses of a family by its record.
    func hasAddresses(_ family: IPAddress.Family) -> Bool {
        family == .v4 ? ipv4.mode != .none : ipv6.mode != .none
    }

    /// Whether the record configures addresses of any family.
    package var isConfigured: Bool { ipv4.mode != .none || ipv6.mode != .none }

    /// The field of the record that holds the gateway of a family.
    func gatewayOrigin(_ family: IPAddress.Family) -> Origin {
        .record(name, field: family == .v4 ? "gateway" : "ipv6_gateway")
    }

    /// Metric of configured IPv6 default routes. Routes from router advertisements have 1024 (`IP6_RT_PRIO_USER`), so a
    /// configured gateway takes precedence over what other devices of the host hear.
    private static var metricBeforeAnnounced: Int { 512 }
}

extension NetworkModel {
    /// The PIF whose default route or name servers the host uses: the first candidate on which `key` of `other_config` is set
    /// (`defaultroute` or `peerdns`), else the management interface.
    func preferredPIF(
        by key: OtherConfigKey, among candidates: some Sequence<PIF>, isInUse: (PIF) -> Bool
    ) -> PIF? {
        namedPIFs(by: key, among: candidates).first(where: isInUse) ?? managementPIF(among: candidates)
    }

    /// The candidates on which `key` of `other_config` is `true`, in the order of preference.
    func namedPIFs(by key: OtherConfigKey, among candidates: some Sequence<PIF>) -> [PIF] {
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
