internal import NetConfigCore
internal import CLibNL

/// Requests about routes of the main table.
extension NetlinkMessage {
    /// Adds a route over the device of an index, or those of several for its next hops; `EEXIST` where one of its destination
    /// and metric is there.
    static func addRoute(_ route: Route, over device: DeviceName, index: Int32, hops: [Int32] = []) -> NetlinkMessage {
        NetlinkMessage(
            RTM_NEWROUTE, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, route,
            scope: route.details?.scope ?? route.usualScope, index: index, hops: hops,
            operation: "add route \(route.text) over \(device)", device: device)
    }

    /// Removes a route over the device of an index: one that matches in everything that `route` says.
    static func removeRoute(
        _ route: Route, over device: DeviceName, index: Int32, hops: [Int32] = []
    ) -> NetlinkMessage {
        NetlinkMessage(
            RTM_DELROUTE, flags: NLM_F_ACK, route, scope: UInt8(RT_SCOPE_NOWHERE.rawValue), index: index, hops: hops,
            operation: "remove route \(route.text) over \(device)", device: device)
    }

    /// Asks for all routes of both families.
    static func getRoutes() -> NetlinkMessage {
        NetlinkMessage(RTM_GETROUTE, flags: NLM_F_DUMP, header: rtmsg(), operation: "list routes", device: nil)
    }

    private init(
        _ type: Int, flags: Int32, _ route: Route, scope: UInt8, index: Int32, hops: [Int32], operation: String,
        device: DeviceName
    ) {
        var header = rtmsg()
        header.rtm_family = route.destination.address.family.number
        header.rtm_dst_len = UInt8(route.destination.length)
        header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
        header.rtm_protocol = route.origin.rawValue
        header.rtm_scope = scope
        header.rtm_flags = type == RTM_NEWROUTE ? route.details?.flags ?? 0 : 0
        header.rtm_type = UInt8(RTN_UNICAST)
        self.init(type, flags: flags, header: header, operation: operation, device: device)
        if route.destination.length > 0 { put(RTA_DST, route.destination.network.address.bytes) }
        switch route.fork {
        case nil: put(RTA_OIF, index)
        case .object(let number), .group(let number, _): put(RTA_NH_ID, number)
        case .legs(let legs):
            let indexes = hops.count == legs.count ? hops : Array(repeating: index, count: legs.count)
            put(RTA_MULTIPATH, zip(legs, indexes).flatMap { leg, index in leg.bytes(over: index) })
        }
        if let gateway = route.gateway { put(RTA_GATEWAY, gateway.bytes) }
        if route.metric != 0 { put(RTA_PRIORITY, UInt32(clamping: route.metric)) }
        if let source = route.source { put(RTA_PREFSRC, source.bytes) }
        if type == RTM_NEWROUTE, let details = route.details { append(details.attributes) }
    }

    private mutating func put(_ type: rtattr_type_t, _ value: [UInt8]) { put(Int(type.rawValue), value) }

    private mutating func put(_ type: rtattr_type_t, _ value: some FixedWidthInteger) {
        put(Int(type.rawValue), value)
    }
}

extension Route {
    /// IPv4 wants to be told that a destination without gateway is a neighbour; IPv6 knows one scope only.
    var usualScope: UInt8 {
        let isLink = gateway == nil && fork == nil && destination.address.family == .v4
        return UInt8((isLink ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE).rawValue)
    }
}

extension RouteFork.Leg {
    /// A `struct rtnexthop` with its attributes.
    fileprivate func bytes(over index: Int32) -> [UInt8] {
        let attributes =
            gateway.map {
                NetlinkAttribute(type: Int(RTA_GATEWAY.rawValue), payload: $0.bytes[...]).bytes
            } ?? []
        return UInt16(8 + attributes.count).hostBytes + [flags, UInt8(clamping: weight - 1)] + index.hostBytes
            + attributes
    }
}
