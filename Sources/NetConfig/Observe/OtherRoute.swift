/// A route of the main table that no ``Link`` has: with several next hops or none, of another type than unicast, or the
/// kernel's own and yet not simply the network of an address. The kernel has one route of a destination and metric, so that
/// it can be in the way of another.
public struct OtherRoute: Hashable, Sendable, Codable {
    /// Where to: a network, host bits clear.
    public var destination: IPPrefix
    /// Metric (priority).
    public var metric: Int
    /// Who made it.
    public var origin: Route.Origin
    /// The devices of its next hops.
    public var devices: [DeviceName]
    /// Whether what takes it gets anywhere: not where it is `unreachable`, `blackhole` or `prohibit`.
    public var leadsOn: Bool
    /// The words of `ip route` for it.
    public var text: String

    /// Describes a route.
    public init(
        _ destination: IPPrefix, metric: Int, origin: Route.Origin, devices: [DeviceName], leadsOn: Bool = true,
        text: String
    ) {
        self.destination = destination
        self.metric = metric
        self.origin = origin
        self.devices = devices
        self.leadsOn = leadsOn
        self.text = text
    }
}
