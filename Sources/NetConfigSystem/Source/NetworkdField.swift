internal import NetConfigCore

/// What a value of xcp-networkd's database is to the reader of records.
enum NetworkdField {
    /// It is not read.
    case unread
    /// It is left out where it cannot be used.
    case optional
    /// Whether the host can be reached depends on it.
    case essential

    /// Classifies a value.
    ///
    /// - Parameter path: The members that lead to it, from the database on.
    init(_ path: [String]) {
        let names = Array(path.dropFirst(2))
        self =
            switch (path.first, path.count) {
            case ("gateway_interface", 1), ("dns_interface", 1): .optional
            case ("bridge_config", ...2), ("interface_config", ...2): .essential
            case ("bridge_config", _): Self.ofBridge(names)
            case ("interface_config", _): Self.ofInterface(names)
            default: .unread
            }
    }

    /// Whether a key of a bridge's `other_config` is read: it means something on a network.
    static func isRead(ofNetwork key: String) -> Bool {
        OtherConfigKey(rawValue: key)?.owners.contains(.network) == true
    }

    private static func ofBridge(_ names: [String]) -> Self {
        switch (names[0], names.count) {
        case ("vlan", 1), ("ports", 1), ("ports", 2): .essential
        case ("ports", 3): ["interfaces", "kind"].contains(names[2]) ? .essential : ofPort(names[2])
        case ("ports", 4): ofPort(names[2])
        case ("bridge_mac", 1), ("igmp_snooping", 1), ("other_config", 1): .optional
        case ("other_config", 2): isRead(ofNetwork: names[1]) ? .optional : .unread
        default: .unread
        }
    }

    private static func ofPort(_ name: String) -> Self {
        name == "bond_mac" || name == "bond_properties" ? .optional : .unread
    }

    private static func ofInterface(_ names: [String]) -> Self {
        switch (names[0], names.count) {
        case ("ipv4_conf", 1): .essential
        case ("ipv4_gateway", 1), ("ipv6_gateway", 1), ("ipv6_conf", 1), ("ipv4_routes", _), ("dns", 1), ("mtu", 1),
            ("ethtool_settings", ...2), ("ethtool_offload", ...2):
            .optional
        default: .unread
        }
    }
}
