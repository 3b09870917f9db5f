/// What the kernel says of an address or a route beyond what this program plans with, as rtnetlink has it: kept to be sent
/// back as it is.
package struct KernelDetails: Hashable, Sendable, Codable {
    /// Flags that its maker set: of an address `IFA_F_…`, of a route `RTNH_F_…`.
    package var flags: UInt32
    /// Its scope (`RT_SCOPE_…`), where it is not the usual one.
    package var scope: UInt8?
    /// Attributes as they go over the wire, one behind the other.
    package var attributes: [UInt8]

    /// Creates details; `nil` where there are none.
    package init?(flags: UInt32 = 0, scope: UInt8? = nil, attributes: [UInt8] = []) {
        guard flags != 0 || scope != nil || !attributes.isEmpty else { return nil }
        (self.flags, self.scope, self.attributes) = (flags, scope, attributes)
    }

    /// The flag of a route whose gateway is on the link although it is on no network of the device (`RTNH_F_ONLINK`).
    static let onLink: UInt32 = 4
    /// The flag of an address to whose network the kernel makes no route (`IFA_F_NOPREFIXROUTE`).
    static let noPrefixRoute: UInt32 = 0x200
}
