internal import NetConfigCore

/// Reads the configuration of Open vSwitch's bridges, in one transaction of `select` operations.
struct VswitchReading {
    /// The rows.
    var state: VswitchState
    /// Their identities in the database.
    var rows: VswitchRows
    /// How many changes were asked of ovs-vswitchd.
    var nextCfg: Int
    /// Up to which of them ovs-vswitchd has done them.
    var curCfg: Int

    /// The column of a port that can be long, and is then often the same on many.
    private static let longColumn = "external_ids"

    /// The operations that read everything. Without a schema (the columns of each table) all columns known here are
    /// assumed to exist. Of long `external_ids` that are known it is asked which ports have them, and they are not sent again.
    static func transaction(
        schema: [String: Set<String>]?, withManagement: Bool = false, known: [OVSDBValue] = []
    ) -> OVSDBTransaction {
        var transaction = OVSDBTransaction()
        let root = ["bridges", "cur_cfg", "manager_options", "next_cfg"]
        transaction.append(.select(from: "Open_vSwitch", columns: root))
        for table in VswitchTable.switching {
            let members = [table.memberColumn].compactMap(\.self)
            let health = table == .interface ? InterfaceHealth.columns : []
            let columns = ["_uuid", "name"] + members + table.columnDefaults.keys.sorted() + health
            let present = columns.filter {
                (schema?[table.rawValue]?.contains($0) ?? true || $0 == "_uuid")
                    && !(table == .port && $0 == longColumn && !known.isEmpty)
            }
            transaction.append(.select(from: table.rawValue, columns: present))
        }
        let management = withManagement ? VswitchTable.management.map(\.rawValue) : []
        for table in management + VswitchRows.dependentTables.map(\.name)
        where schema.map({ $0[table] != nil }) ?? true {
            transaction.append(.select(from: table))
        }
        guard !known.isEmpty else { return transaction }
        let others = known.map { OVSDBCondition.column(longColumn, differsFrom: $0) }
        transaction.append(
            .select(from: VswitchTable.port.rawValue, where: others, columns: ["_uuid", longColumn]))
        for value in known {
            let equal = OVSDBCondition.column(longColumn, equals: value)
            transaction.append(.select(from: VswitchTable.port.rawValue, where: [equal], columns: ["_uuid"]))
        }
        return transaction
    }

    /// The columns of each table, from the answer to `get_schema`.
    static func schema(from answer: JSON, socket: String) throws(OVSDBError) -> [String: Set<String>] {
        guard let tables = answer["tables"]?.object else {
            throw .malformedAnswer(socket: socket, reason: "a schema without tables")
        }
        return tables.mapValues { Set(($0["columns"]?.object ?? [:]).keys) }
    }

    /// Puts the results of ``transaction(schema:)`` together.
    init(
        _ results: [OVSDBTransaction.Result], of transaction: OVSDBTransaction, known: [OVSDBValue] = [],
        socket: String
    ) throws(OVSDBError) {
        func malformed(_ reason: String) -> OVSDBError { .malformedAnswer(socket: socket, reason: reason) }
        state = VswitchState()
        rows = VswitchRows()
        guard results.count > VswitchTable.switching.count, let root = results[0].rows.first else {
            throw malformed("table Open_vSwitch has no row: the database is not initialised")
        }
        guard let next = root["next_cfg"]?.integer, let current = root["cur_cfg"]?.integer,
            let bridges = root["bridges"].flatMap(OVSDBValue.init)
        else { throw malformed("the row of table Open_vSwitch lacks columns") }
        (nextCfg, curCfg) = (next, current)

        var unread: [VswitchTable: [String: [String: JSON]]] = [:]
        for (table, result) in zip(VswitchTable.switching, results.dropFirst()) {
            for row in result.rows {
                guard case .uuid(let uuid)? = row["_uuid"].flatMap(OVSDBValue.init) else {
                    throw malformed("a row of \(table.rawValue) without _uuid")
                }
                unread[table, default: [:]][uuid] = row
            }
        }
        if !known.isEmpty {
            for (value, result) in zip([nil] + known.map { $0.json }, results.suffix(known.count + 1)) {
                for row in result.rows {
                    guard case .uuid(let uuid)? = row["_uuid"].flatMap(OVSDBValue.init) else { continue }
                    unread[.port]?[uuid]?[Self.longColumn] = value ?? row[Self.longColumn]
                }
            }
            guard (unread[.port] ?? [:]).values.allSatisfy({ $0[Self.longColumn] != nil }) else {
                throw malformed("a row of Port whose \(Self.longColumn) are neither known nor told")
            }
        }
        do throws(ReadingError) {
            _ = try read(bridges.uuids, of: .bridge, from: unread)
            for (operation, result) in zip(transaction.operations, results) {
                guard case .select(let name, _, let columns) = operation else { continue }
                switch VswitchTable(rawValue: name) {
                case .interface: state.canRequestMTU = columns?.contains { $0 == "mtu_request" } ?? true
                case let table? where VswitchTable.management.contains(table): try readManagement(table, result.rows)
                case nil where name != "Open_vSwitch": readDependents(name, result.rows)
                default: break
                }
            }
        } catch {
            throw malformed(error.reason)
        }
        let managers = root["manager_options"].flatMap(OVSDBValue.init)?.uuids ?? []
        if managers.isEmpty { state.controllers = controllers }
    }

