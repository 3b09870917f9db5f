/// The rows of an Open vSwitch database that describe switches: what `ovs-vsctl show` shows, and their columns.
///
/// Rows are known by name, which the schema makes unique in each table.
public struct VswitchState: Equatable, Sendable, Codable {
    /// Table `Bridge`: the bridges that `Open_vSwitch.bridges` lists. Members are port names.
    public var bridges: [String: VswitchRow]
    /// Table `Port`. Members are interface names.
    public var ports: [String: VswitchRow]
    /// Table `Interface`. No members.
    public var interfaces: [String: VswitchRow]
    /// Table `Manager`, by `target`: who may change the database from outside. Empty unless it was asked for, like the
    /// next two.
    public var managers: [String: VswitchRow] = [:]
    /// Table `SSL`, which has one row at most.
    public var ssl: [String: VswitchRow] = [:]
    /// Table `Flow_Sample_Collector_Set`, by bridge and `id`.
    public var sampleCollectors: [String: VswitchRow] = [:]
    /// The flows for management that are on bridges in secure mode, by bridge; those without any are not in it. Only bridges
    /// that carry the management interface are looked at.
    public var flows: [String: Set<SecureModeFlow>] = [:]
    /// The secure bridges whose controller is connected: what passes there is its business. Looked at like ``flows``.
    public var controlled: Set<String> = []
    /// The bridges that are not secure and have no flows, not even the one that makes a switch of them, and no controller. Only
    /// bridges that a request or an overview concerns are looked at.
    public var empty: Set<String> = []
    /// The controllers of bridges that no manager of the database has set, by bridge: their targets. Nothing where there is a
    /// manager, which may set what it likes.
    public var controllers: [String: [String]] = [:]
    /// The interfaces that ovs-vswitchd could not make or open, each with its reason.
    public var failing: [String: String] = [:]
    /// Whether an ovs-vswitchd runs, which makes switches of the rows.
    public var isCarriedOut = true
    /// Whether a row can ask for an MTU: `Interface.mtu_request`, which Open vSwitch 2.5 does not have.
    public var canRequestMTU = true

    // What else there is is not part of a state that is written down.
    private enum CodingKeys: CodingKey { case bridges, ports, interfaces, flows, controlled, controllers, failing }

    /// Creates a state; by default one without bridges.
    public init(
        bridges: [String: VswitchRow] = [:], ports: [String: VswitchRow] = [:], interfaces: [String: VswitchRow] = [:]
    ) {
        self.bridges = bridges
        self.ports = ports
        self.interfaces = interfaces
    }

    /// Reads a state; one that says nothing about flows, controllers and failures has none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        bridges = try values.decode([String: VswitchRow].self, forKey: .bridges)
        ports = try values.decode([String: VswitchRow].self, forKey: .ports)
        interfaces = try values.decode([String: VswitchRow].self, forKey: .interfaces)
        flows = try values.decodeIfPresent([String: Set<SecureModeFlow>].self, forKey: .flows) ?? [:]
        controlled = try values.decodeIfPresent(Set<String>.self, forKey: .controlled) ?? []
        controllers = try values.decodeIfPresent([String: [String]].self, forKey: .controllers) ?? [:]
        failing = try values.decodeIfPresent([String: String].self, forKey: .failing) ?? [:]
    }

    /// The rows of a table.
    package subscript(table: VswitchTable) -> [String: VswitchRow] {
        get { self[keyPath: table.rows] }
        set { self[keyPath: table.rows] = newValue }
    }

    /// The bridge that has a port of this name.
    public func bridge(ofPort port: String) -> String? {
        bridges.first { $0.value.members.contains(port) }?.key
    }

    /// The bridges of all ports, found in one pass.
    var bridgesByPort: [String: String] {
        var found: [String: String] = [:]
        for (bridge, row) in bridges {
            for port in row.members { found[port] = bridge }
        }
        return found
    }

    /// The port that has an interface of this name.
    public func port(ofInterface interface: String) -> String? {
        ports[interface]?.members.contains(interface) == true
            ? interface : ports.first { $0.value.members.contains(interface) }?.key
    }
}

/// The tables of ``VswitchState``.
public enum VswitchTable: String, Hashable, Sendable, Codable, CaseIterable {
    case bridge = "Bridge"
    case port = "Port"
    case interface = "Interface"
    case manager = "Manager"
    case ssl = "SSL"
    case sampleCollector = "Flow_Sample_Collector_Set"

