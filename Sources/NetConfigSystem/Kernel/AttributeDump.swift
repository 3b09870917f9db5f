internal import NetConfigCore
internal import CLibNL

/// Attributes of a link that differ from those of one that was made just now and that no ``Link`` describes.
enum AttributeDump {
    /// Finds them in a `RTM_NEWLINK` message of a device; those of the device itself, or those of a port.
    static func decode(_ payload: ArraySlice<UInt8>, of device: DeviceName, isPort: Bool) -> Set<Belonging> {
        var found: Set<Belonging> = []
        var kind = "", portKind = ""
        var data: ArraySlice<UInt8> = [], portData: ArraySlice<UInt8> = []
        for attribute in NetlinkAttributes(payload.dropFirst(16)) {
            switch attribute.type {
            case IFLA_LINKINFO:
                for inner in attribute.nested {
                    switch inner.type {
                    case IFLA_INFO_KIND: kind = inner.payload.text
                    case IFLA_INFO_DATA: data = inner.payload
                    case IFLA_INFO_SLAVE_KIND: portKind = inner.payload.text
                    case IFLA_INFO_SLAVE_DATA: portData = inner.payload
                    default: break
                    }
                }
            case IFLA_QDISC where !isPort && !usualQueues.contains(attribute.payload.text):
                let text = "queueing discipline \(attribute.payload.text)"
                found.insert(Belonging(devices: [device], text: text, content: .lasting))
            default:
                if !isPort { found.formUnion(belonging(attribute, .link, links, device)) }
            }
        }
        if isPort, portKind == "bridge" {
            for attribute in NetlinkAttributes(portData) {
                found.formUnion(belonging(attribute, .port(portKind), ports, device))
            }
        } else if !isPort, let known = kinds[kind] {
            for attribute in NetlinkAttributes(data) {
                found.formUnion(belonging(attribute, .kind(kind), known, device))
            }
        }
        return found
    }

    private static func belonging(
        _ attribute: NetlinkAttribute, _ place: Belonging.Attribute.Place, _ known: [Int: Usual], _ device: DeviceName
    ) -> Set<Belonging> {
        let value = Array(attribute.payload)
        guard let usual = known[attribute.type], !usual.values.contains(value) else { return [] }
        let content = Belonging.Attribute(place: place, number: attribute.type, value: value)
        if place == .link, attribute.type == IFLA_IFALIAS {
            let text = "\(usual.name) \(attribute.payload.text)"
            return [Belonging(devices: [device], text: text, content: .attribute(content))]
        }
        let number = value.count <= 4 ? value.reversed().reduce(0) { $0 << 8 | Int($1) } : nil
        let text = [usual.name, number.map(String.init)].compactMap(\.self).joined(separator: " ")
        return [Belonging(devices: [device], text: text, content: .attribute(content))]
    }

    /// An attribute's name as `ip link` has it, and what a new device has.
    private struct Usual {
        var name: String
        var values: [[UInt8]]

        init(_ name: String, _ values: UInt32..., size: Int = 1) {
            self.name = name
            self.values = values.map { Array($0.hostBytes.prefix(size)) }
        }

        init(_ name: String, bytes: [UInt8]) { (self.name, values) = (name, [bytes]) }
    }

    private static let usualQueues: Set = ["noqueue", "noop", "pfifo_fast", "fq_codel", "mq", "fq"]

    private static let links: [Int: Usual] = [
        IFLA_IFALIAS: Usual("alias", bytes: []), IFLA_TXQLEN: Usual("txqueuelen", 1000, 500, size: 4),
        IFLA_GROUP: Usual("group", 0, size: 4),
    ]

