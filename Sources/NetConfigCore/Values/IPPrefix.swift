/// An address with a prefix length, as `192.0.2.10/24`: an interface's address or, with the host bits clear, a network.
public struct IPPrefix: Hashable, Sendable {
    /// The address.
    public let address: IPAddress
    /// The prefix length in bits: 0 to 32 or 0 to 128.
    public let length: Int

    /// Creates a prefix, or `nil` where the length does not fit the address family.
    public init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.width).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Parses `address/length`, or `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.pieces(between: "/", keepingEmpty: true)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]),
            String(length) == parts[1]
        else { return nil }
        self.init(address, length: length)
    }

    /// Creates a prefix from an IPv4 address and its netmask, or `nil` where the mask is no run of ones
    /// followed by zeros.
    public init?(_ address: IPAddress, netmask: IPAddress) {
        guard case .v4 = address, case .v4(let mask) = netmask else { return nil }
        let length = (~mask).leadingZeroBitCount
        guard length == 32 || mask << UInt32(length) == 0 else { return nil }
        self.init(address, length: length)
    }

    /// The default route of a family: `0.0.0.0/0` or `::/0`.
    public static func any(_ family: IPAddress.Family) -> IPPrefix {
        IPPrefix(unchecked: family == .v4 ? .v4(0) : .v6(0), length: 0)
    }

    /// The same prefix with all host bits clear.
    public var network: IPPrefix {
        switch address {
        case .v4(let bits):
            IPPrefix(unchecked: .v4(bits & (length == 0 ? 0 : ~0 << UInt32(32 - length))), length: length)
        case .v6(let bits):
            IPPrefix(unchecked: .v6(bits & (length == 0 ? 0 : ~0 << UInt128(128 - length))), length: length)
        }
    }

    /// The IPv4 netmask as a dotted quad's address; `nil` for IPv6.
    public var netmask: IPAddress? {
        guard case .v4 = address else { return nil }
        return .v4(length == 0 ? 0 : ~0 << UInt32(32 - length))
    }

    /// The IPv4 broadcast address; `nil` for IPv6 and for networks too small to have one (RFC 3021).
    public var broadcast: IPAddress? {
        guard case .v4(let bits) = address, length < 31 else { return nil }
        return .v4(bits | ~0 >> UInt32(length))
    }

    /// Whether an address lies within this prefix.
    public func contains(_ other: IPAddress) -> Bool {
        IPPrefix(other, length: length)?.network == network
    }

    private init(unchecked address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }
}

extension IPPrefix: Comparable {
    /// By address, then the shorter prefix first.
    public static func < (lhs: IPPrefix, rhs: IPPrefix) -> Bool {
        (lhs.address, lhs.length) < (rhs.address, rhs.length)
    }
}

extension IPPrefix: CustomStringConvertible {
    /// The text that messages use.
    public var description: String { "\(address)/\(length)" }
}

extension IPPrefix: Codable {
    /// Decodes the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let prefix = IPPrefix(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not an address/length")
        }
        self = prefix
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
