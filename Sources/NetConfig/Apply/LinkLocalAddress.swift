internal import Glibc
internal import SystemPackage

/// The kernel's table of IPv6 addresses, for the one question that a DHCPv6 client has before it starts.
enum LinkLocalAddress {
    /// Whether a device has a link-local address that it may use already.
    static func isUsable(on device: DeviceName) -> Bool {
        // Not /proc/net: that is the main thread's network namespace, not the caller's.
        guard let bytes = try? Descriptor(open: "/proc/thread-self/net/if_inet6", O_RDONLY).read(limit: 1 << 20) else {
            return false
        }
        return isUsable(on: device, table: String(decoding: bytes, as: UTF8.self))
    }

    /// The same for a given table: a line for each address, with address, index, prefix length, scope, flags (all
    /// hexadecimal) and device.
    static func isUsable(on device: DeviceName, table: String) -> Bool {
        table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            guard fields.count == 6, fields[5] == device.text, fields[3] == "20",
                let flags = UInt32(fields[4], radix: 16)
            else { return false }
            // IFA_F_TENTATIVE, IFA_F_DADFAILED
            return flags & 0x48 == 0
        }
    }
}
