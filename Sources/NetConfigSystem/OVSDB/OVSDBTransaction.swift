internal import NetConfigCore

/// Operations that ovsdb-server does all or none of, and the reading of its answer (RFC 7047, section 4.1.3).
struct OVSDBTransaction: Equatable, Sendable {
    /// The database of Open vSwitch's configuration.
    static let database = "Open_vSwitch"

    /// What an operation yielded.
    struct Result {
        /// The rows that a `select` found.
        var rows: [[String: JSON]]
        /// The identity of the row that an `insert` made.
        var uuid: String?
    }

    /// The operations, in order.
    var operations: [OVSDBOperation] = []

    /// Adds an operation.
    ///
    /// - Returns: Its index.
    @discardableResult
    mutating func append(_ operation: OVSDBOperation) -> Int {
        operations.append(operation)
        return operations.count - 1
    }

    /// Reads the results of the operations, one each.
    ///
    /// - Parameters:
    ///   - answer: The answer to `transact`.
    ///   - socket: Whose answer it is, for errors.
    /// - Returns: A result for each operation.
    /// - Throws: ``OVSDBError`` of the first operation that failed.
    func results(from answer: JSON, socket: String) throws(OVSDBError) -> [Result] {
        guard let answers = answer.array, answers.count <= operations.count + 1 else {
            throw .malformedAnswer(socket: socket, reason: "results that do not match the operations")
        }
        for (index, answer) in answers.enumerated() {
            if let error = answer["error"], error != .null { throw failure(at: index, answer) }
        }
        guard answers.count == operations.count else {
            throw .malformedAnswer(socket: socket, reason: "a different number of results than operations")
        }
        return try answers.map { answer throws(OVSDBError) in try OVSDBTransaction.result(answer, socket: socket) }
    }

    private static func result(_ answer: JSON, socket: String) throws(OVSDBError) -> Result {
        let malformed = OVSDBError.malformedAnswer(socket: socket, reason: "a result that RFC 7047 does not allow")
        var rows: [[String: JSON]] = []
        if let found = answer["rows"] {
            guard let found = found.array else { throw malformed }
            rows = try found.map { row throws(OVSDBError) in
                guard let row = row.object else { throw malformed }
                return row
            }
        }
        guard let inserted = answer["uuid"] else { return Result(rows: rows, uuid: nil) }
        guard case .uuid(let uuid) = OVSDBValue(inserted) else { throw malformed }
        return Result(rows: rows, uuid: uuid)
    }

    /// An operation's error. One behind the last operation is about the database as all of them would leave it.
    ///
    /// A `wait` that fails, and rows that would break the schema's rules although each operation went well, mean that
    /// the rows are no longer those that the transaction was made for.
    private func failure(at index: Int, _ error: JSON) -> OVSDBError {
        let reason = OVSDBTransaction.reason(error)
        let word = error["error"]?.string
        guard index < operations.count else {
            let isAboutRows = word == "constraint violation" || word == "referential integrity violation"
            return isAboutRows
                ? .guardFailed(reason) : .operation(index: index, operation: "the transaction's end", reason: reason)
        }
        let operation = operations[index]
        if case .wait = operation, word == "timed out" { return .guardFailed("\(operation) failed") }
        return .operation(index: index, operation: operation.description, reason: reason)
    }

    /// The text of an `error` member: RFC 7047 has a word and details, ovsdb-server also what it stumbled over.
    static func reason(_ error: JSON) -> String {
        if let word = error.string { return word }
        let parts = ["error", "details", "syntax"].compactMap { error[$0]?.string }
        return parts.isEmpty ? "it did not say why" : parts.joined(separator: ": ")
    }
}

extension OVSDBTransaction {
    /// The parameters of `transact`: the database, then the operations.
    var parameters: [JSON] { [.string(OVSDBTransaction.database)] + operations.map(\.json) }
}
