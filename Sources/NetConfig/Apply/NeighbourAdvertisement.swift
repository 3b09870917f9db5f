internal import CLinux
internal import Glibc
internal import SystemPackage

/// Tells switches and neighbours that an IPv6 address is now here: an unsolicited neighbour advertisement (RFC 4861,
/// section 7.2.6). As a whole frame, because the address is still tentative and the kernel would not send from it.
enum NeighbourAdvertisement {
    /// Sends a frame for each address.
    ///
    /// - Parameters:
    ///   - addresses: The IPv6 addresses that are new on the device.
    ///   - mac: The device's own address.
    ///   - index: The kernel's index of the device.
    /// - Throws: `Errno` of the socket or of sending.
    static func send(_ addresses: [IPAddress], mac: MACAddress, index: Int32) throws(Errno) {
        let socket = Descriptor(
            owning: Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        guard socket.number >= 0 else { throw Errno(rawValue: errno) }
        for address in addresses {
            let frame = frame(for: address, mac: mac)
            var target = sockaddr_ll()
            target.sll_family = UInt16(AF_PACKET)
            target.sll_ifindex = index
            let sent = unsafe withUnsafePointer(to: &target) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe sendto(
                        socket.number, frame, frame.count, 0, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
                }
            }
            guard sent == frame.count else { throw Errno(rawValue: errno) }
        }
    }

    /// The Ethernet frame that announces an address.
    static func frame(for address: IPAddress, mac: MACAddress) -> [UInt8] {
        let (address, mac) = (address.bytes, mac.bytes)
        // ff02::1, all nodes on the link.
        let allNodes: [UInt8] = [0xFF, 0x02] + [UInt8](repeating: 0, count: 13) + [0x01]
        // Type 136; the override flag; the address; option 2, the link-layer address.
        var body: [UInt8] = [136, 0, 0, 0, 0x20, 0, 0, 0] + address + [2, 1] + mac
        let length = [UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
        let sum = checksum(address + allNodes + [0, 0] + length + [0, 0, 0, 58] + body)
        body[2] = UInt8(sum >> 8)
        body[3] = UInt8(sum & 0xFF)
        // Version 6; next header ICMPv6; hop limit 255, without which receivers drop it.
        let header: [UInt8] = [0x60, 0, 0, 0] + length + [58, 255]
        return [0x33, 0x33, 0, 0, 0, 1] + mac + [0x86, 0xDD] + header + address + allNodes + body
    }

    /// The Internet checksum (RFC 1071).
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(index + 1 < bytes.count ? bytes[index + 1] : 0)
        }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(sum)
    }
}
