/// Which gateways the kernel would refuse on a device because of addresses and routes of other devices. No plan uses them.
struct GatewayRefusals {
    private let addresses: Set<IPAddress>
    private let broadcasts: Set<IPAddress>
    private let others: [(name: DeviceName, network: IPPrefix)]

    /// Collects the addresses and routes of a state that matter for gateways of `device`.
    init(of state: ObservedState, to device: DeviceName) {
        let all = state.links.values.flatMap(\.addresses)
        addresses = Set(all.map(\.prefix.address))
        broadcasts = Set(all.compactMap(\.prefix.broadcast))
        var others: [(DeviceName, IPPrefix)] = []
        for name in state.links.keys.sorted() where name != device {
            guard let link = state.links[name], link.isUp else { continue }
            let networks = link.addresses.filter(link.hasRoute).map(\.network)
            let destinations = link.routes.filter { !$0.isDefault }.map(\.destination)
            others += (networks + destinations).filter { $0.address.family == .v6 }.map { (name, $0) }
        }
        self.others = others
    }

    /// Why the kernel would refuse the route's gateway, as a clause; `nil` where it would not.
    func flaw(of route: Route) -> String? {
        guard let gateway = route.gateway else { return nil }
        if addresses.contains(gateway) { return "\(gateway) is an address of this host" }
        if broadcasts.contains(gateway) { return "\(gateway) is a broadcast address" }
        // `ip6_route_check_nh_onlink`: what has a way over another device is on no other link. IPv4 does not mind.
        guard route.isOnLink, let other = others.first(where: { $0.network.contains(gateway) }) else { return nil }
        return "\(gateway) is reached over \(other.name)"
    }
}
