package import NetConfigCore
internal import Glibc
internal import SystemPackage

/// The kernel's table of IPv6 addresses: what a DHCPv6 client, or a question to a gateway, starts from.
package enum LinkLocalAddress {
    /// `IFA_F_NODAD`: no other host is asked whether it has the address.
    package static var isNotLookedFor: UInt32 { 2 }

    /// The address that the kernel makes of a hardware address (RFC 4291, appendix A).
    package static func of(_ mac: MACAddress) -> IPAddress {
        let bytes = mac.bytes
        let identifier = [bytes[0] ^ 2] + bytes[1...2] + [0xFF, 0xFE] + bytes[3...5]
        return .v6(0xFE80 << 112 | identifier.reduce(0) { $0 << 8 | UInt128($1) })
    }

    /// The first link-local address that a device may use already.
    package static func usable(on device: DeviceName) -> IPAddress? { usable(on: device, table: table) }

    /// Whether a device has a link-local address, if only one that the kernel still looks for on the link.
    package static func isThere(on device: DeviceName) -> Bool { !entries(of: device, table).isEmpty }

    /// The same as ``usable(on:)`` for a given table: a line for each address, with address, index, prefix length, scope, flags
    /// (all hexadecimal) and device.
    package static func usable(on device: DeviceName, table: String) -> IPAddress? {
        // IFA_F_TENTATIVE, IFA_F_DADFAILED
        entries(of: device, table).first { $0.flags & 0x48 == 0 }?.address
    }

    /// How far the kernel is in asking whether another host has an address of a device (duplicate address detection).
    package enum Search {
        case going, foundAnother, over
    }

    /// How far it is with an address; `over` where the device has none such.
    package static func search(for address: IPAddress, on device: DeviceName) -> Search {
        guard let flags = entries(of: device, table, scope: nil).first(where: { $0.address == address })?.flags else {
            return .over
        }
        // IFA_F_DADFAILED, IFA_F_TENTATIVE
        return flags & 0x08 != 0 ? .foundAnother : flags & 0x40 != 0 ? .going : .over
    }

    private static var table: String {
        // Not /proc/net: that is the main thread's network namespace, not the caller's.
        let bytes = try? Descriptor(open: "/proc/thread-self/net/if_inet6", O_RDONLY).read(limit: 1 << 20)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    /// The addresses of a device of one scope, by default those of the link, or of all.
    private static func entries(
        of device: DeviceName, _ table: String, scope: String? = "20"
    ) -> [(address: IPAddress, flags: UInt32)] {
        table.pieces(between: "\n").compactMap { line in
            let fields = line.pieces(between: " ")
            guard fields.count == 6, fields[5].isExactly(device.text), scope.map({ fields[3].isExactly($0) }) ?? true,
                let flags = UInt32(fields[4], radix: 16), let bits = UInt128(fields[0], radix: 16)
            else { return nil }
            return (.v6(bits), flags)
        }
    }
}
