/// An address of a device.
package struct LinkAddress: Hashable, Sendable, Codable {
    /// Address and prefix length.
    package var prefix: IPPrefix
    /// IPv4 broadcast address.
    package var broadcast: IPAddress?
    /// The address at the other end, where the device was given one (`ip address add … peer …`).
    package var peer: IPAddress?
    /// Whether it has a limited lifetime: a DHCP client or a router advertisement gave it.
    package var isDynamic: Bool
    /// What is left of a limited lifetime, where the kernel told it.
    package var lifetime: AddressLifetime?
    /// Whether another host has it: duplicate address detection failed (`IFA_F_DADFAILED`), and the kernel does not use it.
    package var isDuplicate: Bool
    /// Its label, flags and metric, where it has any of its own.
    package var details: KernelDetails?

    /// Creates an address.
    package init(
        _ prefix: IPPrefix, broadcast: IPAddress? = nil, peer: IPAddress? = nil, isDynamic: Bool = false,
        lifetime: AddressLifetime? = nil, isDuplicate: Bool = false, details: KernelDetails? = nil
    ) {
        self.prefix = prefix
        self.broadcast = broadcast
        self.peer = peer
        self.isDynamic = isDynamic
        self.lifetime = lifetime
        self.isDuplicate = isDuplicate
        self.details = details
    }

    /// Reads an address; one that does not say so is no duplicate.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        prefix = try values.decode(IPPrefix.self, forKey: .prefix)
        broadcast = try values.decodeIfPresent(IPAddress.self, forKey: .broadcast)
        peer = try values.decodeIfPresent(IPAddress.self, forKey: .peer)
        isDynamic = try values.decode(Bool.self, forKey: .isDynamic)
        lifetime = try values.decodeIfPresent(AddressLifetime.self, forKey: .lifetime)
        isDuplicate = try values.decodeIfPresent(Bool.self, forKey: .isDuplicate) ?? false
        details = try values.decodeIfPresent(KernelDetails.self, forKey: .details)
    }

    /// The network that the kernel has a route to because of the address: its own, or with a peer that one's.
    package var network: IPPrefix { IPPrefix(peer ?? prefix.address, length: prefix.length)?.network ?? prefix.network }

    /// Whether the kernel makes a route to the network: where there is one, and user space did not forbid it
    /// (`ip address add … noprefixroute`).
    package var makesRoute: Bool { isNetworked && (details?.flags ?? 0) & KernelDetails.noPrefixRoute == 0 }

    /// Whether there is a network around the address, or a peer.
    package var isNetworked: Bool { !prefix.isHost || peer != nil }

    /// The route to the network as the kernel makes it.
    package var connectedRoute: Route {
        let isIPv4 = prefix.address.family == .v4
        return Route(
            network, origin: .kernel, metric: isIPv4 ? 0 : Route.connectedMetric,
            source: isIPv4 ? prefix.address : nil)
    }
}
