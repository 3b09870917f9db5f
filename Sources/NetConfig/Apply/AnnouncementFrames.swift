/// The Ethernet frames that tell everybody on a link that an address is at a MAC address.
enum AnnouncementFrames {
    /// The frames for an address.
    ///
    /// For IPv4 a gratuitous ARP as request and as reply: RFC 5227 asks for the request, but some peers renew what they
    /// know by replies only. For IPv6 an unsolicited neighbour advertisement.
    static func frames(for address: IPAddress, at mac: MACAddress) -> [[UInt8]] {
        switch address {
        case .v4: [arp(address, at: mac, operation: 1), arp(address, at: mac, operation: 2)]
        case .v6: [neighbourAdvertisement(address, at: mac)]
        }
    }

    /// ARP for IPv4 over Ethernet (RFC 826), in which sender and target are the same address.
    ///
    /// In a request the target's MAC address means nothing and is zero; in a reply it is the sender's (RFC 2002).
    private static func arp(_ address: IPAddress, at mac: MACAddress, operation: UInt8) -> [UInt8] {
        let target = operation == 1 ? [UInt8](repeating: 0, count: 6) : mac.bytes
        return Array(repeating: 0xFF, count: 6) + mac.bytes + [0x08, 0x06]
            + [0, 1, 0x08, 0, 6, 4, 0, operation] + mac.bytes + address.bytes + target + address.bytes
    }

    /// A neighbour advertisement to all nodes (RFC 4861, section 4.4) with the flag "override" and the sender's MAC
    /// address. The hop limit of 255 proves to the receiver that no router passed it on.
    private static func neighbourAdvertisement(_ address: IPAddress, at mac: MACAddress) -> [UInt8] {
        let allNodes: [UInt8] = [0xFF, 0x02] + Array(repeating: 0, count: 13) + [1]
        let head: [UInt8] = [136, 0]
        let body: [UInt8] = [0x20, 0, 0, 0] + address.bytes + [2, 1] + mac.bytes
        let length = UInt8(head.count + 2 + body.count)
        let pseudoHeader = address.bytes + allNodes + [0, 0, 0, length, 0, 0, 0, 58]
        let checksum = checksum(pseudoHeader + head + body)
        let ethernet: [UInt8] = [0x33, 0x33, 0, 0, 0, 1] + mac.bytes + [0x86, 0xDD]
        let ipv6 = [0x60, 0, 0, 0, 0, length, 58, 255] + address.bytes + allNodes
        return ethernet + ipv6 + head + [UInt8(checksum >> 8), UInt8(checksum & 0xFF)] + body
    }

    /// The Internet checksum (RFC 1071) of an even number of bytes.
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return ~UInt16(sum)
    }
}
