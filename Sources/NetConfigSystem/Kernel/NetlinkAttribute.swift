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