    /// Values of a few kinds that are long, and that reading again need not have sent.
    static func longValues(of ports: some Sequence<VswitchRow>, and known: [OVSDBValue] = []) -> [OVSDBValue] {
        var known = known
        for row in ports where known.count < longValueLimit {
            guard let value = row[longColumn], value.isLong, !known.contains(value) else { continue }
            known.append(value)
        }
        return known
    }

    private static let longValueLimit = 8

    /// The targets of each bridge's controllers.
    private var controllers: [String: [String]] {
        state.bridges.compactMapValues { row in
            let targets = (row["controller"]?.uuids ?? []).compactMap { uuid -> String? in
                if case .string(let target)? = rows.dependents[uuid]?.columns["target"] { target } else { nil }
            }
            return targets.isEmpty ? nil : targets.sorted()
        }
    }
}

extension OVSDBValue {
    /// Whether it is a map with a text that is worth a question of its own.
    fileprivate var isLong: Bool {
        guard case .map(let entries) = self else { return false }
        return entries.values.contains { value in
            if case .string(let text) = value { text.utf8.count >= SharedTexts.worthwhile } else { false }
        }
    }
}

/// Why a row cannot be used.
private struct ReadingError: Error {
    var reason: String
}

extension VswitchReading {
    /// Reads rows and those that they are made of.
    ///
    /// - Returns: Their names.
    private mutating func read(
        _ uuids: [String], of table: VswitchTable, from unread: [VswitchTable: [String: [String: JSON]]]
    ) throws(ReadingError) -> [String] {
        var names: [String] = []
        for uuid in uuids {
            guard let columns = unread[table]?[uuid], let name = columns["name"]?.string else {
                throw ReadingError(reason: "no row or name of \(table.rawValue) \(uuid)")
            }
            // One table's rows never refer to the same table, so this ends after three steps.
            var members: [String] = []
            if let column = table.memberColumn, let memberTable = table.memberTable {
                guard let references = columns[column].flatMap(OVSDBValue.init) else {
                    throw ReadingError(reason: "no \(column) in \(table.rawValue) \(name)")
                }
                members = try read(references.uuids, of: memberTable, from: unread)
            }
            guard rows.uuids[table, default: [:]].updateValue(uuid, forKey: name) == nil else {
                throw ReadingError(reason: "two rows of \(table.rawValue) named \(name), or one with two owners")
            }
            let values = try VswitchReading.values(table.columnDefaults.keys, of: columns, in: table)
            let row = VswitchRow(columns: values, members: members)
            state[keyPath: table.rows][name] = row
            if table == .port { rows.interfaces[name] = row.members }
            if table == .interface { state.failing[name] = InterfaceHealth.failure(columns) }
            names.append(name)
        }
        return names
    }

    private static func values(
        _ names: some Sequence<String>, of columns: [String: JSON], in table: VswitchTable
    ) throws(ReadingError) -> [String: OVSDBValue] {
        var values: [String: OVSDBValue] = [:]
        for column in names {
            guard let json = columns[column] else { continue }
            guard let value = OVSDBValue(json) else {
                throw ReadingError(reason: "no value in column \(column) of \(table.rawValue)")
            }
            let initial = table.columnDefaults[column]
            guard value != initial else { continue }
            // In a column whose default is the empty set, a value that elsewhere is a default is none.
            if value.isDefault, case .set = initial { values[column] = .set([value]) } else { values[column] = value }
        }
        return values
    }

    /// Reads rows with all their columns but status: a later Open vSwitch may have more, and rows are to be restored
    /// whole. All of these tables but the one of collectors hold nothing that is not in use.
    private mutating func readManagement(
        _ table: VswitchTable, _ found: [[String: JSON]]
    ) throws(ReadingError) {
        let bridges = Dictionary((rows.uuids[.bridge] ?? [:]).map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for row in found {
            guard case .uuid(let uuid)? = row["_uuid"].flatMap(OVSDBValue.init) else {
                throw ReadingError(reason: "a row of \(table.rawValue) without _uuid")
            }
            let name: String?
            switch table {
            case .ssl: name = VswitchTable.sslName
            case .sampleCollector:
                name = row["bridge"].flatMap(OVSDBValue.init)?.uuids.first.flatMap { bridges[$0] }
                    .map { "\($0) \(row["id"]?.integer ?? 0)" }
            default: name = table.nameColumn.flatMap { row[$0]?.string }
            }
            guard let name, rows.uuids[table, default: [:]].updateValue(uuid, forKey: name) == nil else {
                throw ReadingError(reason: "a row of \(table.rawValue) without a name of its own")
            }
            let columns = row.keys.filter {
                !$0.begins(with: "_") && $0 != table.nameColumn && !["is_connected", "status"].contains($0)
            }
            state[table][name] = VswitchRow(columns: try VswitchReading.values(columns, of: row, in: table))
        }
    }

    /// Remembers rows in which everything can be read; others could not be restored anyway.
    private mutating func readDependents(_ table: String, _ found: [[String: JSON]]) {
        let status = VswitchRows.dependentTables.first { $0.name == table }?.status ?? []
        for row in found {
            guard case .uuid(let uuid)? = row["_uuid"].flatMap(OVSDBValue.init) else { continue }
            let columns = row.filter { !$0.key.begins(with: "_") && !status.contains($0.key) }
            rows.dependents[uuid] = VswitchRows.Dependent(
                table: table, columns: columns.compactMapValues(OVSDBValue.init))
        }
    }
}
