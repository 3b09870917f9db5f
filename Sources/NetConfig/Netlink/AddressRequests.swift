internal import CLibNL
internal import Glibc

/// The requests that add, remove and list addresses.
enum AddressRequests {
    /// Equivalent to: `ip address add PREFIX [broadcast ADDRESS] dev NAME`
    static func add(_ address: LinkAddress, to index: Int32) -> NetlinkMessage {
        message(RTM_NEWADDR, address, index, flags: NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Equivalent to: `ip address delete PREFIX dev NAME`
    static func remove(_ address: LinkAddress, from index: Int32) -> NetlinkMessage {
        message(RTM_DELADDR, address, index, flags: 0)
    }

    private static func message(_ type: Int, _ address: LinkAddress, _ index: Int32, flags: Int32) -> NetlinkMessage {
        var message = NetlinkMessage(type, flags: flags)
        message.append(
            ifaddrmsg(
                ifa_family: UInt8(address.prefix.address.family.number), ifa_prefixlen: UInt8(address.prefix.length),
                ifa_flags: 0, ifa_scope: 0, ifa_index: UInt32(bitPattern: index)))
        let bytes = address.prefix.address.bytes
        message.put(IFA_LOCAL, bytes)
        message.put(IFA_ADDRESS, bytes)
        if let broadcast = address.broadcast { message.put(IFA_BROADCAST, broadcast.bytes) }
        return message
    }

    /// Equivalent to: `ip address show`
    static func list() -> NetlinkMessage {
        var message = NetlinkMessage(RTM_GETADDR, flags: NLM_F_DUMP)
        message.append(ifaddrmsg())
        return message
    }

    /// Reads one message of the list: the device's index and its address. `nil` for IPv6 link-local addresses, which
    /// belong to every device that is up.
    static func read(_ type: Int, _ body: ArraySlice<UInt8>) -> (index: Int32, address: LinkAddress)? {
        guard type == RTM_NEWADDR, let length: UInt8 = body.number(at: 1), let index: Int32 = body.number(at: 4) else {
            return nil
        }
        var flags = body.number(at: 2, UInt8.self).map(UInt32.init) ?? 0
        var local: IPAddress?
        var peer: IPAddress?
        var broadcast: IPAddress?
        for attribute in NetlinkAttributes(body.dropFirst(8)) {
            switch attribute.type {
            case IFA_LOCAL: local = IPAddress(bytes: attribute.value)
            case IFA_ADDRESS: peer = IPAddress(bytes: attribute.value)
            case IFA_BROADCAST: broadcast = IPAddress(bytes: attribute.value)
            case IFA_FLAGS: flags = attribute.number() ?? flags
            default: break
            }
        }
        // On a point-to-point link `IFA_ADDRESS` is the other end's.
        guard let address = local ?? peer, !address.isLinkLocal, let prefix = IPPrefix(address, length: Int(length))
        else {
            return nil
        }
        let isDynamic = flags & UInt32(IFA_F_PERMANENT) == 0
        return (index, LinkAddress(prefix, broadcast: broadcast, isDynamic: isDynamic))
    }
}

extension IPAddress.Family {
    /// The kernel's number, `AF_INET` or `AF_INET6`.
    var number: Int32 { self == .v4 ? AF_INET : AF_INET6 }
}
