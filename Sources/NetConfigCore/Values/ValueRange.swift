/// What numbers can be.
package enum ValueRange {
    /// An MTU, in bytes: IPv4 needs 68, and a packet has 65535.
    package static let mtu = 68...65535
    /// The tag of a VLAN record: 0 is a priority tag alone, 4095 is reserved (IEEE 802.1Q).
    package static let vlanTag: ClosedRange<UInt16> = 0...4094

    /// A range as messages name what was expected: `a number from 68 to 65535`.
    package static func words(_ range: ClosedRange<some BinaryInteger>) -> String {
        "a number from \(range.lowerBound) to \(range.upperBound)"
    }
}
