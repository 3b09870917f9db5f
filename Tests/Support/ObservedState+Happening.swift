package import NetConfigCore

extension ObservedState {
    /// The addresses that a DHCP server leases: each MAC address gets one.
    package static let leasedAddresses = (0..<16).map { IPAddress.v4(0xC633_644D + $0) }

    /// Does an action, and what the world outside does in answer: a DHCP server gives its lease.
    package mutating func happen(_ action: Action) {
        apply(action)
        guard case .startDHCP(let client, _) = action else { return }
        switch client.family {
        case .v4:
            let address = Self.leasedAddresses[Int(links[client.device]?.mac.map { $0.bits & 0xF } ?? 0)]
            guard let prefix = IPPrefix(address, length: 24), let router = IPAddress("198.51.100.1") else {
                return
            }
            links[client.device]?.addresses.append(
                LinkAddress(prefix, broadcast: prefix.broadcast, isDynamic: true))
            if client.configuration.contains("routers") {
                links[client.device]?.routes.append(Route(.any(.v4), via: router, origin: .boot))
            }
        case .v6:
            guard let prefix = IPPrefix("2001:db8:77::77/128") else { return }
            links[client.device]?.addresses.append(LinkAddress(prefix, isDynamic: true))
        }
    }
}
