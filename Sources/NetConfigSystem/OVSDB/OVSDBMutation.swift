internal import NetConfigCore

/// A change of a column relative to what it holds (RFC 7047, section 5.1).
struct OVSDBMutation: Hashable, Sendable {
    /// What to do with the column and the value.
    enum Mutator: String, Hashable, Sendable {
        case add = "+="
        case insert
        case delete
    }

    var column: String
    var mutator: Mutator
    var value: OVSDBValue

    /// Creates a mutation.
    init(_ column: String, _ mutator: Mutator, _ value: OVSDBValue) {
        self.column = column
        self.mutator = mutator
        self.value = value
    }
}

extension OVSDBMutation {
    var json: JSON { .array([.string(column), .string(mutator.rawValue), value.json]) }
}
