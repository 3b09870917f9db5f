/// What numbers can be.
package enum ValueRange {
    /// An MTU, in bytes: IPv4 needs 68, and a packet has 65535.
    package static let mtu = 68...65535
    /// The tag of a VLAN record: 0 is a priority tag alone, 4095 is reserved (IEEE 802.1Q).
    package static let vlanTag: ClosedRange<UInt16> = 0...4094
}
