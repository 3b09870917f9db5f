/// A unicast route of the main table.
package struct Route: Hashable, Sendable, Codable {
    /// Where to: a network, host bits clear.
    package var destination: IPPrefix
    /// The next hop; `nil` for a network on the link.
    package var gateway: IPAddress?
    /// Where it leads instead of to one gateway or network on the link.
    package var fork: RouteFork?
    /// Who made it (`RTPROT_…` of `rtnetlink(7)`): ours is ``Origin/static``.
    package var origin: Origin
    /// Metric (priority); 0 is the kernel's "none" for IPv4, 1024 its default for IPv6.
    package var metric: Int
    /// Preferred source address.
    package var source: IPAddress?
    /// Its scope, flags and metrics, where it has any of its own.
    package var details: KernelDetails?

    /// Who made a route.
    package struct Origin: Hashable, Sendable, Codable, RawRepresentable {
        /// The kernel's number.
        package var rawValue: UInt8

        /// Creates an origin from the kernel's number.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Made during boot, or by a program that did not say (`ip route add`).
        package static let boot = Origin(rawValue: 3)
        /// Made by this program.
        package static let `static` = Origin(rawValue: 4)
        /// Learnt from an ICMP redirect (`RTPROT_REDIRECT`).
        package static let redirect = Origin(rawValue: 1)
        /// Made by the kernel along with an address (`RTPROT_KERNEL`).
        package static let kernel = Origin(rawValue: 2)
        /// Learnt from a router advertisement (`RTPROT_RA`).
        package static let advertisement = Origin(rawValue: 9)
    }

    /// Creates a route; by default one of this program's. `isOnLink` says that the gateway is on the link although it is
    /// on no network of the device.
    package init(
        _ destination: IPPrefix, via gateway: IPAddress? = nil, origin: Origin = .static, metric: Int? = nil,
        source: IPAddress? = nil, isOnLink: Bool = false, details: KernelDetails? = nil
    ) {
        self.details = isOnLink ? KernelDetails(flags: KernelDetails.onLink) : details
        self.destination = destination
        self.gateway = gateway
        self.origin = origin
        self.metric = metric ?? Self.standardMetric(destination.address.family)
        self.source = source
    }

    /// The metric that the kernel gives a route where its maker names none.
    static func standardMetric(_ family: IPAddress.Family) -> Int { family == .v6 ? 1024 : 0 }

    /// The metric that the kernel gives the network of an IPv6 address (`IP6_RT_PRIO_ADDRCONF`).
    static let connectedMetric = 256

    /// Whether the gateway is on the link although it is on no network of the device.
    package var isOnLink: Bool { (details?.flags ?? 0) & KernelDetails.onLink != 0 }

    /// Whether the kernel makes such routes by itself: to the network of an address, and what routers tell it. One by way of
    /// a gateway may say that it is the kernel's; an administrator or a program made it all the same.
    package var isAutomatic: Bool {
        switch origin {
        case .redirect, .advertisement: true
        case .kernel: gateway == nil && fork == nil && !isDefault
        default: false
        }
    }

    /// Whether it is the default route of its family.
    package var isDefault: Bool { destination.length == 0 }
}
