package import NetConfigCore
internal import CLinux
internal import Glibc
package import SystemPackage

/// Sends Ethernet frames through a device, and receives those that come in there (`packet(7)`).
package struct PacketSocket: ~Copyable {
    /// The device's MAC address.
    package let mac: MACAddress

    private let descriptor: Descriptor
    private var place: sockaddr_ll

    /// Opens a socket on a device, for the frames of an ether type; without one it never receives anything.
    ///
    /// - Throws: `ENODEV` where there is no such device, `EAFNOSUPPORT` where it is not Ethernet.
    package init(on device: DeviceName, receiving etherType: UInt16 = 0) throws(Errno) {
        // Protocol 0: nothing is received before the socket is bound to the device.
        let number = try Errno.check { socket(AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0) }
        let descriptor = Descriptor(owning: number)
        let index = unsafe if_nametoindex(device.cString)
        guard index != 0 else { throw Errno.last }
        var place = sockaddr_ll()
        place.sll_family = UInt16(AF_PACKET)
        place.sll_ifindex = Int32(index)
        place.sll_protocol = etherType.bigEndian
        try Self.bind(number, to: place)
        guard let mac = Self.hardwareAddress(number), mac.bits != 0 else { throw .addressFamilyNotSupported }
        self.mac = mac
        self.place = place
        self.descriptor = descriptor
    }

    /// Sends a frame.
    ///
    /// - Throws: `ENETDOWN` where the device is down.
    package mutating func send(_ frame: [UInt8]) throws(Errno) {
        // Linux 4.19 does not look into the frame for its protocol.
        place.sll_protocol = frame[12...].integer() ?? 0
        let place = place
        try Errno.check {
            unsafe withUnsafeBytes(of: place) { address in
                unsafe frame.withUnsafeBytes { bytes in
                    unsafe sendto(
                        descriptor.number, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT),
                        address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
                }
            }
        }
    }

    /// The beginning of the next frame, at most 128 bytes; `nil` where none has come by the deadline.
    package func receive(until deadline: Deadline) throws(Errno) -> [UInt8]? {
        var request = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        guard try Errno.check({ unsafe poll(&request, 1, deadline.pollTimeout) }) > 0 else { return nil }
        var frame = [UInt8](repeating: 0, count: 128)
        let count = try Errno.check {
            unsafe frame.withUnsafeMutableBytes { unsafe read(descriptor.number, $0.baseAddress, $0.count) }
        }
        return Array(frame.prefix(count))
    }

    private static func bind(_ descriptor: Int32, to place: sockaddr_ll) throws(Errno) {
        try Errno.check {
            unsafe withUnsafeBytes(of: place) { bytes in
                unsafe Glibc.bind(
                    descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
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
}
