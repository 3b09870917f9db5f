/// An offload that `ethtool -K` can switch, under the short name of `ethtool` and of XAPI's keys.
public enum Offload: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    case rx, tx, sg, tso, ufo, gso, gro, lro
}

extension Offload: Comparable {
    /// The order of `allCases`: checksums before what depends on them.
    public static func < (lhs: Offload, rhs: Offload) -> Bool {
        allCases.firstIndex(of: lhs) ?? 0 < allCases.firstIndex(of: rhs) ?? 0
    }
}

/// The settings of a link that `ethtool -s` can change; `nil` means "as it is".
public struct LinkSettings: Hashable, Sendable, Codable {
    /// Duplex mode.
    public enum Duplex: String, Hashable, Sendable, Codable {
        case half, full
    }

    /// Speed in Mbit/s.
    public var speed: Int?
    /// Duplex mode.
    public var duplex: Duplex?
    /// Whether speed and duplex are negotiated with the peer.
    public var autonegotiation: Bool?

    /// Creates settings.
    public init(speed: Int? = nil, duplex: Duplex? = nil, autonegotiation: Bool? = nil) {
        self.speed = speed
        self.duplex = duplex
        self.autonegotiation = autonegotiation
    }
}
