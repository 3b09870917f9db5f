internal import Glibc
internal import SystemPackage

/// The kernel's table of IPv6 addresses: what a DHCPv6 client, or a question to a gateway, starts from.
enum LinkLocalAddress {
    /// The first link-local address that a device may use already.
    static func usable(on device: DeviceName) -> IPAddress? {
        // Not /proc/net: that is the main thread's network namespace, not the caller's.
        guard let bytes = try? Descriptor(open: "/proc/thread-self/net/if_inet6", O_RDONLY).read(limit: 1 << 20) else {
            return nil
        }
        return usable(on: device, table: String(decoding: bytes, as: UTF8.self))
    }

    /// The same for a given table: a line for each address, with address, index, prefix length, scope, flags (all
    /// hexadecimal) and device.
    static func usable(on device: DeviceName, table: String) -> IPAddress? {
        for line in table.pieces(between: "\n") {
            let fields = line.pieces(between: " ")
            guard fields.count == 6, fields[5].isExactly(device.text), fields[3] == "20",
                let flags = UInt32(fields[4], radix: 16), let bits = UInt128(fields[0], radix: 16)
            else { continue }
            // IFA_F_TENTATIVE, IFA_F_DADFAILED
            if flags & 0x48 == 0 { return .v6(bits) }
        }
        return nil
    }
}
