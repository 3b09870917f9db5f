/// The routes of a requested PIF. Routes of this program carry protocol `static`. On its devices it also replaces routes of
/// others that contradict the records; the kernel's own stay.
extension PlanBuilder {
    /// The routes that an IP device must have: connected ones that are missing, the default routes if the host uses this PIF's
    /// gateway, and the records' static routes.
    mutating func wantedRoutes(of pif: PIF, on device: DeviceName, isGateway: Bool) -> [Route] {
        let routes =
            state.neededConnectedRoutes(of: pif, on: device) + defaultRoutes(of: pif, on: device, isGateway: isGateway)
            + reachableStaticRoutes(of: pif, on: device)
        guard !routes.isEmpty else { return [] }
        let refusals = GatewayRefusals(of: state, to: device)
        return routes.filter { route in
            guard let flaw = refusals.flaw(of: route) else { return true }
            warn(pif, "route \(route.text) ignored: \(flaw)")
            return false
        }
    }

    /// Removes unwanted routes of this program from a device, and any route there that contradicts a wanted one.
    mutating func removeRoutes(than wanted: [Route], of pif: PIF, on device: DeviceName) {
        let byDestination = Dictionary(grouping: wanted, by: \.destination)
        for route in state.links[device]?.routes ?? [] {
            let rivals = byDestination[route.destination] ?? []
            guard !rivals.contains(where: route.serves) else { continue }
            if route.isDefault {
                // A client's, or a router's.
                let isGiven = pif.isDynamic(route.destination.address.family)
                if route.origin != .static, isGiven, rivals.isEmpty { continue }
                if rivals.isEmpty, keepsDefaultRoute, pif.reaches(route) { continue }
            }
            if route.origin == .static {
                perform(.removeRoute(device, route), because: "not in the record of \(pif)")
            } else if !rivals.isEmpty, !route.isAutomatic {
                perform(.removeRoute(device, route), because: "the record of \(pif) has another one")
            }
        }
        removeRivals(of: wanted, than: device)
    }

    /// Adds the wanted routes that are missing.
    mutating func addRoutes(_ wanted: [Route], of pif: PIF, on device: DeviceName) {
        let there = Dictionary(grouping: state.links[device]?.routes ?? [], by: \.destination)
        var seen: Set<Route> = []
        let missing = wanted.filter { route in
            there[route.destination]?.contains { $0.serves(route) } != true && seen.insert(route.identity).inserted
        }
        var taken = state.places(of: missing)
        for route in missing {
            // The kernel has one route of a destination and metric.
            if let other = taken[route.place] {
                warn(
                    pif,
                    "route \(route.text) skipped: another route to the same destination exists ('\(other)') and is not "
                        + "managed by this program")
                continue
            }
            taken[route.place] = route.words(over: device)
            perform(.addRoute(device, route), because: reason(for: route, pif))
        }
    }

    private func reason(for route: Route, _ pif: PIF) -> String {
        if route.origin == .kernel { return "connected network whose route is missing" }
        if route.origin == .boot { return "gateway in the lease of \(pif)" }
        return route.isDefault ? "gateway of \(pif)" : "static route of \(pif)"
    }

    // MARK: Default routes

    private mutating func defaultRoutes(of pif: PIF, on device: DeviceName, isGateway: Bool) -> [Route] {
        IPAddress.Family.allCases.compactMap { family in
            if pif.isDynamic(family) {
                return isGateway && family == .v4 ? leaseRoute(of: pif, on: device) : nil
            }
            // Without an address of the family there is nothing to send from.
            guard let gateway = pif.fixedGateway(family), let hop = pif.nextHop(family),
                state.links[device]?.addresses.contains(where: { $0.prefix.address.family == family }) == true
            else { return nil }
            let origin = pif.gatewayOrigin(family)
            if case .impossible(let flaw) = hop {
                warn(pif, "gateway \(gateway) ignored: \(flaw)", at: origin)
                return nil
            }
            let isKept = keepsDefaultRoute && state.hasDefaultRoute(family, besides: device)
            guard isGateway, !isKept else {
                let reason = isKept ? "the existing default route is kept" : "another PIF has the default route"
                note("gateway \(gateway) of \(pif) is not used: \(reason)")
                return nil
            }
            if hop == .onLink {
                remark(
                    pif,
                    "gateway \(gateway) is not on any network of the PIF; assuming that it is on the link (onlink)",
                    at: origin)
            }
            return pif.defaultRoute(family)
        }
    }

