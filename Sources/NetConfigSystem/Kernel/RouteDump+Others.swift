internal import NetConfigCore
internal import CLibNL

/// The routes of the main table that no ``Link`` has, in the words of `ip route`.
extension RouteDump {
    /// Decodes a dump; `links` are the devices with their addresses, `names` the devices' names.
    static func others(
        _ replies: [NetlinkReply], among links: [DeviceName: Link], names: [Int32: DeviceName]
    ) -> [OtherRoute] {
        replies.filter { $0.type == RTM_NEWROUTE }.compactMap { reply in
            guard let entry = decode([reply]).first, let name = names[entry.index] else {
                return OtherRouteReader(reply.payload, names)?.route
            }
            if !entry.hops.isEmpty {
                return entry.forked(names).map(OtherRoute.init(forked:))
                    ?? OtherRouteReader(reply.payload, names)?.route
            }
            let route = entry.route
            guard route.isAutomatic, links[name]?.implies(route) != true else { return nil }
            return OtherRoute(automatic: route, over: name)
        }
    }
}

extension Link {
    /// Whether a route of the kernel's follows from what the device has: the network of an address, or that of every
    /// device, link-local addresses.
    fileprivate func implies(_ route: Route) -> Bool {
        guard route.gateway == nil else { return false }
        if route.destination.address.isLinkLocal { return true }
        return addresses.contains { address in
            address.makesRoute && address.connectedRoute.destination == route.destination
                && address.connectedRoute.metric == route.metric
        }
    }
}

/// Reads a route that a ``Route`` cannot describe.
private struct OtherRouteReader {
    private(set) var route: OtherRoute
    private let names: [Int32: DeviceName]

    /// Reads a `struct rtmsg` and attributes; `nil` for what is not in the main table, only copied from it, or for some
    /// packets only (a source network, a type of service), which is in the way of no route of ours.
    init?(_ payload: ArraySlice<UInt8>, _ names: [Int32: DeviceName]) {
        guard payload.count >= 12, let flags = payload.integer(at: 8, as: UInt32.self) else { return nil }
        let header = Array(payload.prefix(8))
        guard let any = IPPrefix.any(family: header[0]), header[2] == 0, header[3] == 0,
            flags & UInt32(RTM_F_CLONED) == 0
        else { return nil }
        self.names = names
        let attributes = Array(NetlinkAttributes(payload.dropFirst(12)))
        func value(_ type: rtattr_type_t) -> ArraySlice<UInt8>? {
            attributes.first { $0.type == Int(type.rawValue) }?.payload
        }
        let address = value(RTA_DST).flatMap { IPAddress(bytes: $0) } ?? any.address
        let metric = value(RTA_PRIORITY)?.integer(as: UInt32.self) ?? 0
        guard value(RTA_TABLE)?.integer(as: UInt32.self) ?? UInt32(header[4]) == RT_TABLE_MAIN.rawValue,
            let destination = IPPrefix(address, length: Int(header[1])),
            // The kernel's own end of the table.
            metric != UInt32.max
        else { return nil }
        let type = Int(header[7])
        let origin = Route.Origin(rawValue: header[5])
        route = OtherRoute(
            destination, metric: Int(metric), origin: origin, devices: [], leadsOn: Self.typeNames[type] == nil,
            text: "")
        var words = Self.typeNames[type].map { [$0] } ?? []
        words.append(destination.length == 0 ? "default" : "\(destination)")
        if let number = value(RTA_NH_ID)?.integer(as: UInt32.self) { words.append("nhid \(number)") }
        words += hop(attributes)
        words += route.origin.words
        if metric != 0 { words.append("metric \(metric)") }
        if let legs = value(RTA_MULTIPATH) { words += hops(legs) }
        route.text = words.joined(separator: " ")
    }

    /// The gateway and the device of a next hop.
    private mutating func hop(_ attributes: some Sequence<NetlinkAttribute>, index: Int32? = nil) -> [String] {
        var words: [String] = []
        var index = index
        for attribute in attributes {
            switch rtattr_type_t(rawValue: UInt32(attribute.type)) {
            case RTA_GATEWAY: words += IPAddress(bytes: attribute.payload).map { ["via \($0)"] } ?? []
            // The family as a number of 16 bits, and the address.
            case RTA_VIA: words += IPAddress(bytes: attribute.payload.dropFirst(2)).map { ["via inet6 \($0)"] } ?? []
            case RTA_OIF: index = attribute.payload.integer()
            default: break
            }
        }
        if let name = index.flatMap({ names[$0] }) {
            words.append("dev \(name)")
            route.devices.append(name)
        }
        return words
    }

    /// Several next hops, each a `struct rtnexthop` (length, flags, weight less one, number of the device) and attributes.
    private mutating func hops(_ legs: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var rest = legs
        while let length = rest.integer(at: 0, as: UInt16.self).map(Int.init), length >= 8, length <= rest.count,
            let weight = rest.dropFirst(3).first, let index = rest.integer(at: 4, as: Int32.self)
        {
            let leg = rest.prefix(length)
            words.append("nexthop")
            words += hop(NetlinkAttributes(leg.dropFirst(8)), index: index)
            words.append("weight \(Int(weight) + 1)")
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return words
    }

    /// The types of routes that lead nowhere, as `ip route` calls them.
    private static let typeNames = [
        Int(RTN_BLACKHOLE): "blackhole", Int(RTN_UNREACHABLE): "unreachable", Int(RTN_PROHIBIT): "prohibit",
        Int(RTN_THROW): "throw", Int(RTN_NAT): "nat",
    ]
}
