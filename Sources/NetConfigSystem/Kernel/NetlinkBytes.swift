extension ArraySlice<UInt8> {
    /// An integer in host order, `offset` bytes in; `nil` where there are not enough bytes.
    func integer<Value: FixedWidthInteger>(at offset: Int = 0, as type: Value.Type = Value.self) -> Value? {
        let size = Value.bitWidth / 8
        guard offset >= 0, count - offset >= size else { return nil }
        var value: Value = 0
        for index in 0..<size {
            value |= Value(truncatingIfNeeded: self[startIndex + offset + index]) << Value(8 * index)
        }
        return Value(littleEndian: value)
    }

    /// The text up to the first zero byte.
    var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}

/// An attribute of a netlink message: a number that says what it is, and bytes.
struct NetlinkAttribute {
    /// `IFLA_…`, `IFA_…`, `RTA_…`, without the flag bits for nesting and byte order.
    var type: Int
    /// The value, without padding.
    var payload: ArraySlice<UInt8>

    /// The attribute as it goes over the wire: header, value, padding.
    var bytes: [UInt8] {
        let padding = Array(repeating: UInt8(0), count: -payload.count & 3)
        return UInt16(truncatingIfNeeded: payload.count + 4).hostBytes + UInt16(truncatingIfNeeded: type).hostBytes
            + payload + padding
    }

    /// The attributes nested in this one.
    var nested: NetlinkAttributes { NetlinkAttributes(payload) }
}

/// The attributes in a run of bytes. Ends where the bytes end, or are no attributes.
struct NetlinkAttributes: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    /// Reads attributes from the first byte on.
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> NetlinkAttribute? {
        guard let length = rest.integer(at: 0, as: UInt16.self).map(Int.init), length >= 4, length <= rest.count,
            let type = rest.integer(at: 2, as: UInt16.self)
        else { return nil }
        defer { rest = rest.dropFirst((length + 3) & ~3) }
        return NetlinkAttribute(type: Int(type & 0x3FFF), payload: rest.prefix(length).dropFirst(4))
    }
}
