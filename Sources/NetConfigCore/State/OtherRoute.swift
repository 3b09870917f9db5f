/// A route of the main table that no ``Link`` has: with several next hops or none, of another type than unicast, or the
/// kernel's own and yet not simply the network of an address. The kernel has one route of a destination and metric, so that
/// it can be in the way of another.
package struct OtherRoute: Hashable, Sendable, Codable {
    /// Where to: a network, host bits clear.
    package var destination: IPPrefix
    /// Metric (priority).
    package var metric: Int
    /// Who made it.
    package var origin: Route.Origin
    /// The devices of its next hops.
    package var devices: [DeviceName]
    /// Whether what takes it gets anywhere: not where it is `unreachable`, `blackhole` or `prohibit`.
    package var leadsOn: Bool
    /// The words of `ip route` for it.
    package var text: String
    /// The route itself, where it is one that a ``Route`` can describe.
    package var route: Route?

    /// Describes a route.
    package init(
        _ destination: IPPrefix, metric: Int, origin: Route.Origin, devices: [DeviceName], leadsOn: Bool = true,
        text: String, route: Route? = nil
    ) {
        self.destination = destination
        self.metric = metric
        self.origin = origin
        self.devices = devices
        self.leadsOn = leadsOn
        self.text = text
        self.route = route
    }

    /// Describes one whose next hops are over several devices.
    package init(forked route: Route) {
        let devices = route.forkDevices
        self.init(
            route.destination, metric: route.metric, origin: route.origin, devices: devices,
            text: devices.first.map { route.words(over: $0) } ?? route.text, route: route)
    }

    /// Describes one that the kernel made by itself.
    package init(automatic route: Route, over device: DeviceName) {
        self.init(
            route.destination, metric: route.metric, origin: route.origin, devices: [device],
            text: route.words(over: device), route: route)
    }
}

extension ObservedState {
    /// The routes over a device that the kernel made by itself and that do not simply follow from its addresses.
    func automaticRoutes(over device: DeviceName) -> [Route] {
        (otherRoutes ?? []).filter { $0.devices == [device] }.compactMap(\.route)
    }

    /// Whether a route is among those that no link has.
    package func hasOtherRoute(_ route: Route, over device: DeviceName) -> Bool {
        otherRoutes?.contains { $0.devices.contains(device) && $0.route == route } == true
    }

    /// Whether there is a default route over several devices.
    package var hasForkedDefaultRoute: Bool {
        otherRoutes?.contains { other in other.route.map { $0.isDefault && !$0.forkDevices.isEmpty } ?? false } ?? false
    }

    /// Adds a route where it is found when the kernel is asked.
    mutating func add(_ route: Route, over device: DeviceName) {
        guard route.forkDevices.isEmpty else {
            otherRoutes = (otherRoutes ?? []) + [OtherRoute(forked: route)]
            return
        }
        guard route.isAutomatic else {
            links[device]?.routes.append(route)
            return
        }
        // The network of an address is found with that.
        if links[device]?.unroutedNetworks?.contains(route.destination) == true {
            links[device]?.note(route.destination, isRouted: true)
            if links[device]?.addresses.contains(where: { $0.makesRoute && $0.connectedRoute == route }) == true {
                return
            }
        }
        otherRoutes = (otherRoutes ?? []) + [OtherRoute(automatic: route, over: device)]
    }

    /// Removes a route.
    mutating func remove(_ route: Route, over device: DeviceName) {
        links[device]?.routes.removeAll { $0 == route }
        otherRoutes?.removeAll { $0.devices.contains(device) && $0.route == route }
        guard route.origin == .kernel, links[device]?.isUp == true,
            links[device]?.addresses.contains(where: { $0.isNetworked && $0.network == route.destination }) == true
        else { return }
        links[device]?.note(route.destination, isRouted: false)
    }
}
