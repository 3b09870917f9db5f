internal import NetConfigCore

/// XAPI's words for `primary_address_type`.
enum AddressType: String, CaseIterable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"

    /// The word for a family.
    init(_ family: IPAddress.Family) { self = family == .v4 ? .ipv4 : .ipv6 }

    /// The family that is meant.
    var family: IPAddress.Family { self == .ipv4 ? .v4 : .v6 }
}
