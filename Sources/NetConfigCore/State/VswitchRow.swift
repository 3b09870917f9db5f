/// A row: its columns, and the rows that it is made of.
package struct VswitchRow: Hashable, Sendable, Codable {
    /// Configuration columns but the one that names the row and the one that ``members`` stands for. A column that is not here has the
    /// default of RFC 7047 (empty set, empty map, `false`, 0, empty string), and one with that value is not here.
    package var columns: [String: OVSDBValue]
    /// Names of a bridge's ports (`Bridge.ports`) or a port's interfaces (`Port.interfaces`), sorted.
    package var members: [String]

    /// Creates a row; default values and the order of members are normalised.
    package init(columns: [String: OVSDBValue] = [:], members: [String] = []) {
        self.columns = columns.filter { !$0.value.isDefault }
        self.members = members.sorted()
    }

    /// A column's value; setting `nil` or a default value removes it.
    package subscript(column: String) -> OVSDBValue? {
        get { columns[column] }
        set { columns[column] = newValue?.isDefault == true ? nil : newValue }
    }
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
    package mutating func insert(_ member: String) {
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