    /// The default route in the lease of a running client, where it is missing or leads elsewhere now.
    private mutating func leaseRoute(of pif: PIF, on device: DeviceName) -> Route? {
        guard let link = state.links[device],
            let client = state.dhcpClients.first(where: { $0.device == device && $0.family == .v4 }),
            !link.routes.contains(where: { route in
                route.isDefault && route.destination.address.family == .v4
                    && (client.routers.isEmpty || route.gateway.map(client.routers.contains) == true)
            })
        else { return nil }
        // One that this plan starts brings its own.
        guard steps.contains(where: { $0.action.startsClient(on: device) }) else {
            guard let router = client.routers.first else { return nil }
            let isNear = link.addresses.contains { $0.prefix.contains(router) }
            return Route(.any(.v4), via: router, origin: .boot, isOnLink: !isNear)
        }
        if let other = state.places(of: [Route(.any(.v4))]).values.first {
            warn(
                pif,
                "the default route of the lease cannot be set: another one exists ('\(other)') and is not managed by this "
                    + "program")
        }
        return nil
    }

    /// Removes the default routes of this host's other devices, also those of other programs, when the default route moves here. This
    /// comes before a client starts, which could not add its own otherwise.
    mutating func removeOtherDefaultRoutes(than device: DeviceName, for pif: PIF) {
        guard !keepsDefaultRoute else { return }
        let refusals = GatewayRefusals(of: state, to: device)
        let families = IPAddress.Family.allCases.filter { family in
            pif.isDynamic(family) || pif.defaultRoute(family).map { refusals.flaw(of: $0) == nil } ?? false
        }
        func isRival(_ route: Route) -> Bool {
            route.isDefault && families.contains(route.destination.address.family)
        }
        for (name, rivals) in ownRoutes(notOver: device, where: isRival) {
            for route in rivals {
                perform(.removeRoute(name, route), because: "the default route moves to \(device)")
            }
        }
        removeForkedRoutes(movingTo: device, where: isRival)
    }

    /// Removes the default routes over several next hops whose devices all belong to this program.
    private mutating func removeForkedRoutes(movingTo device: DeviceName, where isMeant: (Route) -> Bool) {
        let found = (state.otherRoutes ?? []).filter { other in
            guard let route = other.route, !route.forkDevices.isEmpty else { return false }
            return !route.isAutomatic && isMeant(route)
        }
        guard !found.isEmpty else { return }
        let own = ownDevices().union(facts.formerDevices)
        for other in found where own.isSuperset(of: other.devices) {
            guard let route = other.route, let first = other.devices.first else { continue }
            performFirst(removing: route, over: first, because: "the default route moves to \(device)")
        }
    }

    // MARK: Static routes

    /// The static routes of the records whose gateways can be reached.
    mutating func reachableStaticRoutes(of pif: PIF, on device: DeviceName) -> [Route] {
        let addresses = state.links[device]?.addresses.map(\.prefix) ?? []
        return model.usableStaticRoutes(of: pif, on: device, addresses, &warnings).map(\.value)
    }

