/// Where a route leads that has no gateway of its own: over several next hops, or over what a number stands for.
///
/// This program makes none. Others do, and on our devices theirs can stand in the place of ours.
package enum RouteFork: Hashable, Sendable, Codable {
    /// Several next hops (`RTA_MULTIPATH`).
    case legs([Leg])
    /// A next hop of the kernel's table of such (`RTA_NH_ID`, `ip nexthop`).
    case object(UInt32)
    /// A group of that table, over several devices: one for each next hop.
    case group(UInt32, over: [DeviceName])

    /// One of several next hops.
    package struct Leg: Hashable, Sendable, Codable {
        /// The router; `nil` where the destination itself is on the link.
        package var gateway: IPAddress?
        /// How much of the traffic it takes: 1 to 256 parts of the sum of all.
        package var weight: Int
        /// Flags of the next hop (`RTNH_F_…`).
        package var flags: UInt8
        /// The device, where the next hops are over several; `nil` stands for the route's.
        package var device: DeviceName?

        /// Creates a next hop.
        package init(gateway: IPAddress?, weight: Int = 1, flags: UInt8 = 0, device: DeviceName? = nil) {
            (self.gateway, self.weight, self.flags, self.device) = (gateway, weight, flags, device)
        }
    }

    /// The devices of the next hops, where they are several; else none.
    var devices: [DeviceName] {
        switch self {
        case .object: []
        case .group(_, let devices): devices
        case .legs(let legs): legs.compactMap(\.device)
        }
    }

    /// The same over several devices, one for each next hop.
    package func over(_ devices: [DeviceName]) -> RouteFork {
        switch self {
        case .object(let number), .group(let number, _): .group(number, over: devices)
        case .legs(let legs):
            .legs(
                zip(legs, devices).map { leg, device in
                    Leg(gateway: leg.gateway, weight: leg.weight, flags: leg.flags, device: device)
                })
        }
    }

    /// The same as a message of the kernel's has it, which calls devices by their numbers.
    package var withoutDevices: RouteFork {
        switch self {
        case .object: self
        case .group(let number, _): .object(number)
        case .legs(let legs): .legs(legs.map { Leg(gateway: $0.gateway, weight: $0.weight, flags: $0.flags) })
        }
    }

    /// The words of `ip route` for it, with names as they are to be written there.
    func words(over device: DeviceName, _ written: (DeviceName) -> String) -> [String] {
        switch self {
        case .object(let number), .group(let number, _): ["nhid", "\(number)"]
        case .legs(let legs):
            legs.flatMap { leg in
                ["nexthop"] + (leg.gateway.map { ["via", "\($0)"] } ?? [])
                    + ["dev", written(leg.device ?? device), "weight", "\(leg.weight)"]
                    + (leg.flags & UInt8(KernelDetails.onLink) == 0 ? [] : ["onlink"])
            }
        }
    }

    /// The same in a message that has the device of one elsewhere.
    var text: String {
        switch self {
        case .object(let number): "nexthop object \(number)"
        case .group(let number, let devices):
            "nexthop object \(number) (" + devices.map(\.text).joined(separator: ", ") + ")"
        case .legs(let legs): "several routers (" + legs.map(\.text).joined(separator: ", ") + ")"
        }
    }
}

extension RouteFork.Leg {
    fileprivate var text: String {
        (gateway?.description ?? "on the link") + (device.map { " on \($0)" } ?? "")
    }
}

extension Route {
    /// The devices of its next hops, where they are over several: then no ``Link`` has it.
    package var forkDevices: [DeviceName] { fork?.devices ?? [] }

    /// Whether it is found among a state's ``ObservedState/otherRoutes``.
    var isOther: Bool { isAutomatic || !forkDevices.isEmpty }
}
