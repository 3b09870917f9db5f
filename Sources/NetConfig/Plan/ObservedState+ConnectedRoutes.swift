extension ObservedState {
    /// The routes to the networks of addresses that were given with the wish that the kernel makes none: what the gateway
    /// and the neighbours need all the same. They may be there already.
    func neededConnectedRoutes(of pif: PIF, on device: DeviceName) -> [Route] {
        guard let link = links[device] else { return [] }
        let reached = Set(link.addresses.filter(\.makesRoute).map(\.network))
        return link.addresses.filter { address in
            address.isNetworked && !address.makesRoute && !reached.contains(address.network)
                && pif.fixedAddresses(address.prefix.address.family).contains(address.prefix)
        }.map(\.connectedRoute).filter { route in
            otherRoutes?.contains { $0.destination == route.destination && $0.devices == [device] } != true
        }
    }
}
