/// VLAN tags as people write many of them: `1-400, 403`.
struct TagRanges: CustomStringConvertible {
    private let ranges: [ClosedRange<UInt16>]

    /// Takes tags in any order.
    init(_ tags: some Sequence<UInt16>) {
        ranges = tags.sorted().reduce(into: []) { ranges, tag in
            if let last = ranges.last, tag <= last.upperBound &+ 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(tag, last.upperBound)
            } else {
                ranges.append(tag...tag)
            }
        }
    }

    /// The ranges, separated by commas.
    var description: String {
        ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
