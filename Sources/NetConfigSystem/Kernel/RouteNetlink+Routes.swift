package import NetConfigCore
internal import SystemPackage

extension RouteNetlink {
    /// Adds a route to the main table. That exactly this route is there already is fine; the kernel does not look at
    /// gateway and device when it says that one exists, so those are compared here.
    ///
    /// Equivalent to: `ip route add DESTINATION [via GATEWAY] dev NAME proto … metric …`
    /// - Throws: `EEXIST` where another route has that destination and metric; `ENETUNREACH` (IPv6: `EHOSTUNREACH`)
    ///   where the gateway is not on the link; `ENETDOWN` where the device is down.
    package func addRoute(_ route: Route, over device: DeviceName) throws(NetlinkError) {
        let index = try index(of: device)
        var hops: [Int32] = []
        for name in route.forkDevices { hops.append(try self.index(of: name)) }
        do {
            try send(.addRoute(route, over: device, index: index, hops: hops))
        } catch let error where error.code == .fileExists {
            var same = route
            same.fork = route.fork?.withoutDevices
            guard try routes().contains(where: { $0.index == index && $0.hops == hops && $0.route == same }) else {
                throw error
            }
        }
    }

    /// Removes a route from the main table. That it or the device is gone already is fine.
    ///
    /// Equivalent to: `ip route delete DESTINATION [via GATEWAY] dev NAME proto … metric …`
    package func removeRoute(_ route: Route, over device: DeviceName) throws(NetlinkError) {
        guard let index = try existingIndex(of: device) else { return }
        var hops: [Int32] = []
        for name in route.forkDevices {
            guard let hop = try existingIndex(of: name) else { return }
            hops.append(hop)
        }
        try sendRemoval(.removeRoute(route, over: device, index: index, hops: hops))
    }

    /// Removes the routes over a device that router advertisements gave it.
    ///
    /// Turning `accept_ra` off does not: the kernel keeps them until they expire, and a default route among them has
    /// the metric of a static one, which then could not be added.
    ///
    /// Equivalent to: `ip -6 route flush dev NAME proto ra`
    package func removeAdvertisedRoutes(over device: DeviceName) throws(NetlinkError) {
        // A device that is down has no routes, and there are hundreds of those when a host's bridges are made.
        guard let record = try existingRecord(of: device), record.isUp else { return }
        var removed: [Route] = []
        do {
            for entry in try routes()
            where entry.index == record.index && entry.hops.isEmpty && entry.route.origin == .advertisement {
                try sendRemoval(.removeRoute(entry.route, over: device, index: record.index))
                removed.append(entry.route)
            }
        } catch {
            for route in removed { try? send(.addRoute(route, over: device, index: record.index)) }
            throw error
        }
    }
}
