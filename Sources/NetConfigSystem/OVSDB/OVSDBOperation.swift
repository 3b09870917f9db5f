internal import NetConfigCore

/// One operation of a transaction (RFC 7047, section 5.2).
enum OVSDBOperation: Hashable, Sendable {
    /// Reads columns of rows; without a list of columns, all of them.
    case select(from: String, where: [OVSDBCondition] = [], columns: [String]? = nil)
    /// Makes a row; other operations of the transaction can refer to it by the name.
    case insert(into: String, row: [String: OVSDBValue], name: String? = nil)
    /// Sets columns of rows.
    case update(String, where: [OVSDBCondition], row: [String: OVSDBValue])
    /// Changes columns of rows relative to what they hold.
    case mutate(String, where: [OVSDBCondition], mutations: [OVSDBMutation])
    /// Removes rows.
    case delete(from: String, where: [OVSDBCondition])
    /// Fails the transaction unless the rows, as far as these columns go, are these.
    ///
    /// RFC 7047 has a waiting time as well; here it is always 0.
    case wait(String, where: [OVSDBCondition], columns: [String], rows: [[String: OVSDBValue]])
    /// Text for the server's transaction log.
    case comment(String)
    /// Fails the transaction unless the connection has the lock.
    case assert(lock: String)
}

extension OVSDBOperation {
    var json: JSON {
        var members: [String: JSON] = ["op": .string(kind)]
        if let table { members["table"] = .string(table) }
        switch self {
        case .select(_, let conditions, let columns):
            members["where"] = .array(conditions.map(\.json))
            if let columns { members["columns"] = .array(columns.map { .string($0) }) }
        case .insert(_, let row, let name):
            members["row"] = Self.json(row)
            if let name { members["uuid-name"] = .string(name) }
        case .update(_, let conditions, let row):
            members["where"] = .array(conditions.map(\.json))
            members["row"] = Self.json(row)
        case .mutate(_, let conditions, let mutations):
            members["where"] = .array(conditions.map(\.json))
            members["mutations"] = .array(mutations.map(\.json))
        case .delete(_, let conditions):
            members["where"] = .array(conditions.map(\.json))
        case .wait(_, let conditions, let columns, let rows):
            members["where"] = .array(conditions.map(\.json))
            members["columns"] = .array(columns.map { .string($0) })
            members["until"] = .string("==")
            members["rows"] = .array(rows.map(Self.json))
            members["timeout"] = .integer(0)
        case .comment(let text):
            members["comment"] = .string(text)
        case .assert(let lock):
            members["lock"] = .string(lock)
        }
        return .object(members)
    }

    private static func json(_ row: [String: OVSDBValue]) -> JSON { .object(row.mapValues(\.json)) }

    private var kind: String {
        switch self {
        case .select: "select"
        case .insert: "insert"
        case .update: "update"
        case .mutate: "mutate"
        case .delete: "delete"
        case .wait: "wait"
        case .comment: "comment"
        case .assert: "assert"
        }
    }

    private var table: String? {
        switch self {
        case .select(let table, _, _), .insert(let table, _, _), .update(let table, _, _),
            .mutate(let table, _, _), .delete(let table, _), .wait(let table, _, _, _):
            table
        case .comment, .assert: nil
        }
    }
}

extension OVSDBOperation: CustomStringConvertible {
    /// What the operation does to what, for error messages, as a clause.
    var description: String {
        switch self {
        case .select(let table, _, _): "reading \(table)"
        case .insert(let table, let row, _): "inserting \(table) \(row["name"]?.description ?? "row")"
        case .update(let table, _, let row): "setting \(row.keys.sorted().joined(separator: ", ")) of \(table)"
        case .mutate(let table, _, let mutations):
            "changing \(mutations.map(\.column).joined(separator: ", ")) of \(table)"
        case .delete(let table, _): "deleting from \(table)"
        case .wait(let table, let conditions, let columns, let rows):
            if let row = rows.first {
                "checking \(columns.joined(separator: ", ")) of \(table) \(row["name"]?.description ?? "row")"
            } else {
                "checking that there is no \(table) \(conditions.map(\.value.description).joined(separator: " "))"
            }
        case .comment: "commenting"
        case .assert: "checking that the connection still holds the lock"
        }
    }
}