    private static let kinds: [String: [Int: Usual]] = [
        "bridge": [
            IFLA_BR_HELLO_TIME: Usual("hello_time", 200, size: 4), IFLA_BR_MAX_AGE: Usual("max_age", 2000, size: 4),
            IFLA_BR_AGEING_TIME: Usual("ageing_time", 30000, size: 4),
            IFLA_BR_PRIORITY: Usual("priority", 32768, size: 2),
            IFLA_BR_VLAN_FILTERING: Usual("vlan_filtering", 0),
            IFLA_BR_VLAN_PROTOCOL: Usual("vlan_protocol", bytes: [0x81, 0]),
            IFLA_BR_GROUP_FWD_MASK: Usual("group_fwd_mask", 0, size: 2), IFLA_BR_MCAST_ROUTER: Usual("mcast_router", 1),
            IFLA_BR_GROUP_ADDR: Usual("group_address", bytes: [1, 0x80, 0xC2, 0, 0, 0]),
            IFLA_BR_MCAST_QUERY_USE_IFADDR: Usual("mcast_query_use_ifaddr", 0),
            IFLA_BR_MCAST_QUERIER: Usual("mcast_querier", 0),
            IFLA_BR_MCAST_HASH_MAX: Usual("mcast_hash_max", 4096, 512, size: 4),
            IFLA_BR_MCAST_LAST_MEMBER_CNT: Usual("mcast_last_member_count", 2, size: 4),
            IFLA_BR_MCAST_STARTUP_QUERY_CNT: Usual("mcast_startup_query_count", 2, size: 4),
            IFLA_BR_NF_CALL_IPTABLES: Usual("nf_call_iptables", 0),
            IFLA_BR_NF_CALL_IP6TABLES: Usual("nf_call_ip6tables", 0),
            IFLA_BR_NF_CALL_ARPTABLES: Usual("nf_call_arptables", 0),
            IFLA_BR_VLAN_DEFAULT_PVID: Usual("vlan_default_pvid", 1, size: 2),
            IFLA_BR_VLAN_STATS_ENABLED: Usual("vlan_stats_enabled", 0),
            IFLA_BR_MCAST_STATS_ENABLED: Usual("mcast_stats_enabled", 0),
            IFLA_BR_MCAST_IGMP_VERSION: Usual("mcast_igmp_version", 2),
            IFLA_BR_MCAST_MLD_VERSION: Usual("mcast_mld_version", 1),
        ],
        "vlan": [
            IFLA_VLAN_FLAGS: Usual("flags", bytes: [1, 0, 0, 0, 255, 255, 255, 255]),
            IFLA_VLAN_EGRESS_QOS: Usual("egress-qos-map", bytes: []),
            IFLA_VLAN_INGRESS_QOS: Usual("ingress-qos-map", bytes: []),
        ],
        "bond": [
            IFLA_BOND_ARP_INTERVAL: Usual("arp_interval", 0, size: 4),
            IFLA_BOND_PRIMARY_RESELECT: Usual("primary_reselect", 0),
            IFLA_BOND_RESEND_IGMP: Usual("resend_igmp", 1, size: 4),
            IFLA_BOND_NUM_PEER_NOTIF: Usual("num_grat_arp", 1),
            IFLA_BOND_ALL_SLAVES_ACTIVE: Usual("all_slaves_active", 0),
            IFLA_BOND_MIN_LINKS: Usual("min_links", 0, size: 4),
            IFLA_BOND_LP_INTERVAL: Usual("lp_interval", 1, size: 4),
            IFLA_BOND_PACKETS_PER_SLAVE: Usual("packets_per_slave", 1, size: 4),
            IFLA_BOND_TLB_DYNAMIC_LB: Usual("tlb_dynamic_lb", 1, 0),
        ],
    ]

    private static let ports: [Int: Usual] = [
        IFLA_BRPORT_PRIORITY: Usual("priority", 32, size: 2), IFLA_BRPORT_MODE: Usual("hairpin", 0),
        IFLA_BRPORT_GUARD: Usual("guard", 0), IFLA_BRPORT_PROTECT: Usual("root_block", 0),
        IFLA_BRPORT_FAST_LEAVE: Usual("fastleave", 0), IFLA_BRPORT_LEARNING: Usual("learning", 1),
        IFLA_BRPORT_UNICAST_FLOOD: Usual("flood", 1), IFLA_BRPORT_PROXYARP: Usual("proxy_arp", 0),
        IFLA_BRPORT_MULTICAST_ROUTER: Usual("mcast_router", 1), IFLA_BRPORT_MCAST_FLOOD: Usual("mcast_flood", 1),
        IFLA_BRPORT_MCAST_TO_UCAST: Usual("mcast_to_unicast", 0), IFLA_BRPORT_BCAST_FLOOD: Usual("bcast_flood", 1),
        IFLA_BRPORT_GROUP_FWD_MASK: Usual("group_fwd_mask", 0, size: 2),
        IFLA_BRPORT_NEIGH_SUPPRESS: Usual("neigh_suppress", 0), IFLA_BRPORT_ISOLATED: Usual("isolated", 0),
    ]
}
