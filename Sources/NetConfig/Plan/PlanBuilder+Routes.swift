/// The routes of a PIF that is asked for. Ours carry the protocol `static`; routes of any other protocol are left alone.
extension PlanBuilder {
    /// The routes that an IP device is to have: the default routes of the gateway's PIF, and the records' static ones.
    mutating func wantedRoutes(of pif: PIF, on device: DeviceName, isGateway: Bool) -> [Route] {
        defaultRoutes(of: pif, isGateway: isGateway) + reachableStaticRoutes(of: pif, on: device)
    }

    /// Takes those routes of ours from an IP device that are not wanted.
    mutating func removeRoutes(than wanted: [Route], of pif: PIF, on device: DeviceName) {
        let kept = Set(wanted.map(\.identity))
        for route in state.links[device]?.routes ?? [] where route.origin == .static && !kept.contains(route.identity) {
            perform(.removeRoute(device, route), because: "no route of \(pif) by its record")
        }
    }

    /// Adds the wanted routes that are missing.
    mutating func addRoutes(_ wanted: [Route], of pif: PIF, on device: DeviceName) {
        var there = Set((state.links[device]?.routes ?? []).map(\.identity))
        let missing = wanted.filter { there.insert($0.identity).inserted }
        var places = state.places(of: missing)
        for route in missing {
            // The kernel has one route of a destination and metric.
            if let (other, taken) = places[route.place] {
                warn(
                    pif,
                    "route \(route.text) skipped: there is one \(taken.text) over \(other) that is not ours to remove")
                continue
            }
            places[route.place] = (device, route)
            let why = route.destination.length == 0 ? "gateway of \(pif)" : "static route of \(pif)"
            perform(.addRoute(device, route), because: why)
        }
    }

    private mutating func defaultRoutes(of pif: PIF, isGateway: Bool) -> [Route] {
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
                warn(
                    pif, "gateway \(address) skipped: it is on none of the PIF's networks",
                    at: .record(pif.name, field: family == .v4 ? "gateway" : "ipv6_gateway"))
                continue
            }
            if family == .v6, model.ipDevice(of: pif).flatMap({ state.links[$0]?.ipv6 }) == nil { continue }
            routes.append(Route(.any(family), via: address, metric: family == .v6 ? Self.metricBeforeAnnounced : nil))
        }
        return routes
    }

    /// The kernel gives the routes that routers announce the metric 1024 (`IP6_RT_PRIO_USER`): the configured gateway goes
    /// before those that other devices of the host hear about.
    private static var metricBeforeAnnounced: Int { 512 }

    /// The static routes of the records, but those whose gateway cannot be reached.
    mutating func reachableStaticRoutes(of pif: PIF, on device: DeviceName) -> [Route] {
        let networks = state.links[device]?.addresses.map(\.prefix) ?? []
        return model.staticRoutes(of: pif, &warnings).map(\.value).filter { route in
            if pif.isReachable(route, over: networks) { return true }
            warn(pif, "static route \(route.destination) skipped: its gateway is on no network of \(device)")
            return false
        }
    }

    /// When the default route moves here, ours on another of this host's devices goes, and the one that a DHCP client of
    /// ours was given there: the kernel has one. It goes before a client starts here, which could not add its own.
    mutating func removeOtherDefaultRoutes(than device: DeviceName, for pif: PIF) {
        let routed = model.pifs.values.filter {
            model.ipDevice(of: $0).flatMap { state.links[$0] }?.routes.isEmpty == false
        }
        for other in routed.sorted(by: NetworkModel.inDeviceOrder) {
            guard let name = model.ipDevice(of: other), name != device else { continue }
            for route in state.links[name]?.routes ?? []
            where route.destination.length == 0 && pif.hasAddresses(route.destination.address.family)
                && (route.origin == .static || route.origin == .boot && other.ipv4.mode == .dhcp)
            {
                perform(.removeRoute(name, route), because: "the default route moves to \(device)")
            }
        }
    }
}

