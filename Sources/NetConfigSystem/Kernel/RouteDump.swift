package import NetConfigCore
internal import CLibNL

/// The kernel's routes as a dump of `RTM_NEWROUTE` messages tells them.
package enum RouteDump {
    /// A route and the index of the device that it goes over.
    package struct Entry {
        package var index: Int32
        package var route: Route
        /// The indexes of its next hops' devices, where they are several; ``index`` is the first of them then.
        var hops: [Int32] = []

        /// The route with the names of those devices; `nil` where one has gone meanwhile.
        func forked(_ names: [Int32: DeviceName]) -> Route? {
            let devices = hops.compactMap { names[$0] }
            guard devices.count == hops.count else { return nil }
            var route = route
            route.fork = route.fork?.over(devices)
            return route
        }
    }

    /// Decodes a dump: unicast routes of the main table, in the kernel's order.
    static func decode(_ replies: [NetlinkReply]) -> [Entry] {
        replies.filter { $0.type == RTM_NEWROUTE }.compactMap { decode($0.payload) }
    }

    /// Decodes a `struct rtmsg` and attributes; `nil` for a route that a ``Route`` cannot describe.
    private static func decode(_ payload: ArraySlice<UInt8>) -> Entry? {
        guard payload.count >= 12, let flags = payload.integer(at: 8, as: UInt32.self) else { return nil }
        let header = Array(payload.prefix(8))
        let (length, sourceLength, tos, type) = (header[1], header[2], header[3], header[7])
        guard let any = IPPrefix.any(family: header[0]), type == RTN_UNICAST, sourceLength == 0, tos == 0,
            flags & UInt32(RTM_F_CLONED) == 0
        else { return nil }
        var table = UInt32(header[4])
        var index: Int32?
        var destination = any.address
        var route = Route(any, origin: Route.Origin(rawValue: header[5]), metric: 0)
        var more: [UInt8] = []
        var legs: (indexes: [Int32], all: [RouteFork.Leg])?
        for attribute in NetlinkAttributes(payload.dropFirst(12)) {
            let value = attribute.payload
            switch rtattr_type_t(rawValue: UInt32(attribute.type)) {
            case RTA_TABLE: table = value.integer() ?? table
            case RTA_OIF: index = value.integer()
            case RTA_DST: destination = IPAddress(bytes: value) ?? destination
            case RTA_GATEWAY: route.gateway = IPAddress(bytes: value)
            case RTA_PRIORITY: route.metric = Int(value.integer(as: UInt32.self) ?? 0)
            case RTA_PREFSRC: route.source = IPAddress(bytes: value)
            case RTA_METRICS, RTA_FLOW: more += attribute.bytes
            case RTA_PREF where value.first != 0: more += attribute.bytes
            case RTA_NH_ID: route.fork = value.integer().map(RouteFork.object)
            case RTA_MULTIPATH:
                legs = self.legs(value)
                if legs == nil { return nil }
            // A next hop of the other family, or in a tunnel: none of ours.
            case RTA_VIA, RTA_ENCAP: return nil
            default: break
            }
        }
        if let legs {
            index = legs.indexes.first
            route.fork = route.fork ?? .legs(legs.all)
        }
        // What a next hop's number stands for is said as well.
        if route.fork != nil { route.gateway = nil }
        guard table == RT_TABLE_MAIN.rawValue, let index, let prefix = IPPrefix(destination, length: Int(length))
        else { return nil }
        route.destination = prefix
        let scope = header[6]
        route.details = KernelDetails(
            flags: route.fork == nil ? flags & settableFlags : 0, scope: scope == route.usualScope ? nil : scope,
            attributes: more)
        let hops = legs?.indexes ?? []
        return Entry(index: index, route: route, hops: Set(hops).count > 1 ? hops : [])
    }

    /// Decodes next hops, each a `struct rtnexthop` (length, flags, weight less one, number of the device) and attributes;
    /// `nil` where one has more than a gateway.
    private static func legs(_ value: ArraySlice<UInt8>) -> (indexes: [Int32], all: [RouteFork.Leg])? {
        var rest = value
        var indexes: [Int32] = []
        var legs: [RouteFork.Leg] = []
        while let length = rest.integer(at: 0, as: UInt16.self).map(Int.init), length >= 8, length <= rest.count {
            let hop = Array(rest.prefix(length))
            guard let index = rest.integer(at: 4, as: Int32.self) else { return nil }
            var leg = RouteFork.Leg(
                gateway: nil, weight: Int(hop[3]) + 1, flags: hop[2] & UInt8(truncatingIfNeeded: settableFlags))
            for attribute in NetlinkAttributes(hop.dropFirst(8)) {
                guard attribute.type == Int(RTA_GATEWAY.rawValue) else { return nil }
                leg.gateway = IPAddress(bytes: attribute.payload)
            }
            indexes.append(index)
            legs.append(leg)
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return legs.isEmpty ? nil : (indexes, legs)
    }
}

extension RouteDump {
    /// The flags of a next hop that a program may set when it adds a route; the others are the kernel's.
    static let settableFlags = UInt32(RTNH_F_PERVASIVE | RTNH_F_ONLINK)
}

extension IPPrefix {
    /// The default route of a family by the kernel's number for it.
    static func any(family: UInt8) -> IPPrefix? {
        switch Int(family) {
        case AddressFamily.v4: .any(.v4)
        case AddressFamily.v6: .any(.v6)
        default: nil
        }
    }
}
