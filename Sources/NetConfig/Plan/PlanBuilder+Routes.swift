/// The routes of the request's PIF. Ours carry the protocol `static`; routes of any other protocol are left alone.
extension PlanBuilder {
    /// Leaves exactly the wanted routes of ours on the IP device, and one default route of ours on the host.
    mutating func configureRoutes(of device: DeviceName, gateway: PIF?) {
        let isGateway = gateway?.ref == pif.ref
        var wanted = defaultRoutes(isGateway: isGateway)
        wanted += staticRoutes(on: device).filter { route in
            guard isReachable(route, on: device) else {
                warn(pif, "static route \(route.destination) skipped: its gateway is on no network of \(device)")
                return false
            }
            return true
        }
        for route in state.links[device]?.routes ?? []
        where route.origin == .static && !wanted.contains(where: { $0.isSame(as: route) }) {
            perform(.removeRoute(device, route), because: "no route of \(pif) by its record")
        }
        if isGateway { removeOtherDefaultRoutes(than: device) }
        for route in wanted where state.links[device]?.routes.contains(where: { $0.isSame(as: route) }) != true {
            let why = route.destination.length == 0 ? "gateway of \(pif)" : "static route of \(pif)"
            // Without a lease there is no network to reach the gateway on; that must not cost the host its bridge.
            let isLeased = pif.ipv4.mode == .dhcp && route.destination.address.family == .v4
            perform(.addRoute(device, route), because: why, onFailure: isLeased ? .warn : .rollBack)
        }
    }

    private mutating func defaultRoutes(isGateway: Bool) -> [Route] {
        var routes: [Route] = []
        for (family, address, isStatic, networks) in [
            (IPAddress.Family.v4, pif.ipv4.gateway, pif.ipv4.mode == .static, pif.ipv4.prefix.map { [$0] } ?? []),
            (.v6, pif.ipv6.gateway, pif.ipv6.mode == .static, pif.ipv6.addresses),
        ] {
            guard let address, isStatic else { continue }
            guard isGateway else {
                note("gateway \(address) of \(pif) is not used: another PIF has the default route")
                continue
            }
            guard address.isLinkLocal || networks.contains(where: { $0.contains(address) }) else {
                warn(pif, "gateway \(address) skipped: it is on none of the PIF's networks")
                continue
            }
            if family == .v6, model.ipDevice(of: pif).flatMap({ state.links[$0]?.ipv6 }) == nil { continue }
            routes.append(Route(.any(family), via: address))
        }
        return routes
    }

    /// The routes that `static-routes` of the network's `other_config` lists, or of the PIF's.
    private mutating func staticRoutes(on device: DeviceName) -> [Route] {
        let network = model.network(of: pif)
        var routes: [Route] = []
        for (record, text) in [
            (network.map { "\($0)" } ?? "", network?.otherConfig["static-routes"]),
            ("\(pif)", pif.otherConfig["static-routes"]),
        ] {
            for entry in (text ?? "").split(separator: ",") {
                let trimmed = entry.drop { $0 == " " }
                guard let route = Route(staticRoute: trimmed) else {
                    warn(record, "static route '\(trimmed)' skipped: network/length/gateway is allowed")
                    continue
                }
                if !routes.contains(route) { routes.append(route) }
            }
        }
        return routes
    }

    private func isReachable(_ route: Route, on device: DeviceName) -> Bool {
        guard let gateway = route.gateway else { return true }
        // Which networks a lease brings is not known yet.
        if pif.ipv4.mode == .dhcp, gateway.family == .v4 { return true }
        return gateway.isLinkLocal
            || state.links[device]?.addresses.contains { $0.prefix.contains(gateway) } == true
    }

    /// When the default route moves here, ours on another of this host's devices goes.
    private mutating func removeOtherDefaultRoutes(than device: DeviceName) {
        for other in Set(model.pifs.values.compactMap(model.ipDevice)).sorted() where other != device {
            for route in state.links[other]?.routes ?? []
            where route.origin == .static && route.destination.length == 0 && movesHere(route.destination.address.family) {
                perform(.removeRoute(other, route), because: "the default route moves to \(device)")
            }
        }
    }

    private func movesHere(_ family: IPAddress.Family) -> Bool {
        family == .v4 ? pif.ipv4.mode != .none : pif.ipv6.mode != .none
    }
}

extension Route {
    /// Parses an entry of `static-routes`: `network/length/gateway`, both of one family, host bits clear.
    init?(staticRoute text: Substring) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let prefix = IPPrefix("\(parts[0])/\(parts[1])"), prefix.network == prefix,
            let gateway = IPAddress(String(parts[2].filter { $0 != " " })), gateway.family == prefix.address.family
        else { return nil }
        self.init(prefix, via: gateway)
    }

    /// Whether two routes are the same for the kernel, whatever preferred source one of them names.
    func isSame(as other: Route) -> Bool {
        destination == other.destination && gateway == other.gateway && origin == other.origin && metric == other.metric
    }
}
