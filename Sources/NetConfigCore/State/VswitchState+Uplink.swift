/// What keeps rows of Open vSwitch from being those of an uplink, or of a bridge of ours.
extension VswitchState {
    /// A column with a value that an uplink, or a bridge of ours, does not have.
    struct StrayColumn: Hashable {
        /// The table, ``VswitchTable/port`` or ``VswitchTable/interface``.
        var table: VswitchTable
        /// The row.
        var row: String
        /// The column.
        var name: String
        /// Its value.
        var value: OVSDBValue
    }

    /// The columns of an uplink's port, and of its cards' interfaces, that keep frames from passing or hand the card to
    /// another driver. What shapes, copies or counts frames is the administrator's, and no part of it.
    func strayColumns(ofUplink port: String) -> [StrayColumn] {
        guard let row = ports[port] else { return [] }
        let single = row.members == [port] ? ["bond_mode"] : []
        return stray(["tag"] + Self.portColumns + single, of: row, in: .port, port)
            + row.members.flatMap { card in
                // A card of this kind is the kernel's as well.
                let isKernels =
                    if case .string(let type)? = interfaces[card]?["type"] { type.begins(with: "afxdp") } else { false }
                let columns = isKernels ? ["mtu_request"] : ["type", "options", "mtu_request"]
                return stray(columns, of: interfaces[card], in: .interface, card)
            }
    }

    /// The columns of a bridge's own port that keep frames from the host, and those of the bridge that do the same. The tag of a
    /// fake bridge's port is its VLAN's.
    func strayColumns(ofBridge name: String) -> [StrayColumn] {
        let port = ports[name]
        let tag = port?["fake_bridge"] == .boolean(true) ? [] : ["tag"]
        return stray(tag + Self.portColumns, of: port, in: .port, name)
            + stray(["stp_enable", "rstp_enable"], of: bridges[name], in: .bridge, name)
    }

    /// What says which frames pass a port, but its tag.
    private static let portColumns = ["trunks", "vlan_mode", "cvlans", "protected"]

    private func stray(
        _ columns: [String], of row: VswitchRow?, in table: VswitchTable, _ rowName: String
    ) -> [StrayColumn] {
        guard let row else { return [] }
        return columns.compactMap { name in
            row[name].map { StrayColumn(table: table, row: rowName, name: name, value: $0) }
        }
    }

    /// What to say where no ovs-vswitchd runs, and what to do about it.
    package static var notCarriedOut: String {
        "ovs-vswitchd is not running; start it with `systemctl start openvswitch`"
    }

    /// What to say of a bridge without flows.
    static var noFlows: String { "its flow table is empty" }

    /// Takes such values away.
    mutating func clear(_ columns: [StrayColumn]) {
        for column in columns { self[keyPath: column.table.rows][column.row]?[column.name] = nil }
    }
}
