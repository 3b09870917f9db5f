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
        guard text.utf8.count == 17 else { return nil }
        var bits: UInt64 = 0
        for (index, character) in text.utf8.enumerated() {
            if index % 3 == 2 {
                guard character == UInt8(ascii: ":") || character == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = character.hexDigitValue else { return nil }
                bits = bits << 4 | UInt64(digit)
            }
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
        let digits = Array("0123456789abcdef".utf8)
        var text = [UInt8](repeating: UInt8(ascii: ":"), count: 17)
        for (index, byte) in bytes.enumerated() {
            text[3 * index] = digits[Int(byte >> 4)]
            text[3 * index + 1] = digits[Int(byte & 15)]
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension MACAddress: Codable {
    /// Decodes the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = MACAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a MAC address")
        }
        self = address
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
