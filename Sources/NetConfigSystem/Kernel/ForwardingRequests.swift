internal import NetConfigCore
internal import CLibNL

/// Requests about a bridge's table, which says behind which port an address is.
extension NetlinkMessage {
    /// Asks for the entry of an address, whatever device has it. Linux before 5.0 does not answer.
    ///
    /// Equivalent to: `bridge fdb get MAC br NAME`
    static func getForwardingEntry(_ mac: MACAddress, of bridge: DeviceName, index: Int32) -> NetlinkMessage {
        var header = ndmsg()
        header.ndm_family = UInt8(PF_BRIDGE)
        var message = NetlinkMessage(
            RTM_GETNEIGH, header: header, operation: "find \(mac) on \(bridge)", device: bridge)
        message.put(Int(NDA_LLADDR), mac.bytes)
        message.put(Int(NDA_MASTER), UInt32(bitPattern: index))
        return message
    }

    /// Asks what the kernel knows of a neighbour. Linux before 5.0 does not answer.
    ///
    /// Equivalent to: `ip neighbour get ADDRESS dev NAME`
    static func getNeighbour(_ address: IPAddress, on device: DeviceName, index: Int32) -> NetlinkMessage {
        var header = ndmsg()
        header.ndm_family = address.family.number
        header.ndm_ifindex = index
        var message = NetlinkMessage(
            RTM_GETNEIGH, header: header, operation: "find \(address) on \(device)", device: device)
        message.put(Int(NDA_DST), address.bytes)
        return message
    }

    /// Enters an address as the host's, or as that of a station behind a port, whatever the table had.
    ///
    /// Equivalent to: `bridge fdb replace MAC dev PORT master permanent`, or `static`
    static func setForwardingEntry(
        _ mac: MACAddress, behind port: DeviceName, index: Int32, isStation: Bool
    ) -> NetlinkMessage {
        var header = ndmsg()
        header.ndm_family = UInt8(PF_BRIDGE)
        header.ndm_ifindex = index
        header.ndm_state = UInt16(isStation ? NUD_NOARP : NUD_PERMANENT)
        header.ndm_flags = UInt8(NTF_MASTER)
        var message = NetlinkMessage(
            RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, header: header,
            operation: "set \(port) own_address \(isStation ? "on" : "off")", device: port)
        message.put(Int(NDA_LLADDR), mac.bytes)
        return message
    }
}
