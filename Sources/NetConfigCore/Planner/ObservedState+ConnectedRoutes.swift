extension ObservedState {
    /// The connected routes that a device lacks: to the networks of addresses that were added with `noprefixroute`, or whose
    /// route was deleted. The gateway and the neighbours need them. They may be there already. IPv6 addresses from a router or
    /// DHCPv6 server are left out: the router decides what is on the link.
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
