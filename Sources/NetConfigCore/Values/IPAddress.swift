/// An IPv4 or IPv6 address.
public enum IPAddress: Hashable, Sendable {
    /// An IPv4 address as a number in host order: 192.0.2.1 is `0xC0000201`.
    case v4(UInt32)
    /// An IPv6 address as a number in host order.
    case v6(UInt128)

    /// The two address families.
    public enum Family: String, Hashable, Sendable, Codable, CaseIterable {
        case v4, v6

        /// Bits in an address: 32 or 128.
        public var width: Int { self == .v4 ? 32 : 128 }
    }

    /// The address family.
    public var family: Family {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    /// Creates an address from 4 or 16 bytes in network order, or `nil` for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16: self = .v6(bytes.reduce(0) { $0 << 8 | UInt128($1) })
        default: return nil
        }
    }

    /// The 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let bits): (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) }
        case .v6(let bits): (0..<16).map { UInt8(truncatingIfNeeded: bits >> (120 - 8 * $0)) }
        }
    }

    /// Whether this is an IPv6 link-local address (`fe80::/10`).
    public var isLinkLocal: Bool {
        guard case .v6(let bits) = self else { return false }
        return bits >> 118 == 0x3FA
    }

    /// Whether a host can have this address: not unspecified, not multicast, not loopback, not broadcast.
    public var isUnicast: Bool {
        switch self {
        case .v4(let bits): bits >> 24 != 0 && bits >> 24 != 127 && bits >> 28 < 0xE
        case .v6(let bits): bits > 1 && bits >> 120 != 0xFF
        }
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number.
    public static func < (lhs: IPAddress, rhs: IPAddress) -> Bool {
        switch (lhs, rhs) {
        case (.v4(let a), .v4(let b)): a < b
        case (.v6(let a), .v6(let b)): a < b
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: Codable {
    /// Decodes the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an IP address")
        }
        self = address
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
