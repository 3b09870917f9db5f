/// What numbers can be.
package enum ValueRange {
    /// An MTU, in bytes: IPv4 needs 68, and a packet has 65535.
    package static let mtu = 68...65535
    /// The tag of a VLAN record: 0 is a priority tag alone, 4095 is reserved (IEEE 802.1Q).
    package static let vlanTag: ClosedRange<UInt16> = 0...4094

    /// The tag that a text is, written as a number is; `nil` for any other text.
    package static func tag(_ text: String) -> UInt16? {
        UInt16(text).flatMap { vlanTag.contains($0) && String($0) == text ? $0 : nil }
    }

    /// A range as messages name what was expected: `a number from 68 to 65535`.
    package static func words(_ range: ClosedRange<some BinaryInteger>) -> String {
        "a number from \(range.lowerBound) to \(range.upperBound)"
    }
}
