/// An offload that `ethtool -K` can switch, under the short name of `ethtool` and of XAPI's keys.
package enum Offload: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    case rx, tx, sg, tso, ufo, gso, gro, lro
}

extension Offload: Comparable {
    /// The order of `allCases`: checksums before what depends on them.
    package static func < (lhs: Offload, rhs: Offload) -> Bool {
        allCases.firstIndex(of: lhs) ?? 0 < allCases.firstIndex(of: rhs) ?? 0
    }
}
