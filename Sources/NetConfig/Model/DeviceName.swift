/// The name of a network device, checked to be one that the kernel can have.
///
/// Names come from outside (cache, XAPI, OVSDB) and end up in paths, netlink messages and OVSDB rows; a value
/// of this type is safe in all three. The rules are the kernel's `dev_valid_name`, and no control characters.
public struct DeviceName: Hashable, Sendable {
    /// The name itself: 1 to 15 bytes.
    public let text: String

    /// Creates a name, or `nil` where the kernel could not have a device of that name.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...15).contains(bytes.count), text != ".", text != ".." else { return nil }
        // 0x21...0x7E leaves out white space and control characters; `:` belongs to old-style alias labels.
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
        else { return nil }
        self.text = text
    }

    /// What a valid name looks like, for error messages.
    public static var rule: String { "1 to 15 bytes, no '/', no ':' and no white space" }
}

extension DeviceName: Comparable {
    /// Orders `eth2` before `eth10`: runs of digits compare as numbers, as people read them.
    public static func < (lhs: DeviceName, rhs: DeviceName) -> Bool {
        var left = lhs.text.utf8[...], right = rhs.text.utf8[...]
        while let a = left.first, let b = right.first {
            guard a.isDigit, b.isDigit else {
                guard a == b else { return a < b }
                left.removeFirst()
                right.removeFirst()
                continue
            }
            let (x, y) = (left.removeNumber(), right.removeNumber())
            guard x == y else { return x < y }
        }
        guard left.isEmpty, right.isEmpty else { return left.isEmpty }
        return lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8)
    }
}

extension DeviceName: CustomStringConvertible {
    /// The text that messages use.
    public var description: String { text }
}

extension DeviceName: Codable {
    /// Decodes the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = DeviceName(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no device name (\(Self.rule))")
        }
        self = name
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension DeviceName: CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The text, as a key of a dictionary.
    public var codingKey: any CodingKey { Key(stringValue: text) }

    /// Takes a key's text, `nil` where that is no name.
    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

extension Substring.UTF8View {
    /// Takes the leading digits off; at most 15 of them, so the value fits.
    fileprivate mutating func removeNumber() -> Int {
        var value = 0
        while let digit = first, digit.isDigit {
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
            removeFirst()
        }
        return value
    }
}
