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
