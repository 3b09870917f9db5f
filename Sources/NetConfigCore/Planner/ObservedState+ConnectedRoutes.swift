extension ObservedState {
    /// The routes to the networks of addresses that were given with the wish that the kernel makes none, or whose route was
    /// deleted: what the gateway and the neighbours need all the same. They may be there already. An IPv6 address that a
    /// router or a DHCPv6 server gives may have none: what is on the link is the router's to say.
    func neededConnectedRoutes(of pif: PIF, on device: DeviceName) -> [Route] {
        guard let link = links[device],
            link.addresses.contains(where: { $0.isNetworked && !link.hasRoute(for: $0) })
        else { return [] }
        let reached = Set(link.addresses.filter(link.hasRoute).map(\.network))
        return link.addresses.filter { address in
            address.isNetworked && !link.hasRoute(for: address) && !reached.contains(address.network)
                && (pif.fixedAddresses(address.prefix.address.family).contains(address.prefix)
                    || address.isDynamic && address.prefix.address.family == .v4 && pif.ipv4.mode == .dhcp)
        }.map(\.connectedRoute).filter { route in
            otherRoutes?.contains { $0.destination == route.destination && $0.devices == [device] } != true
        }
    }
}
