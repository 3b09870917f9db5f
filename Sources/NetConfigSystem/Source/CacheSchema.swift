internal import NetConfigCore

/// The elements of a cache, shared by its reader and its writer.
enum CacheSchema {
    /// What a field's element holds.
    enum Shape: Equatable {
        case text
        /// Elements of this name, one for each entry.
        case list(String)
        /// One element for each key, named as the key.
        case map
        /// Text, or elements of any name, one for each entry.
        case textOrList

        /// Whether an element of this name is an entry.
        func includes(_ name: String) -> Bool {
            if case .list(let entry) = self { name == entry } else { true }
        }
    }

    /// A field of a kind of record.
    struct Field {
        /// What its element holds.
        var shape: Shape
        /// Its place among the fields of the kind, from 0 to 63.
        var index: UInt64
    }

    /// The name of the root element.
    static let root = "xenserver-network-configuration"

    /// The fields that are read; any other element is skipped.
    static func fields(of kind: RecordKind) -> [String: Field] {
        switch kind {
        case .pif: pif
        case .bond: bond
        case .vlan: vlan
        case .tunnel: tunnel
        case .network: network
        case .pool: pool
        }
    }

    /// XAPI's name for a field. Installers wrote one of them in another case.
    static func canonicalName(_ name: String) -> String { name == "IPv6_gateway" ? "ipv6_gateway" : name }

    /// The keys of an `other_config` in the order in which they are written; those that are not listed follow by name.
    static func inOrder(_ entries: [String: String]) -> [(key: String, value: String)] {
        guard entries.count > 1 else { return Array(entries) }
        return entries.map { (rank: keyRank[$0.key] ?? keyRank.count, entry: $0) }
            .sorted { ($0.rank, $0.entry.key) < ($1.rank, $1.entry.key) }.map { ($0.entry.key, $0.entry.value) }
    }

    private static let keyRank = Dictionary(
        uniqueKeysWithValues: OtherConfigKey.allCases.enumerated().map { ($0.element.rawValue, $0.offset) })

    // `currently_attached` is not read: it says what was true before the host went down.
    private static let pif = fields([
        "uuid": .text, "management": .text, "network": .text, "device": .text,
        "bond_master_of": .list("slave"), "bond_slave_of": .text,
        "VLAN": .text, "VLAN_master_of": .text, "VLAN_slave_of": .list("master"),
        "tunnel_access_PIF_of": .list("pif"), "tunnel_transport_PIF_of": .list("pif"),
        "ip_configuration_mode": .text, "IP": .text, "netmask": .text, "gateway": .text, "DNS": .text,
        "ipv6_configuration_mode": .text, "IPv6": .textOrList, "ipv6_gateway": .text,
        "primary_address_type": .text, "managed": .text, "properties": .map, "sriov_logical_PIF_of": .list("sriov"),
        "MAC": .text, "other_config": .map,
    ])
    private static let bond = fields([
        "uuid": .text, "master": .text, "slaves": .list("slave"), "primary_slave": .text, "mode": .text,
        "properties": .map,
    ])
    private static let vlan = fields(["uuid": .text, "tagged_PIF": .text, "untagged_PIF": .text])
    private static let tunnel = fields([
        "uuid": .text, "access_PIF": .text, "transport_PIF": .text, "protocol": .text,
    ])
    private static let network = fields([
        "uuid": .text, "bridge": .text, "MTU": .text, "PIFs": .list("PIF"), "purpose": .list("purpose"),
        "managed": .text, "other_config": .map,
    ])
    private static let pool = fields([
        "uuid": .text, "igmp_snooping_enabled": .text, "other_config": .map,
    ])

    private static func fields(_ shapes: KeyValuePairs<String, Shape>) -> [String: Field] {
        Dictionary(
            uniqueKeysWithValues: shapes.enumerated().map { ($1.key, Field(shape: $1.value, index: UInt64($0))) })
    }
}