    /// Removes routes from other devices of this program that have the destination and metric of wanted ones, unless a record
    /// asks for them there.
    private mutating func removeRivals(of wanted: [Route], than device: DeviceName) {
        let places = Set(wanted.filter { !$0.isDefault }.map(\.place))
        guard !places.isEmpty else { return }
        for (name, rivals) in ownRoutes(notOver: device, where: { places.contains($0.place) }) {
            var unused: [Warning] = []
            let wantedThere = model.pifs.values.filter { model.ipDevice(of: $0) == name }
                .flatMap { model.staticRoutes(of: $0, &unused).map(\.value) }
            for route in rivals where !wantedThere.contains(where: route.serves) {
                perform(.removeRoute(name, route), because: "the route moves to \(device)")
            }
        }
    }

    /// Matching routes over other devices of this program: managed devices of the records, and those that it attached.
    private func ownRoutes(
        notOver device: DeviceName, where isMeant: (Route) -> Bool
    ) -> [(device: DeviceName, routes: [Route])] {
        let found = state.links.mapValues { $0.routes.filter(isMeant) }
            .filter { $0.key != device && !$0.value.isEmpty }
        // A host may have thousands of records: they are gone through only where one matters.
        guard !found.isEmpty else { return [] }
        let own = ownDevices()
        return found.filter { own.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The managed devices of the records, and those that this program attached.
    private func ownDevices() -> Set<DeviceName> {
        let managed = model.pifs.values.filter(\.managed)
        return recordedNames.union(
            managed.flatMap { [$0.device, model.netdev(of: $0), model.ipDevice(of: $0)] }.compactMap { $0 })
    }
}

extension Action {
    fileprivate func startsClient(on device: DeviceName) -> Bool {
        guard case .startDHCP(let client, _) = self else { return false }
        return client.device == device && client.family == .v4
    }
}

extension ObservedState {
    /// The existing routes, in the words of `ip route`, that keep the kernel from adding some routes, by destination and
    /// metric.
    fileprivate func places(of wanted: [Route]) -> [Route.Place: String] {
        let places = Set(wanted.map(\.place))
        guard !places.isEmpty else { return [:] }
        var taken: [Route.Place: String] = [:]
        func note(_ place: Route.Place, _ words: @autoclosure () -> String) {
            if places.contains(place), taken[place] == nil { taken[place] = words() }
        }
        for name in links.keys.sorted() {
            guard let link = links[name] else { continue }
            for route in link.routes { note(route.place, route.words(over: name)) }
            for address in link.addresses where link.isUp && link.hasRoute(for: address) {
                note(address.connectedRoute.place, address.connectedRoute.words(over: name))
            }
        }
        for other in otherRoutes ?? [] { note(other.place, other.text) }
        return taken
    }

    /// Whether another device than the given one has a default route of a family.
    func hasDefaultRoute(_ family: IPAddress.Family, besides device: DeviceName? = nil) -> Bool {
        func isDefault(_ destination: IPPrefix) -> Bool { destination == .any(family) }
        return links.contains { name, link in name != device && link.routes.contains { isDefault($0.destination) } }
            || otherRoutes?.contains { $0.leadsOn && isDefault($0.destination) && $0.devices != [device] } == true
    }
}

extension Route {
    /// The route without its preferred source, which makes no difference to the kernel when it compares routes.
    var identity: Route {
        var route = self
        route.source = nil
        return route
    }

    /// Whether this existing route makes a wanted one unnecessary. A route of this program must equal the record; one of
    /// another program may have metrics of its own.
    func serves(_ wanted: Route) -> Bool {
        if origin == .static { return identity == wanted.identity }
        return place == wanted.place && gateway == wanted.gateway && fork == wanted.fork
    }

    /// The key that the kernel allows one route for: destination and metric.
    struct Place: Hashable {
        fileprivate let destination: IPPrefix
        fileprivate let metric: Int
    }

    /// What only one route can have.
    fileprivate var place: Place { Place(destination: destination, metric: metric) }
}

extension OtherRoute {
    fileprivate var place: Route.Place { Route.Place(destination: destination, metric: metric) }
}
