extension VswitchTable {
    /// The tables that switches are made of.
    package static let switching: [VswitchTable] = [.bridge, .port, .interface]
    /// The tables of those who configure switches from outside, and of what only they set up.
    package static let management: [VswitchTable] = [.manager, .ssl, .sampleCollector]

    /// The column that names a row; `nil` where no column does.
    package var nameColumn: String? {
        switch self {
        case .bridge, .port, .interface: "name"
        case .manager: "target"
        case .ssl, .sampleCollector: nil
        }
    }

    /// The columns that hold configuration, each with its default, but the ones for name and members.
    ///
    /// From ovs-vswitchd.conf.db(5), schemas 7.12 (Open vSwitch 2.5) to 8.3 (2.17 and 3.x). What is not here is status
    /// or statistics, which ovs-vswitchd writes and no undo needs to restore.
    package var columnDefaults: [String: OVSDBValue] {
        switch self {
        case .bridge: VswitchTable.bridgeColumns
        case .port: VswitchTable.portColumns
        case .interface: VswitchTable.interfaceColumns
        case .manager: VswitchTable.managerColumns
        case .ssl: VswitchTable.sslColumns
        case .sampleCollector: VswitchTable.sampleCollectorColumns
        }
    }

    /// The column that ``VswitchRow/members`` stands for.
    package var memberColumn: String? {
        switch self {
        case .bridge: "ports"
        case .port: "interfaces"
        case .interface, .manager, .ssl, .sampleCollector: nil
        }
    }

    /// The table of the rows that ``memberColumn`` refers to.
    package var memberTable: VswitchTable? {
        switch self {
        case .bridge: .port
        case .port: .interface
        case .interface, .manager, .ssl, .sampleCollector: nil
        }
    }

    private static let noValue = OVSDBValue.set([])
    private static let noEntry = OVSDBValue.map([OVSDBValue: OVSDBValue]())

    private static let bridgeColumns: [String: OVSDBValue] = [
        "datapath_type": .string(""), "fail_mode": noValue, "protocols": noValue,
        "stp_enable": .boolean(false), "rstp_enable": .boolean(false), "mcast_snooping_enable": .boolean(false),
        "controller": noValue, "mirrors": noValue, "netflow": noValue, "sflow": noValue, "ipfix": noValue,
        "auto_attach": noValue, "flow_tables": noEntry, "flood_vlans": noValue,
        "other_config": noEntry, "external_ids": noEntry,
    ]

    private static let portColumns: [String: OVSDBValue] = [
        "tag": noValue, "trunks": noValue, "cvlans": noValue, "vlan_mode": noValue, "mac": noValue, "qos": noValue,
        "bond_mode": noValue, "lacp": noValue, "bond_updelay": .integer(0), "bond_downdelay": .integer(0),
        "bond_fake_iface": .boolean(false), "fake_bridge": .boolean(false), "protected": .boolean(false),
        "other_config": noEntry, "external_ids": noEntry,
    ]

    private static let interfaceColumns: [String: OVSDBValue] = [
        "type": .string(""), "options": noEntry, "mac": noValue, "mtu_request": noValue, "ofport_request": noValue,
        "ingress_policing_rate": .integer(0), "ingress_policing_burst": .integer(0),
        "ingress_policing_kpkts_rate": .integer(0), "ingress_policing_kpkts_burst": .integer(0),
        "bfd": noEntry, "cfm_mpid": noValue, "lldp": noEntry, "other_config": noEntry, "external_ids": noEntry,
    ]

    private static let managerColumns: [String: OVSDBValue] = [
        "max_backoff": noValue, "inactivity_probe": noValue, "connection_mode": noValue, "other_config": noEntry,
        "external_ids": noEntry,
    ]

    private static let sslColumns: [String: OVSDBValue] = [
        "private_key": .string(""), "certificate": .string(""), "ca_cert": .string(""),
        "bootstrap_ca_cert": .boolean(false), "external_ids": noEntry,
    ]

    private static let sampleCollectorColumns: [String: OVSDBValue] = [
        "id": .integer(0), "bridge": noValue, "ipfix": noValue, "external_ids": noEntry,
    ]
}
