/// Changes of Open vSwitch's rows as one `ovs-vsctl` command, which is one transaction and waits for ovs-vswitchd.
struct VswitchCommand {
    private var subcommands: [String] = []
    private let changes: [VswitchChange]
    /// What the command calls the rows that it refers to: `@` and a number.
    private var names: [VswitchTable: [String: String]] = [:]

    /// Writes the changes as commands: first all rows that are referred to get a name, then they are referred to.
    init(_ changes: [VswitchChange]) {
        self.changes = changes
        for change in changes {
            if change.before != nil, change.after == nil, change.table == .bridge { name(.bridge, change.name) }
            guard let members = change.table.memberTable else { continue }
            let (old, new) = (Set(change.before?.members ?? []), Set(change.after?.members ?? []))
            // The rows of a bridge or port that goes, go with it.
            let concerned = change.after == nil ? [] : old.symmetricDifference(new).sorted()
            for member in concerned where isThere(members, member) { name(members, member) }
        }
        for table in [VswitchTable.interface, .port, .bridge] {
            for change in changes where change.table == table && change.before == nil { insert(change) }
        }
        for change in changes where change.before != nil { update(change) }
    }

    /// The command; a subcommand a line.
    func text(_ places: ShellPlaces) -> String {
        places.vsctl + subcommands.map { " \\\n    -- \($0)" }.joined()
    }

    private func isThere(_ table: VswitchTable, _ name: String) -> Bool {
        !changes.contains { $0.table == table && $0.name == name && $0.before == nil }
    }

    /// Gives a row that exists a name.
    private mutating func name(_ table: VswitchTable, _ row: String) {
        guard names[table]?[row] == nil else { return }
        subcommands.append("--id=\(newName(table, row)) get \(table.rawValue) \(row.shellQuoted())")
    }

    private mutating func newName(_ table: VswitchTable, _ row: String) -> String {
        let name = "@row\(names.values.reduce(0) { $0 + $1.count } + 1)"
        names[table, default: [:]][row] = name
        return name
    }

    private func reference(_ table: VswitchTable, _ row: String) -> String { names[table]?[row] ?? row.shellQuoted() }

    private mutating func insert(_ change: VswitchChange) {
        guard let row = change.after else { return }
        var words = ["name=\(OVSDBValue.string(change.name).vsctlText)".shellQuoted(plain: "=")]
        if let column = change.table.memberColumn, let table = change.table.memberTable {
            words.append("\(column)=\(row.members.map { reference(table, $0) }.joined(separator: ","))")
        }
        words += row.columns.sorted { $0.key < $1.key }.map { Self.assignment($0.key, $0.value) }
        let id = newName(change.table, change.name)
        subcommands.append("--id=\(id) create \(change.table.rawValue) \(words.joined(separator: " "))")
        if change.table == .bridge { subcommands.append("add Open_vSwitch . bridges \(id)") }
    }

    private mutating func update(_ change: VswitchChange) {
        let (table, row) = (change.table.rawValue, change.name.shellQuoted())
        guard let after = change.after else {
            if change.table == .bridge {
                subcommands.append("remove Open_vSwitch . bridges \(reference(.bridge, change.name))")
            }
            return
        }
        let before = change.before ?? VswitchRow()
        let differing = Set(before.columns.keys).union(after.columns.keys).filter { before[$0] != after[$0] }.sorted()
        let emptied = differing.filter { after[$0] == nil && change.table.isClearable($0) }
        let assignments = differing.filter { !emptied.contains($0) }.compactMap { column in
            (after[column] ?? change.table.columnDefaults[column]).map { Self.assignment(column, $0) }
        }
        if !assignments.isEmpty { subcommands.append("set \(table) \(row) \(assignments.joined(separator: " "))") }
        if !emptied.isEmpty { subcommands.append("clear \(table) \(row) \(emptied.joined(separator: " "))") }
        guard let column = change.table.memberColumn, let members = change.table.memberTable else { return }
        for (verb, names) in [
            ("add", Set(after.members).subtracting(before.members)),
            ("remove", Set(before.members).subtracting(after.members)),
        ] where !names.isEmpty {
            let references = names.sorted().map { reference(members, $0) }.joined(separator: ",")
            subcommands.append("\(verb) \(table) \(row) \(column) \(references)")
        }
    }

    private static func assignment(_ column: String, _ value: OVSDBValue) -> String {
        "\(column)=\(value.vsctlText)".shellQuoted(plain: "=")
    }
}

extension VswitchTable {
    /// Whether a column may be without value: `clear` works on these only.
    fileprivate func isClearable(_ column: String) -> Bool {
        switch columnDefaults[column] {
        case .set, .map: true
        default: false
        }
    }
}

extension OVSDBValue {
    /// The value as `ovs-vsctl` reads it ("Database Values" of ovs-vsctl(8)).
    fileprivate var vsctlText: String {
        switch self {
        case .string(let text), .namedUUID(let text): text.isBareWord ? text : JSON.string(text).line
        case .uuid(let text): text
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .boolean(let flag): String(flag)
        case .set(let elements): "[" + elements.sorted().map(\.vsctlText).joined(separator: ",") + "]"
        case .map(let entries):
            "{"
                + entries.sorted { $0.key < $1.key }.map { "\($0.key.vsctlText)=\($0.value.vsctlText)" }
                .joined(separator: ",") + "}"
        }
    }
}

extension String {
    /// Whether `ovs-vsctl` takes the text as a string without quotation marks.
    fileprivate var isBareWord: Bool {
        guard let first = utf8.first, self != "true", self != "false" else { return false }
        func isLetter(_ byte: UInt8) -> Bool { byte.isLetter || byte == UInt8(ascii: "_") }
        return isLetter(first) && utf8.allSatisfy { isLetter($0) || $0.isDigit || $0 == UInt8(ascii: "-") }
    }
}
