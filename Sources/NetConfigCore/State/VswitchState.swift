/// The rows of an Open vSwitch database that describe switches: what `ovs-vsctl show` shows, and their columns.
///
/// Rows are known by name, which the schema makes unique in each table.
package struct VswitchState: Hashable, Sendable {
    /// Table `Bridge`: the bridges that `Open_vSwitch.bridges` lists. Members are port names.
    package var bridges: [String: VswitchRow]
    /// Table `Port`. Members are interface names.
    package var ports: [String: VswitchRow]
    /// Table `Interface`. No members.
    package var interfaces: [String: VswitchRow]
    /// Table `Manager`, by `target`: who may change the database from outside. Empty unless it was asked for, like the
    /// next two.
    package var managers: [String: VswitchRow] = [:]
    /// Table `SSL`, which has one row at most.
    package var ssl: [String: VswitchRow] = [:]
    /// Table `Flow_Sample_Collector_Set`, by bridge and `id`.
    package var sampleCollectors: [String: VswitchRow] = [:]
    /// The flows for management that are on bridges in secure mode, by bridge; those without any are not in it. Only bridges
    /// that carry the management interface are looked at.
    package var flows: [String: Set<SecureModeFlow>] = [:]
    /// The secure bridges whose controller is connected: what passes there is its business. Looked at like ``flows``.
    package var controlled: Set<String> = []
    /// The bridges that are not secure and have no flows, not even the one that makes a switch of them, and no controller. Only
    /// bridges that a request or an overview concerns are looked at.
    package var empty: Set<String> = []
    /// The controllers of bridges that no manager of the database has set, by bridge: their targets. Nothing where there is a
    /// manager, which may set what it likes.
    package var controllers: [String: [String]] = [:]
    /// The interfaces that ovs-vswitchd could not make or open, each with its reason.
    package var failing: [String: String] = [:]
    /// Whether an ovs-vswitchd runs, which makes switches of the rows.
    package var isCarriedOut = true
    /// Whether a row can ask for an MTU: `Interface.mtu_request`, which Open vSwitch 2.5 does not have.
    package var canRequestMTU = true

    /// Creates a state; by default one without bridges.
    package init(
        bridges: [String: VswitchRow] = [:], ports: [String: VswitchRow] = [:], interfaces: [String: VswitchRow] = [:]
    ) {
        self.bridges = bridges
        self.ports = ports
        self.interfaces = interfaces
    }

    /// The rows of a table.
    package subscript(table: VswitchTable) -> [String: VswitchRow] {
        get { self[keyPath: table.rows] }
        set { self[keyPath: table.rows] = newValue }
    }

    /// The bridge that has a port of this name.
    package func bridge(ofPort port: String) -> String? {
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
    package func port(ofInterface interface: String) -> String? {
        ports[interface]?.members.contains(interface) == true
            ? interface : ports.first { $0.value.members.contains(interface) }?.key
    }
}
