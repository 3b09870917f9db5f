internal import NetConfigCore
internal import CLibNL

/// Requests that make the kernel itself announce an IPv4 address.
///
/// A neighbour entry for one's own address that is to be used at once is resolved at once: the kernel broadcasts an ARP
/// request in which sender and target are that address, which is what RFC 5227 calls an announcement. A packet socket could
/// send the same, but to close one the kernel waits until no processor can still be using it, 10 to 30 ms.
extension NetlinkMessage {
    /// Equivalent to: `ip neighbour replace ADDRESS dev NAME nud none use`
    static func useNeighbour(_ address: IPAddress, on device: DeviceName, index: Int32) -> NetlinkMessage {
        neighbour(
            RTM_NEWNEIGH, address, device, index, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
            entryFlags: UInt8(NTF_USE))
    }

    /// Equivalent to: `ip neighbour delete ADDRESS dev NAME`
    static func removeNeighbour(_ address: IPAddress, from device: DeviceName, index: Int32) -> NetlinkMessage {
        neighbour(RTM_DELNEIGH, address, device, index, flags: NLM_F_ACK, entryFlags: 0)
    }

    private static func neighbour(
        _ type: Int, _ address: IPAddress, _ device: DeviceName, _ index: Int32, flags: Int32, entryFlags: UInt8
    ) -> NetlinkMessage {
        var header = ndmsg()
        header.ndm_family = address.family.number
        header.ndm_ifindex = index
        header.ndm_flags = entryFlags
        var message = NetlinkMessage(
            type, flags: flags, header: header, operation: "announce \(address) on \(device)", device: device)
        message.put(Int(NDA_DST), address.bytes)
        return message
    }
}