    /// The name of the only row of table `SSL`.
    public static let sslName = "configuration"

    /// Where a state has the table's rows. To change one row by way of the subscript would copy them all.
    package var rows: WritableKeyPath<VswitchState, [String: VswitchRow]> {
        switch self {
        case .bridge: \.bridges
        case .port: \.ports
        case .interface: \.interfaces
        case .manager: \.managers
        case .ssl: \.ssl
        case .sampleCollector: \.sampleCollectors
        }
    }
}

/// A row: its columns, and the rows that it is made of.
public struct VswitchRow: Equatable, Sendable, Codable {
    /// Configuration columns but the one that names the row and the one that ``members`` stands for. A column that is not here has the
    /// default of RFC 7047 (empty set, empty map, `false`, 0, empty string), and one with that value is not here.
    public var columns: [String: OVSDBValue]
    /// Names of a bridge's ports (`Bridge.ports`) or a port's interfaces (`Port.interfaces`), sorted.
    public var members: [String]

    /// Creates a row; default values and the order of members are normalised.
    public init(columns: [String: OVSDBValue] = [:], members: [String] = []) {
        self.columns = columns.filter { !$0.value.isDefault }
        self.members = members.sorted()
    }

    /// A column's value; setting `nil` or a default value removes it.
    public subscript(column: String) -> OVSDBValue? {
        get { columns[column] }
        set { columns[column] = newValue?.isDefault == true ? nil : newValue }
    }
}

/// A change to one row. Its inverse is the same with ``before`` and ``after`` exchanged.
public struct VswitchChange: Equatable, Sendable, Codable {
    /// The table.
    public var table: VswitchTable
    /// The row's name.
    public var name: String
    /// The row as it was read; `nil`: there was none, and it is inserted.
    public var before: VswitchRow?
    /// The row as it is to be; `nil`: it is deleted.
    public var after: VswitchRow?

    /// Creates a change.
    public init(_ table: VswitchTable, _ name: String, before: VswitchRow?, after: VswitchRow?) {
        self.table = table
        self.name = name
        self.before = before
        self.after = after
    }

    /// The change that takes this one back.
    public var inverse: VswitchChange { VswitchChange(table, name, before: after, after: before) }
}

extension VswitchRow {
    /// Whether a bridge forwards nothing of its own accord: that is its controller's business.
    package var isSecure: Bool { self["fail_mode"] == .string("secure") }

    /// The VLAN that a port is in; `nil` for none. A column with 0 in it is not an empty one.
    package var tag: UInt16? {
        get {
            switch self["tag"] {
            case .integer(let number): UInt16(exactly: number)
            case .set(let elements) where elements == [.integer(0)]: 0
            default: nil
            }
        }
        set { self["tag"] = newValue.map { $0 == 0 ? .set([.integer(0)]) : .integer(Int($0)) } }
    }

    /// Adds a member, keeping their order.
    mutating func insert(_ member: String) {
        // They are sorted: a bridge may have thousands of ports.
        var (place, end) = (members.startIndex, members.endIndex)
        while place < end {
            let middle = place + (end - place) / 2
            if members[middle] < member { place = middle + 1 } else { end = middle }
        }
        guard place == members.endIndex || members[place] != member else { return }
        members.insert(member, at: place)
    }

    /// Removes a member.
    mutating func remove(_ member: String) { members.removeAll { $0 == member } }

    /// Sets the entries of a map column whose keys are ours, and leaves all others as they are.
    mutating func setEntries(of column: String, _ entries: [String: String], owned: (String) -> Bool) {
        guard case .map(let old)? = columns[column] ?? .map([:] as [OVSDBValue: OVSDBValue]) else { return }
        var map = old.filter {
            guard case .string(let key) = $0.key else { return true }
            return !owned(key)
        }
        for (key, value) in entries { map[.string(key)] = .string(value) }
        self[column] = .map(map)
    }

    /// Sets the networks that a bridge's row, or a fake bridge's port, stands for; other external ids stay.
    mutating func setNetworkUUIDs(_ uuids: String, key: String) {
        setEntries(of: "external_ids", [key: uuids]) { $0 == key }
    }
}
