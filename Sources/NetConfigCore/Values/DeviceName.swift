/// The name of a network device.
///
/// Names come from outside (cache, XAPI, OVSDB) and end up in paths, netlink messages and OVSDB rows; one that
/// ``init(_:)`` has checked is safe in all three. The rules are the kernel's `dev_valid_name`, and ASCII without control
/// characters. The kernel may have devices of other names, which no request can name, but which can be in the
/// way: they are described with `init(kernel:)`.
public struct DeviceName: Sendable {
    /// The name itself, 1 to 15 bytes of ASCII; of a device that another program named otherwise, the name as
    /// `init(kernel:)` writes it.
    public let text: String
    /// The name's bytes and zeros behind them: they are compared, and not what text looks like.
    private let key: UInt128

    /// Creates a name, or `nil` where the kernel could not have a device of that name.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...15).contains(bytes.count), !text.isExactly("."), !text.isExactly("..") else { return nil }
        // 0x21...0x7E leaves out white space and control characters; `:` belongs to old-style alias labels.
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
        else { return nil }
        self.text = text
        key = Self.key(bytes)
    }

    /// Creates the name of a device that the kernel has, of whatever bytes; `nil` where there are none or more than 15.
    ///
    /// Where they are not all text that is seen, each that is not ASCII is written as a colon and two hexadecimal digits.
    /// No name has a colon, so that all names differ as text, too.
    package init?(kernel bytes: some Collection<UInt8>) {
        guard (1...15).contains(bytes.count), bytes.allSatisfy({ $0 != 0 }) else { return nil }
        key = Self.key(bytes)
        if let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.allSatisfy(\.isPartOfName) {
            self.text = text
        } else {
            text = bytes.map { Unicode.Scalar($0).isPartOfName && $0 < 0x80 ? String(Unicode.Scalar($0)) : $0.escaped }
                .joined()
        }
    }

    /// Reads a name that `init(kernel:)` has written; `nil` for any other text.
    package init?(shown text: String) {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: ":") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.init(kernel: bytes)
        guard self.text.isExactly(text) else { return nil }
    }

    /// The name of the device that Open vSwitch has for an interface of this name; `nil` where there can be none.
    package init?(interface name: String) {
        self.init(kernel: name.utf8)
        guard text.isExactly(name) else { return nil }
    }

    private static func key(_ bytes: some Collection<UInt8>) -> UInt128 {
        bytes.reduce(0) { $0 << 8 | UInt128($1) } << UInt128(8 * (16 - bytes.count))
    }

    /// The bytes of the name, as the kernel has it.
    package var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: key >> UInt128(120 - 8 * $0)) }.filter { $0 != 0 }
    }

    /// The bytes of the name as C has them, with a zero behind them.
    package var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    /// Whether the name stands for something else than one device: the kernel makes a number of `%d`, `all` and `default` are
    /// all devices to `sysctl`, `bonding_masters` is a file among the devices, and `lo` is the host itself.
    package var isReserved: Bool {
        bytes.contains(UInt8(ascii: "%"))
            || ["all", "default", "lo", "bonding_masters"].contains { text.isExactly($0) }
    }

    /// What a valid name looks like, for error messages.
    public static var rule: String { "1 to 15 bytes, no '/', no ':' and no white space" }
}

extension DeviceName: Hashable {
    /// Whether two names have the same bytes.
    public static func == (lhs: DeviceName, rhs: DeviceName) -> Bool { lhs.key == rhs.key }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension Unicode.Scalar {
    /// Whether a device's name shows it as it is.
    fileprivate var isPartOfName: Bool {
        // Of ASCII there is no need to look up anything, and there are many names.
        let isSpace = isASCII ? self == " " : properties.isWhitespace
        return isSeen && !isSpace && self != "/" && self != ":"
    }
}

extension UInt8 {
    fileprivate var escaped: String { ":" + String(self >> 4, radix: 16) + String(self & 15, radix: 16) }
}

extension DeviceName: Comparable {
    /// Orders `eth2` before `eth10`: runs of digits compare as numbers, as people read them.
    public static func < (lhs: DeviceName, rhs: DeviceName) -> Bool {
        var (left, right) = (lhs.key, rhs.key)
        while left != right {
            let (a, b) = (left.firstByte, right.firstByte)
            guard a.isDigit, b.isDigit else {
                guard a == b else { return a < b }
                left <<= 8
                right <<= 8
                continue
            }
            let (x, y) = (left.removeNumber(), right.removeNumber())
            guard x == y else { return x < y }
        }
        return lhs.key < rhs.key
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
        guard let name = DeviceName(shown: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a device name (\(Self.rule))")
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
    public init?(codingKey: some CodingKey) { self.init(shown: codingKey.stringValue) }
}

/// A name's bytes as they are compared: from the front.
extension UInt128 {
    fileprivate var firstByte: UInt8 { UInt8(truncatingIfNeeded: self >> 120) }

    /// Takes the leading digits off; at most 15 of them, so the value fits.
    fileprivate mutating func removeNumber() -> Int {
        var value = 0
        while firstByte.isDigit {
            value = value * 10 + Int(firstByte - UInt8(ascii: "0"))
            self <<= 8
        }
        return value
    }
}

extension DeviceName {
    /// Whether Xen's or QEMU's back end of a virtual machine's card has such a name: `vif7.0`, `tap7.0`.
    package var isGuests: Bool {
        guard text.begins(with: "vif") || text.begins(with: "tap") else { return false }
        let numbers = text.utf8.dropFirst(3).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
    }
}
