internal import NetConfigCore

/// The transaction that makes changes to rows, provided that they still are what was read.
struct VswitchTransaction: Equatable {
    /// The operations.
    private(set) var transaction = OVSDBTransaction()
    /// Indices of the operations that insert rows.
    private(set) var inserts: [VswitchTable: [String: Int]] = [:]
    /// Indices of the operations that insert dependent rows again, by the UUID that they had.
    private(set) var restored: [String: Int] = [:]
    /// Indices of the operations that read, before any change, how interfaces fare whose own rows do not change.
    private(set) var health: [String: Int] = [:]
    /// Index of the operation that reads the new `next_cfg`.
    private(set) var nextCfgIndex = 0

    /// By how much a change of ours raises `next_cfg`. Others raise it by 1, so it tells afterwards whether the
    /// transaction was made, even where its answer was lost and others have changed the same rows since.
    static let stride = 1_000_000

    private let changes: [VswitchChange]
    private let rows: VswitchRows
    /// The names that this transaction gives the rows that it inserts.
    private var insertNames: [VswitchTable: [String: String]] = [:]
    /// UUIDs of rows that are gone and that this transaction inserts again, with the names that it gives them.
    private var reinserted: [String: String] = [:]
    private let sharedTexts: [SharedText]

    /// Builds the transaction.
    ///
    /// - Parameters:
    ///   - changes: The changes; each row at most once.
    ///   - rows: The identities of the rows that were read.
    ///   - lock: The lock without which nothing of it is done; `nil` where it does not matter when it is done.
    ///   - missing: UUIDs of dependent rows that inserted rows refer to and that are gone.
    /// - Throws: ``OVSDBError/guardFailed(_:)`` when a change is about a row that was not read.
    init(
        _ changes: [VswitchChange], rows: VswitchRows, lock: String? = nil, restoring missing: [String] = []
    ) throws(OVSDBError) {
        self.changes = changes
        self.rows = rows
        sharedTexts = SharedText.among(changes)
        for (number, change) in changes.enumerated() where change.before == nil {
            insertNames[change.table, default: [:]][change.name] = "\(change.table.rawValue)_\(number)"
            guard let former = rows.removed[change.table]?[change.name] else { continue }
            reinserted[former] = insertName(change.table, change.name)
        }
        for (number, uuid) in missing.enumerated() { reinserted[rows.current(uuid)] = "Dependent_\(number)" }
        if let lock { transaction.append(.assert(lock: lock)) }
        for change in changes { try appendGuard(for: change) }
        appendManagerGuard()
        appendHealth()
        for uuid in missing { appendDependent(uuid) }
        for change in changes { try append(change) }
        for text in sharedTexts { transaction.append(text.operation) }
        for change in changes { appendMirrors(for: change) }
        try appendReferences("bridges", .bridge)
        try appendReferences("manager_options", .manager)
        appendSSL()
        let increment = OVSDBMutation("next_cfg", .add, .integer(Self.stride))
        transaction.append(.mutate("Open_vSwitch", where: [], mutations: [increment]))
        nextCfgIndex = transaction.append(.select(from: "Open_vSwitch", columns: ["next_cfg"]))
        transaction.append(.comment("interface-reconfigure"))
    }
}

extension VswitchTransaction {
    /// The name of an inserted row within the transaction; `nil` for a row that exists or is not known.
    private func insertName(_ table: VswitchTable, _ name: String) -> String? {
        insertNames[table]?[name]
    }

    /// A row that was read.
    private func uuid(_ table: VswitchTable, _ name: String) throws(OVSDBError) -> String {
        guard let uuid = rows.uuids[table]?[name] else {
            throw .guardFailed("there was no \(table.rawValue) \(name)")
        }
        return uuid
    }

    private func reference(_ table: VswitchTable, _ name: String) throws(OVSDBError) -> OVSDBValue {
        if let name = insertName(table, name) { return .namedUUID(name) }
        return .uuid(try uuid(table, name))
    }

    private func references(_ table: VswitchTable?, _ names: [String]) throws(OVSDBError) -> OVSDBValue {
        guard let table else { return .set([]) }
        return .set(of: try names.map { name throws(OVSDBError) in try reference(table, name) })
    }

    /// A value whose references are up to date.
    private func resolved(_ value: OVSDBValue) -> OVSDBValue {
        value.replacingUUIDs { uuid in
            let uuid = rows.current(uuid)
            return reinserted[uuid].map(OVSDBValue.namedUUID) ?? .uuid(uuid)
        }
    }

    /// Columns of a row with their values, defaults included.
    private func values(_ columns: [String], of row: VswitchRow, in table: VswitchTable) -> [String: OVSDBValue] {
        let defaults = table.columnDefaults
        return Dictionary(
            uniqueKeysWithValues: columns.map { ($0, row[$0].map(resolved) ?? defaults[$0] ?? .set([])) })
    }

    private func differing(_ before: VswitchRow, _ after: VswitchRow) -> [String] {
        Set(before.columns.keys).union(after.columns.keys).filter { before[$0] != after[$0] }.sorted()
    }

    /// A row that exists is guarded by its UUID: one that was deleted and made again is not the row that was read.
    private mutating func appendGuard(for change: VswitchChange) throws(OVSDBError) {
        let table = change.table
        guard let before = change.before else {
            // In a table whose rows have no names there is none at all where one is inserted.
            let conditions = table.nameColumn.map { [OVSDBCondition.column($0, equals: .string(change.name))] } ?? []
            let column = table.nameColumn ?? "external_ids"
            transaction.append(.wait(table.rawValue, where: conditions, columns: [column], rows: []))
            return
        }
        // A row without a name is known by all that it holds.
        let columns =
            change.after.map { differing(before, $0) }
            ?? (table.nameColumn == nil ? Array(table.columnDefaults.keys) : [])
        var row = values(columns, of: before, in: table)
        if let column = table.nameColumn { row[column] = .string(change.name) }
        if let column = table.memberColumn, before.members != change.after?.members {
            row[column] = .set(
                of: try before.members.map { name throws(OVSDBError) in
                    .uuid(try uuid(table.memberTable ?? table, name))
                })
        }
        let condition = OVSDBCondition.uuid(try uuid(table, change.name))
        transaction.append(.wait(table.rawValue, where: [condition], columns: row.keys.sorted(), rows: [row]))
    }

