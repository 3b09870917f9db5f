internal import CLibNL
internal import Glibc

/// The requests that make the kernel itself announce an IPv4 address.
///
/// A neighbour entry for one's own address that is to be used at once is resolved at once: the kernel broadcasts an ARP
/// request in which sender and target are that address, which is what RFC 5227 calls an announcement. A packet socket could
/// send the same, but to close one the kernel waits until no processor can still be using it, 10 to 30 ms.
enum NeighbourRequests {
    /// Equivalent to: `ip neighbour replace ADDRESS dev NAME nud none use`
    static func use(_ address: IPAddress, on index: Int32) -> NetlinkMessage {
        message(RTM_NEWNEIGH, address, index, flags: NLM_F_CREATE | NLM_F_REPLACE, use: true)
    }

    /// Equivalent to: `ip neighbour delete ADDRESS dev NAME`
    static func remove(_ address: IPAddress, from index: Int32) -> NetlinkMessage {
        message(RTM_DELNEIGH, address, index, flags: 0, use: false)
    }

    private static func message(
        _ type: Int, _ address: IPAddress, _ index: Int32, flags: Int32, use: Bool
    ) -> NetlinkMessage {
        var message = NetlinkMessage(type, flags: flags)
        var header = ndmsg()
        header.ndm_family = UInt8(address.family.number)
        header.ndm_ifindex = index
        header.ndm_flags = use ? UInt8(NTF_USE) : 0
        message.append(header)
        message.put(Int(NDA_DST), address.bytes)
        return message
    }
}
