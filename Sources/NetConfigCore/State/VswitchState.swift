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