    /// Who manages the switch is decided as a whole: a manager that another client adds meanwhile counts.
    private mutating func appendManagerGuard() {
        guard changes.contains(where: { $0.table == .manager }) else { return }
        let managers = OVSDBValue.set(of: (rows.uuids[.manager] ?? [:]).values.map(OVSDBValue.uuid))
        let column = "manager_options"
        transaction.append(.wait("Open_vSwitch", where: [], columns: [column], rows: [[column: managers]]))
    }

    private mutating func appendHealth() {
        let changed = Set(changes.filter { $0.table == .interface && !$0.isOfRateOnly }.map(\.name))
        for name in rows.interfaces(concernedBy: changes) where !changed.contains(name) {
            guard let uuid = rows.uuids[.interface]?[name] else { continue }
            health[name] = transaction.append(InterfaceHealth.select(uuid))
        }
    }

    private mutating func append(_ change: VswitchChange) throws(OVSDBError) {
        let table = change.table
        guard let after = change.after else {
            // The server removes the other ones, once nothing refers to them.
            guard table == .sampleCollector else { return }
            transaction.append(.delete(from: table.rawValue, where: [.uuid(try uuid(table, change.name))]))
            return
        }
        guard let before = change.before else {
            var row = after.columns.mapValues(resolved)
            for text in sharedTexts { text.mark(&row, of: table) }
            if let column = table.nameColumn { row[column] = .string(change.name) }
            if let column = table.memberColumn { row[column] = try references(table.memberTable, after.members) }
            inserts[table, default: [:]][change.name] = transaction.append(
                .insert(into: table.rawValue, row: row, name: insertName(table, change.name)))
            return
        }
        let condition = OVSDBCondition.uuid(try uuid(table, change.name))
        let columns = differing(before, after)
        if !columns.isEmpty {
            transaction.append(.update(table.rawValue, where: [condition], row: values(columns, of: after, in: table)))
        }
        guard let column = table.memberColumn else { return }
        let added = Set(after.members).subtracting(before.members).sorted()
        let removed = Set(before.members).subtracting(after.members).sorted()
        // Added first: a port must have an interface after each mutation, not only after all.
        var mutations: [OVSDBMutation] = []
        if !added.isEmpty { mutations.append(.init(column, .insert, try references(table.memberTable, added))) }
        if !removed.isEmpty { mutations.append(.init(column, .delete, try references(table.memberTable, removed))) }
        guard !mutations.isEmpty else { return }
        transaction.append(.mutate(table.rawValue, where: [condition], mutations: mutations))
    }

    private mutating func appendDependent(_ uuid: String) {
        guard let dependent = rows.dependents[uuid], let name = reinserted[rows.current(uuid)] else { return }
        let row = dependent.columns.mapValues(resolved)
        restored[uuid] = transaction.append(.insert(into: dependent.table, row: row, name: name))
    }

    /// Lets mirrors know a port again that was deleted and now comes back: the server took it out of them.
    private mutating func appendMirrors(for change: VswitchChange) {
        guard change.table == .port, change.before == nil, let former = rows.removed[.port]?[change.name],
            let name = reinserted[former]
        else { return }
        for (uuid, mirror) in rows.dependents.sorted(by: { $0.key < $1.key })
        where mirror.table == "Mirror" && reinserted[rows.current(uuid)] == nil {
            for column in ["output_port", "select_dst_port", "select_src_port"] {
                let ports = mirror.columns[column]?.uuids ?? []
                guard ports.contains(where: { rows.current($0) == former }) else { continue }
                var conditions = [OVSDBCondition.uuid(rows.current(uuid))]
                if column == "output_port" { conditions.append(.column(column, equals: .set([]))) }
                let mutation = OVSDBMutation(column, .insert, .namedUUID(name))
                transaction.append(.mutate("Mirror", where: conditions, mutations: [mutation]))
            }
        }
    }

    /// Lists inserted rows and unlists deleted ones in a column of table `Open_vSwitch`. The server removes rows that
    /// nothing refers to any more.
    private mutating func appendReferences(_ column: String, _ table: VswitchTable) throws(OVSDBError) {
        let changes = changes.filter { $0.table == table }
        let added = changes.filter { $0.before == nil && $0.after != nil }.map(\.name)
        let removed = changes.filter { $0.before != nil && $0.after == nil }.map(\.name)
        var mutations: [OVSDBMutation] = []
        if !added.isEmpty { mutations.append(.init(column, .insert, try references(table, added))) }
        if !removed.isEmpty { mutations.append(.init(column, .delete, try references(table, removed))) }
        guard !mutations.isEmpty else { return }
        transaction.append(.mutate("Open_vSwitch", where: [], mutations: mutations))
    }

    /// Sets the reference to the row of table `SSL`, where that is inserted or deleted.
    private mutating func appendSSL() {
        guard let change = changes.first(where: { $0.table == .ssl && ($0.before == nil) != ($0.after == nil) }) else {
            return
        }
        let reference = insertName(.ssl, change.name).map { OVSDBValue.namedUUID($0) } ?? .set([])
        transaction.append(.update("Open_vSwitch", where: [], row: ["ssl": reference]))
    }
}
