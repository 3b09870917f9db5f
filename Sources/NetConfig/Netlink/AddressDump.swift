internal import CLibNL

/// The kernel's addresses as a dump of `RTM_NEWADDR` messages tells them.
enum AddressDump {
    /// Decodes a dump to addresses by device index, in the kernel's order and without IPv6 link-local ones.
    static func decode(_ replies: [NetlinkReply]) -> [Int32: [LinkAddress]] {
        var addresses: [Int32: [LinkAddress]] = [:]
        for reply in replies where reply.type == RTM_NEWADDR {
            guard let (index, address) = decode(reply.payload) else { continue }
            addresses[index, default: []].append(address)
        }
        return addresses
    }

    /// Decodes a `struct ifaddrmsg` and attributes; `nil` for what a ``Link`` does not list.
    private static func decode(_ payload: ArraySlice<UInt8>) -> (Int32, LinkAddress)? {
        guard let header = payload.integer(at: 0, as: UInt32.self).map({ _ in payload.prefix(4) }),
            let index = payload.integer(at: 4, as: Int32.self), let family = header.first
        else { return nil }
        guard family == AddressFamily.v4 || family == AddressFamily.v6 else { return nil }
        var flags = UInt32(header[header.startIndex + 2])
        var local: IPAddress?, address: IPAddress?, broadcast: IPAddress?
        for attribute in NetlinkAttributes(payload.dropFirst(8)) {
            switch attribute.type {
            case IFA_LOCAL: local = IPAddress(bytes: attribute.payload)
            case IFA_ADDRESS: address = IPAddress(bytes: attribute.payload)
            case IFA_BROADCAST: broadcast = IPAddress(bytes: attribute.payload)
            // Eight bits of flags in the header were not enough; these are all of them.
            case IFA_FLAGS: flags = attribute.payload.integer() ?? flags
            default: break
            }
        }
        // On a point-to-point link `IFA_ADDRESS` is the peer's.
        guard let own = local ?? address, !own.isLinkLocal,
            let prefix = IPPrefix(own, length: Int(header[header.startIndex + 1]))
        else { return nil }
        let isPermanent = flags & UInt32(IFA_F_PERMANENT) != 0
        return (index, LinkAddress(prefix, broadcast: broadcast, isDynamic: !isPermanent))
    }
}
