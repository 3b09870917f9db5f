internal import CLibNL
internal import Glibc

/// The requests that add, remove and list routes of the main table.
enum RouteRequests {
    /// Equivalent to: `ip route add DESTINATION [via GATEWAY] dev NAME proto … metric …`
    static func add(_ route: Route, on index: Int32) -> NetlinkMessage {
        message(RTM_NEWROUTE, route, index, flags: NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Equivalent to: `ip route delete DESTINATION [via GATEWAY] dev NAME proto … metric …`
    static func remove(_ route: Route, from index: Int32) -> NetlinkMessage {
        message(RTM_DELROUTE, route, index, flags: 0)
    }

    private static func message(_ type: Int, _ route: Route, _ index: Int32, flags: Int32) -> NetlinkMessage {
        var message = NetlinkMessage(type, flags: flags)
        // IPv4 wants to be told that a network is on the link; for IPv6 the scope means nothing.
        let isOnLink = route.gateway == nil && route.destination.address.family == .v4
        message.append(
            rtmsg(
                rtm_family: UInt8(route.destination.address.family.number),
                rtm_dst_len: UInt8(route.destination.length),
                rtm_src_len: 0, rtm_tos: 0, rtm_table: UInt8(RT_TABLE_MAIN.rawValue),
                rtm_protocol: route.origin.rawValue,
                rtm_scope: UInt8(isOnLink ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue),
                rtm_type: UInt8(RTN_UNICAST), rtm_flags: 0))
        if route.destination.length > 0 { message.put(Int(RTA_DST.rawValue), route.destination.address.bytes) }
        message.put(Int(RTA_OIF.rawValue), UInt32(bitPattern: index))
        if let gateway = route.gateway { message.put(Int(RTA_GATEWAY.rawValue), gateway.bytes) }
        if let source = route.source { message.put(Int(RTA_PREFSRC.rawValue), source.bytes) }
        if route.metric != 0 { message.put(Int(RTA_PRIORITY.rawValue), UInt32(clamping: route.metric)) }
        return message
    }

    /// Equivalent to: `ip -4 route show table main`, or `-6`
    static func list(_ family: IPAddress.Family) -> NetlinkMessage {
        var message = NetlinkMessage(RTM_GETROUTE, flags: NLM_F_DUMP)
        var header = rtmsg()
        header.rtm_family = UInt8(family.number)
        message.append(header)
        return message
    }

    /// Reads one message of the list: the device's index and the route. `nil` for routes that are not this project's
    /// business: other tables and types, several next hops, cached clones, and what comes and goes with addresses and
    /// router advertisements.
    static func read(_ type: Int, _ body: ArraySlice<UInt8>) -> (index: Int32, route: Route)? {
        guard type == RTM_NEWROUTE, body.count >= 12, let flags: UInt32 = body.number(at: 8) else { return nil }
        let header = Array(body.prefix(8))
        let (family, length, origin, kind) = (header[0], header[1], header[5], header[7])
        guard kind == UInt8(RTN_UNICAST), flags & UInt32(RTM_F_CLONED) == 0,
            origin != UInt8(RTPROT_KERNEL), origin != UInt8(RTPROT_RA)
        else { return nil }
        var table = UInt32(header[4])
        var destination: IPAddress = family == UInt8(AF_INET6) ? .v6(0) : .v4(0)
        var gateway: IPAddress?
        var source: IPAddress?
        var metric = 0
        var index: Int32?
        for attribute in NetlinkAttributes(body.dropFirst(12)) {
            switch attribute.type {
            case Int(RTA_TABLE.rawValue): table = attribute.number() ?? table
            case Int(RTA_DST.rawValue): destination = IPAddress(bytes: attribute.value) ?? destination
            case Int(RTA_GATEWAY.rawValue): gateway = IPAddress(bytes: attribute.value)
            case Int(RTA_PREFSRC.rawValue): source = IPAddress(bytes: attribute.value)
            case Int(RTA_PRIORITY.rawValue): metric = attribute.number(UInt32.self).map(Int.init) ?? 0
            case Int(RTA_OIF.rawValue): index = attribute.number()
            case Int(RTA_MULTIPATH.rawValue): return nil
            default: break
            }
        }
        guard table == RT_TABLE_MAIN.rawValue, let index, let prefix = IPPrefix(destination, length: Int(length)) else {
            return nil
        }
        let route = Route(
            prefix, via: gateway, origin: Route.Origin(rawValue: origin), metric: metric, source: source)
        return (index, route)
    }
}
