internal import NetConfigCore

/// The database rows behind the names of a ``VswitchState``, and what is needed to restore deleted ones.
struct VswitchRows: Equatable, Sendable {
    /// A row that exists only because a bridge refers to it, such as a mirror or a controller: the server removes it
    /// with the bridge.
    struct Dependent: Equatable, Sendable {
        var table: String
        var columns: [String: OVSDBValue]
    }

    /// The tables of ``Dependent`` rows, and those of their columns that are status.
    static let dependentTables: [(name: String, status: Set<String>)] = [
        ("Controller", ["is_connected", "role", "status"]), ("Mirror", ["statistics"]), ("NetFlow", []), ("sFlow", []),
        ("IPFIX", []), ("AutoAttach", []), ("Flow_Table", []),
    ]

    /// UUIDs of the rows, by name.
    var uuids: [VswitchTable: [String: String]] = [:]
    /// The interfaces of each port.
    var interfaces: [String: [String]] = [:]
    /// UUIDs that rows had which were deleted here.
    var removed: [VswitchTable: [String: String]] = [:]
    /// Dependent rows as they were read, by UUID.
    var dependents: [String: Dependent] = [:]
    /// Rows that were deleted and inserted again: the former UUID to the present one.
    private(set) var replacements: [String: String] = [:]

    /// The present UUID of a row that once had this one.
    func current(_ uuid: String) -> String {
        var uuid = uuid
        while let next = replacements[uuid] { uuid = next }
        return uuid
    }

    /// Notes that a row has another UUID now.
    ///
    /// What is there now was not replaced, whatever was said of it before: so no chain of UUIDs ever comes back to where
    /// it began, not even with a server that uses one twice.
    mutating func replace(_ former: String, by uuid: String) {
        replacements[uuid] = nil
        if former != uuid { replacements[former] = uuid }
    }

    /// Takes over newly read rows, keeping what only this program knows: deleted rows, and what referred to them.
    mutating func renew(_ read: VswitchRows) {
        var gone: Set<String> = []
        for (table, rows) in uuids {
            for (name, uuid) in rows {
                guard let new = read.uuids[table]?[name] else {
                    removed[table, default: [:]][name] = uuid
                    gone.insert(uuid)
                    continue
                }
                if new != uuid { replace(uuid, by: new) }
            }
        }
        for (table, rows) in read.uuids {
            for (name, uuid) in rows {
                if let former = removed[table]?.removeValue(forKey: name) { replace(former, by: uuid) }
            }
        }
        uuids = read.uuids
        interfaces = read.interfaces
        dependents.merge(read.dependents) { old, new in
            let lost = old.columns.filter { !gone.isDisjoint(with: $0.value.uuids) }
            return Dependent(table: new.table, columns: new.columns.merging(lost) { _, old in old })
        }
    }

    /// Notes that changes were made; `inserted` holds the UUIDs of the inserted rows.
    mutating func apply(_ changes: [VswitchChange], inserted: [VswitchTable: [String: String]]) {
        for change in changes {
            if change.table == .port { interfaces[change.name] = change.after?.members }
            if change.after == nil {
                removed[change.table, default: [:]][change.name] =
                    uuids[change.table]?.removeValue(forKey: change.name)
            }
        }
        for (table, rows) in inserted {
            for (name, uuid) in rows {
                uuids[table, default: [:]][name] = uuid
                if let former = removed[table]?.removeValue(forKey: name) { replace(former, by: uuid) }
            }
        }
    }

    /// A change with the UUIDs that its rows refer to as they are now.
    func updated(_ change: VswitchChange) -> VswitchChange {
        guard !replacements.isEmpty else { return change }
        func updated(_ row: VswitchRow?) -> VswitchRow? {
            guard var row else { return nil }
            row.columns = row.columns.mapValues { $0.replacingUUIDs { .uuid(current($0)) } }
            return row
        }
        return VswitchChange(change.table, change.name, before: updated(change.before), after: updated(change.after))
    }

    /// The dependent rows that changes begin to refer to: they may be gone with what referred to them before.
    func dependents(of changes: [VswitchChange]) -> [String] {
        var found: Set<String> = []
        for change in changes {
            for (column, value) in change.after?.columns ?? [:] where value != change.before?[column] {
                found.formUnion(value.uuids.filter { dependents[$0] != nil })
            }
        }
        return found.sorted()
    }

    /// The interfaces of the port that has an interface.
    func neighbours(ofInterface name: String) -> [String] {
        interfaces.values.first { $0.contains(name) } ?? []
    }

    /// The interfaces that changes make, alter or take to another port or bridge, sorted.
    func interfaces(concernedBy changes: [VswitchChange]) -> [String] {
        var concerned: Set<String> = []
        for change in changes {
            guard let row = change.after else { continue }
            switch change.table {
            case .interface: if !change.isOfRateOnly { concerned.insert(change.name) }
            case .port: concerned.formUnion(row.members)
            case .bridge:
                for port in Set(row.members).subtracting(change.before?.members ?? []) {
                    concerned.formUnion(interfaces[port] ?? [])
                }
            case .manager, .ssl, .sampleCollector: break
            }
        }
        return concerned.sorted()
    }
}

extension VswitchChange {
    /// Whether the changes concern only how much an interface may receive, which makes none work or fail.
    var isOfRateOnly: Bool {
        guard let before, let after else { return false }
        let columns = Set(before.columns.keys).union(after.columns.keys).filter { before[$0] != after[$0] }
        return columns.allSatisfy { $0.begins(with: "ingress_policing_") }
    }
}