extension PIF {
    /// Whether the gateway of a route can be reached by way of the networks that the device has addresses of.
    fileprivate func isReachable(_ route: Route, over networks: [IPPrefix]) -> Bool {
        guard let gateway = route.gateway else { return true }
        return isGivenFromOutside(gateway.family) || gateway.isLinkLocal || networks.contains { $0.contains(gateway) }
    }

    /// Whether a DHCP server or a router gives the addresses of a family: which networks they bring is not known yet.
    fileprivate func isGivenFromOutside(_ family: IPAddress.Family) -> Bool {
        switch family {
        case .v4: ipv4.mode == .dhcp
        case .v6: ipv6.mode == .dhcp || ipv6.mode == .autoconf
        }
    }

    /// Whether the PIF has addresses of a family by its record.
    fileprivate func hasAddresses(_ family: IPAddress.Family) -> Bool {
        family == .v4 ? ipv4.mode != .none : ipv6.mode != .none
    }
}

extension ObservedState {
    /// The routes that keep the kernel from adding some others, by their places.
    fileprivate func places(of wanted: [Route]) -> [Route.Place: (DeviceName, Route)] {
        let places = Set(wanted.map(\.place))
        guard !places.isEmpty else { return [:] }
        var taken: [Route.Place: (DeviceName, Route)] = [:]
        for (name, link) in links.sorted(by: { $0.key < $1.key }) {
            for route in link.routes where places.contains(route.place) && taken[route.place] == nil {
                taken[route.place] = (name, route)
            }
        }
        return taken
    }
}

extension NetworkModel {
    /// The routes that `static-routes` of the network's `other_config` lists, then those of the PIF's.
    func staticRoutes(of pif: PIF, _ warnings: inout [Warning]) -> [Setting<Route>] {
        let network = network(of: pif)
        var routes: [Setting<Route>] = []
        var seen: Set<Route> = []
        for (record, text) in [
            (network?.name ?? pif.name, network?.otherConfig["static-routes"]),
            (pif.name, pif.otherConfig["static-routes"]),
        ] {
            let origin = Origin.record(record, field: "other_config:static-routes")
            for entry in (text ?? "").pieces(between: ",") {
                let trimmed = entry.trimmed
                guard let route = Route(staticRoute: trimmed) else {
                    let message =
                        "static route '\(String(trimmed).cut(at: 80))' skipped: network/length/gateway is allowed, host bits clear"
                    warnings.append(Warning(record.title, message, origin: origin))
                    continue
                }
                guard seen.insert(route).inserted, seen.count <= RecordLimit.routes else { continue }
                routes.append(Setting(route, from: origin))
            }
        }
        if seen.count > RecordLimit.routes {
            let message = RecordLimit.message("static-routes", seen.count, of: "routes", allowed: RecordLimit.routes)
            warnings.append(
                Warning(
                    pif.description, "\(message); the first \(RecordLimit.routes) are used",
                    origin: .record(pif.name, field: "other_config:static-routes")))
        }
        return routes
    }
}

extension Route {
    /// Parses an entry of `static-routes`: `network/length/gateway`, both of one family, host bits clear.
    init?(staticRoute text: Substring) {
        let parts = text.pieces(between: "/", keepingEmpty: true)
        guard parts.count == 3, let prefix = IPPrefix("\(parts[0])/\(parts[1])"), prefix.network == prefix,
            let gateway = IPAddress(String(parts[2].trimmed)), gateway.family == prefix.address.family
        else { return nil }
        self.init(prefix, via: gateway)
    }

    /// The route without what makes no difference to the kernel: the preferred source.
    var identity: Route {
        var route = self
        route.source = nil
        return route
    }

    /// What only one route can have.
    struct Place: Hashable {
        fileprivate let destination: IPPrefix
        fileprivate let metric: Int
    }

    fileprivate var place: Place { Place(destination: destination, metric: metric) }
}
