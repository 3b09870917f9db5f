package import NetConfigCore

/// The Ethernet frames in which hosts tell and ask each other at which MAC address an address is, ARP for IPv4 (RFC 826),
/// neighbour discovery for IPv6 (RFC 4861), and who listens to which multicast group.
package enum NeighbourFrames {
    /// `ETH_P_ARP` of `linux/if_ether.h`, or `ETH_P_IPV6`: what frames about addresses of a family carry.
    package static func etherType(_ family: IPAddress.Family) -> UInt16 { family == .v4 ? 0x0806 : 0x86DD }

    /// The frames that tell all hosts on a link that an address is at a MAC address.
    ///
    /// For IPv4 a gratuitous ARP as request and as reply: RFC 5227 asks for the request, but some peers renew what they
    /// know by replies only. For IPv6 an unsolicited neighbour advertisement.
    static func announcements(of address: IPAddress, at mac: MACAddress) -> [[UInt8]] {
        switch address {
        case .v4:
            // In a request the target's MAC address means nothing; in a reply it is the sender's (RFC 2002).
            return [
                arp(1, from: address, at: mac, to: address),
                arp(2, from: address, at: mac, to: address, at: mac.bytes),
            ]
        case .v6:
            // The flag is "override".
            let advertisement: [UInt8] = [136, 0, 0x20, 0, 0, 0] + address.bytes + [2, 1] + mac.bytes
            return [icmpv6(advertisement, from: address, at: mac, to: [0xFF, 0x02] + zeros(13) + [1])]
        }
    }

    /// The frame that asks all hosts on a link which of them has an address; the answer goes to `source`, at `mac`.
    package static func question(about address: IPAddress, from source: IPAddress, at mac: MACAddress) -> [UInt8] {
        guard address.family == .v6 else { return arp(1, from: source, at: mac, to: address) }
        let solicitation: [UInt8] = [135, 0, 0, 0, 0, 0] + address.bytes + [1, 1] + mac.bytes
        // The multicast group that every owner of an address with these last three bytes is in.
        let group = [0xFF, 0x02] + zeros(9) + [1, 0xFF] + address.bytes.suffix(3)
        return icmpv6(solicitation, from: source, at: mac, to: group)
    }

    /// The frame that asks the routers of a link to announce themselves now (RFC 4861, section 6.3.7).
    static func routerSolicitation(from source: IPAddress, at mac: MACAddress) -> [UInt8] {
        let solicitation: [UInt8] = [133, 0, 0, 0, 0, 0, 1, 1] + mac.bytes
        return icmpv6(solicitation, from: source, at: mac, to: [0xFF, 0x02] + zeros(13) + [2])
    }

    /// The frame that asks all hosts for their multicast groups: a general query of IGMPv3 (RFC 3376, section 4.1), to be
    /// answered within a second, from no address. The "router alert" option is the protocol's.
    static func multicastQuery(at mac: MACAddress) -> [UInt8] {
        let all: [UInt8] = [224, 0, 0, 1]
        // Type, code (tenths of a second), checksum, group; robustness 2, interval 125 s, no sources.
        let query = filled([0x11, 10, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0], checksumAt: 2)
        let header: [UInt8] = [0x46, 0xC0, 0, UInt8(24 + query.count), 0, 0, 0x40, 0, 1, 2, 0, 0, 0, 0, 0, 0] + all
        let ipv4 = filled(header + [0x94, 4, 0, 0], checksumAt: 10)
        return [0x01, 0x00, 0x5E, 0, 0, 1] + mac.bytes + [0x08, 0x00] + ipv4 + query
    }

    /// A header with its checksum, which is zero until then.
    private static func filled(_ header: [UInt8], checksumAt place: Int) -> [UInt8] {
        let checksum = checksum(header)
        return header[..<place] + [UInt8(checksum >> 8), UInt8(checksum & 0xFF)] + header[(place + 2)...]
    }

    /// Whether a frame is the answer of the one who has an address, to a question that came from `mac`.
    package static func isAnswer(_ frame: [UInt8], about address: IPAddress, to mac: MACAddress) -> Bool {
        guard frame.starts(with: mac.bytes), frame.dropFirst(12).starts(with: etherTypeBytes(address.family)) else {
            return false
        }
        switch address.family {
        case .v4: return frame.count >= 42 && frame[20..<22] == [0, 2] && Array(frame[28..<32]) == address.bytes
        case .v6:
            // ICMPv6 directly behind the fixed header, from this link.
            return frame.count >= 78 && frame[20..<22] == [58, 255] && frame[54..<56] == [136, 0]
                && Array(frame[62..<78]) == address.bytes
        }
    }

    private static func etherTypeBytes(_ family: IPAddress.Family) -> [UInt8] {
        [UInt8(etherType(family) >> 8), UInt8(etherType(family) & 0xFF)]
    }

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    /// A broadcast of ARP for IPv4 over Ethernet; operation 1 is a request, 2 a reply.
    private static func arp(
        _ operation: UInt8, from source: IPAddress, at mac: MACAddress, to target: IPAddress,
        at targetMAC: [UInt8] = zeros(6)
    ) -> [UInt8] {
        Array(repeating: 0xFF, count: 6) + mac.bytes + etherTypeBytes(.v4)
            + [0, 1, 0x08, 0, 6, 4, 0, operation] + mac.bytes + source.bytes + targetMAC + target.bytes
    }

    /// A multicast of neighbour discovery; `message` lacks the checksum, the third and fourth byte. The hop limit of 255
    /// proves to the receiver that no router passed it on.
    private static func icmpv6(
        _ message: [UInt8], from source: IPAddress, at mac: MACAddress, to group: [UInt8]
    ) -> [UInt8] {
        let length = UInt8(message.count + 2)
        let pseudoHeader = source.bytes + group + [0, 0, 0, length, 0, 0, 0, 58]
        let checksum = checksum(pseudoHeader + message)
        let ethernet = [0x33, 0x33] + group.suffix(4) + mac.bytes + etherTypeBytes(.v6)
        let ipv6 = [0x60, 0, 0, 0, 0, length, 58, 255] + source.bytes + group
        return ethernet + ipv6 + message[..<2] + [UInt8(checksum >> 8), UInt8(checksum & 0xFF)] + message[2...]
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
