/// The keys of `other_config` that this program uses, in the order in which the cache has them. From this list the reader, the
/// writer, `show` and the tests know a key; the compiler asks for what else there is to say of a new one.
package enum OtherConfigKey: String, Sendable, CaseIterable {
    case domain
    case peerDNS = "peerdns"
    case defaultRoute = "defaultroute"
    case mtu
    case staticRoutes = "static-routes"
    case bondMode = "bond-mode"
    case bondMiimon = "bond-miimon"
    case bondDowndelay = "bond-downdelay"
    case bondUpdelay = "bond-updelay"
    case bondUseCarrier = "bond-use_carrier"
    case bondHashing = "bond-hashing-algorithm"
    case vlanBugWorkaround = "vlan-bug-workaround"
    case autonegotiation = "ethtool-autoneg"
    case speed = "ethtool-speed"
    case duplex = "ethtool-duplex"
    case rx = "ethtool-rx"
    case tx = "ethtool-tx"
    case sg = "ethtool-sg"
    case tso = "ethtool-tso"
    case ufo = "ethtool-ufo"
    case gso = "ethtool-gso"
    case gro = "ethtool-gro"
    case lro = "ethtool-lro"
    case failMode = "vswitch-controller-fail-mode"
    case disableInBand = "vswitch-disable-in-band"
    case bondLACPTime = "bond-lacp-time"
    case advertise = "ethtool-advertise"
    case networkUUIDs = "network-uuids"

    /// The kinds of record that the key is used on.
    package var owners: Set<OtherConfig.Owner> {
        switch self {
        case .domain, .peerDNS, .defaultRoute, .vlanBugWorkaround: [.pif]
        case .bondMode, .bondMiimon, .bondDowndelay, .bondUpdelay, .bondUseCarrier, .bondHashing, .bondLACPTime: [.pif]
        case .mtu, .staticRoutes: [.pif, .network]
        case .autonegotiation, .speed, .duplex, .advertise, .rx, .tx, .sg, .tso, .ufo, .gso, .gro, .lro:
            [.pif, .network]
        case .failMode: [.pif, .network, .pool]
        case .disableInBand, .networkUUIDs: [.network]
        }
    }

    /// Whether the value is a list, which may be longer than a word.
    package var isList: Bool { self == .domain || self == .staticRoutes }

    /// The key of an offload.
    static func offload(_ offload: Offload) -> Self {
        switch offload {
        case .rx: .rx
        case .tx: .tx
        case .sg: .sg
        case .tso: .tso
        case .ufo: .ufo
        case .gso: .gso
        case .gro: .gro
        case .lro: .lro
        }
    }

    /// The key as a field of a record, as messages name it.
    package var field: String { "other_config:\(rawValue)" }
}
