/// Where a route leads that has no gateway of its own: over several next hops, or over what a number stands for.
///
/// This program makes none. Others do, and on our devices theirs can stand in the place of ours.
public enum RouteFork: Hashable, Sendable, Codable {
    /// Several next hops, all over the route's device (`RTA_MULTIPATH`).
    case legs([Leg])
    /// A next hop of the kernel's table of such (`RTA_NH_ID`, `ip nexthop`).
    case object(UInt32)

    /// One of several next hops.
    public struct Leg: Hashable, Sendable, Codable {
        /// The router; `nil` where the destination itself is on the link.
        public var gateway: IPAddress?
        /// How much of the traffic it takes: 1 to 256 parts of the sum of all.
        public var weight: Int
        /// Flags of the next hop (`RTNH_F_…`).
        public var flags: UInt8

        /// Creates a next hop.
        public init(gateway: IPAddress?, weight: Int = 1, flags: UInt8 = 0) {
            (self.gateway, self.weight, self.flags) = (gateway, weight, flags)
        }
    }

    /// The words of `ip route` for it; `device` is a name as it is to be written there.
    func words(over device: String) -> [String] {
        switch self {
        case .object(let number): ["nhid", "\(number)"]
        case .legs(let legs):
            legs.flatMap { leg in
                ["nexthop"] + (leg.gateway.map { ["via", "\($0)"] } ?? [])
                    + ["dev", device, "weight", "\(leg.weight)"]
                    + (leg.flags & UInt8(KernelDetails.onLink) == 0 ? [] : ["onlink"])
            }
        }
    }

    /// The same in a message that has the device elsewhere.
    var text: String {
        switch self {
        case .object(let number): "nexthop object \(number)"
        case .legs(let legs):
            "several routers (" + legs.map { $0.gateway?.description ?? "on the link" }.joined(separator: ", ") + ")"
        }
    }
}
