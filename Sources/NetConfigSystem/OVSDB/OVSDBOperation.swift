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

extension OVSDBOperation: Encodable {
    private enum CodingKeys: String, CodingKey {
        case op, table, `where`, columns, row, rows, mutations, timeout, until, comment, lock
        case name = "uuid-name"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .op)
        try container.encodeIfPresent(table, forKey: .table)
        switch self {
        case .select(_, let conditions, let columns):
            try container.encode(conditions, forKey: .where)
            try container.encodeIfPresent(columns, forKey: .columns)
        case .insert(_, let row, let name):
            try container.encode(row, forKey: .row)
            try container.encodeIfPresent(name, forKey: .name)
        case .update(_, let conditions, let row):
            try container.encode(conditions, forKey: .where)
            try container.encode(row, forKey: .row)
        case .mutate(_, let conditions, let mutations):
            try container.encode(conditions, forKey: .where)
            try container.encode(mutations, forKey: .mutations)
        case .delete(_, let conditions):
            try container.encode(conditions, forKey: .where)
        case .wait(_, let conditions, let columns, let rows):
            try container.encode(conditions, forKey: .where)
            try container.encode(columns, forKey: .columns)
            try container.encode("==", forKey: .until)
            try container.encode(rows, forKey: .rows)
            try container.encode(0, forKey: .timeout)
        case .comment(let text):
            try container.encode(text, forKey: .comment)
        case .assert(let lock):
            try container.encode(lock, forKey: .lock)
        }
    }

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
