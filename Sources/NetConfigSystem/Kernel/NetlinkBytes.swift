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
