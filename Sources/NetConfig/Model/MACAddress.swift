/// A 48-bit Ethernet address.
public struct MACAddress: Hashable, Sendable {
    /// The six bytes, the first one on the wire in bits 40 to 47.
    public let bits: UInt64

    /// Creates an address from its 48 bits, or `nil` where there are more.
    public init?(bits: UInt64) {
        guard bits >> 48 == 0 else { return nil }
        self.bits = bits
    }

    /// Creates an address from six bytes in wire order, or `nil` for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Parses `aa:bb:cc:dd:ee:ff` (either case; hyphens accepted), or `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        guard parts.count == 6 else { return nil }
        var bits: UInt64 = 0
        for part in parts {
            guard part.utf8.count == 2, part.allSatisfy(\.isHexDigit), let byte = UInt8(part, radix: 16) else { return nil }
            bits = bits << 8 | UInt64(byte)
        }
        self.bits = bits
    }

    /// The six bytes in wire order.
    public var bytes: [UInt8] {
        (0..<6).map { UInt8(truncatingIfNeeded: bits >> (40 - 8 * $0)) }
    }

    /// Whether a network card can own this address: not multicast, not all zeros, and not `fe:ff:ff:ff:ff:ff`,
    /// which XenServer gives to devices that have no address of their own.
    public var isAssignable: Bool {
        bits != 0 && bits >> 40 & 1 == 0 && bits != 0xFEFF_FFFF_FFFF
    }
}

extension MACAddress: CustomStringConvertible {
    /// Lower case with colons, as the kernel and Open vSwitch write it.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension MACAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = MACAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no MAC address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
