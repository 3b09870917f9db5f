internal import CLinux
internal import Glibc
internal import SystemPackage

/// Tells switches and neighbours where an address now is.
public enum Announcement {
    /// Sends gratuitous ARP for IPv4 addresses and unsolicited neighbour advertisements for IPv6 ones, from the
    /// device's own MAC address, once each.
    ///
    /// Equivalent to: `arping -U -c 1 -I NAME ADDRESS`, `arping -A -c 1 -I NAME ADDRESS`, `ndisc6`'s `na6`
    /// - Throws: `ENODEV` where there is no such device, `ENETDOWN` where it is down, `EAFNOSUPPORT` where it is not
    ///   Ethernet.
    public static func send(_ addresses: [IPAddress], on device: DeviceName) throws(DeviceError) {
        let operation = "announce \(addresses.map(\.description).joined(separator: ", ")) on \(device)"
        func check(_ succeeded: Bool) throws(DeviceError) {
            guard succeeded else {
                throw DeviceError(operation: operation, device: device, code: Errno(rawValue: errno))
            }
        }
        // With protocol 0 the socket never receives anything.
        let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try check(descriptor >= 0)
        defer { close(descriptor) }

        let index = unsafe if_nametoindex(device.text)
        try check(index != 0)
        var place = sockaddr_ll()
        place.sll_family = UInt16(AF_PACKET)
        place.sll_ifindex = Int32(index)
        try check(bind(descriptor, to: place) == 0)
        guard let mac = hardwareAddress(descriptor), mac.bits != 0 else {
            throw DeviceError(operation: operation, device: device, code: .addressFamilyNotSupported)
        }
        for frame in addresses.flatMap({ AnnouncementFrames.frames(for: $0, at: mac) }) {
            // Linux 4.19 does not look into the frame for its protocol.
            place.sll_protocol = frame[12...].integer() ?? 0
            try check(sendFrame(descriptor, frame, to: place) == frame.count)
        }
    }

    private static func bind(_ descriptor: Int32, to place: sockaddr_ll) -> Int32 {
        unsafe withUnsafeBytes(of: place) { bytes in
            unsafe Glibc.bind(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    /// The MAC address of the device that a socket is bound to; `nil` where that is not Ethernet.
    private static func hardwareAddress(_ descriptor: Int32) -> MACAddress? {
        var place = sockaddr_ll()
        var size = socklen_t(MemoryLayout<sockaddr_ll>.size)
        let result = unsafe withUnsafeMutableBytes(of: &place) { bytes in
            unsafe getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
        }
        guard result == 0, place.sll_hatype == HardwareType.ethernet, place.sll_halen == 6 else { return nil }
        let address = place.sll_addr
        return MACAddress(bytes: [address.0, address.1, address.2, address.3, address.4, address.5])
    }

    private static func sendFrame(_ descriptor: Int32, _ frame: [UInt8], to place: sockaddr_ll) -> Int {
        unsafe withUnsafeBytes(of: place) { address in
            unsafe frame.withUnsafeBytes { bytes in
                unsafe sendto(
                    descriptor, bytes.baseAddress, bytes.count, 0,
                    address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
            }
        }
    }
}
