/// The attributes in a piece of a netlink message: type and value one after the other (netlink(7)).
///
/// It reads a copy of what came, with every access checked: what the kernel says is believed, but not to the point of
/// reading memory that is not ours.
struct NetlinkAttributes: Sequence, IteratorProtocol {
    /// One attribute.
    struct Attribute {
        /// The type, without the flag bits.
        let type: Int
        /// The value.
        let value: ArraySlice<UInt8>

        /// The value as a number in host order, `nil` where it is too short for it.
        func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
            value.number(at: 0)
        }

        /// The value as text, up to its zero byte.
        var text: String { String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }

        /// The attributes that the value consists of.
        var nested: NetlinkAttributes { NetlinkAttributes(value) }
    }

    private var rest: ArraySlice<UInt8>

    /// Reads the attributes in some bytes.
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> Attribute? {
        guard let length: UInt16 = rest.number(at: 0), let type: UInt16 = rest.number(at: 2),
            length >= 4, Int(length) <= rest.count
        else { return nil }
        let value = rest.dropFirst(4).prefix(Int(length) - 4)
        rest = rest.dropFirst((Int(length) + 3) & ~3)
        // The two highest bits say "nested" and "network order".
        return Attribute(type: Int(type & 0x3FFF), value: value)
    }
}

extension ArraySlice<UInt8> {
    /// A number in host order at some distance from the beginning; `nil` where the bytes end before it does.
    func number<Number: FixedWidthInteger>(at offset: Int, _: Number.Type = Number.self) -> Number? {
        let size = MemoryLayout<Number>.size
        guard count >= offset + size else { return nil }
        var number: Number = 0
        for index in 0..<size {
            number |= Number(truncatingIfNeeded: self[startIndex + offset + index]) << Number(8 * index)
        }
        return Number(littleEndian: number)
    }
}
