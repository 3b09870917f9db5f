/// Network records that do not fit together, or a record that is not what it must be.
public struct ModelError: Error, Equatable, Sendable {
    /// A place in the text that the records were read from; both count from 1.
    public struct Position: Hashable, Sendable {
        /// The line.
        public var line: Int
        /// The column.
        public var column: Int

        /// Creates a position.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// The record in question: its kind and reference, such as `pif OpaqueRef:1234`.
    public var record: String
    /// The field in question, as the source calls it; `nil` when it is about the record as a whole.
    public var field: String?
    /// What is wrong and what was expected: half a sentence.
    public var message: String
    /// Where it stands, where the source has lines.
    public var position: Position?
    /// The record that the field refers to and that is not there; `nil` where something else is wrong.
    public var missing: String?

    /// Creates an error.
    public init(record: String, field: String? = nil, message: String, position: Position? = nil) {
        self.record = record
        self.field = field
        self.message = message
        self.position = position
    }
}

extension ModelError: CustomStringConvertible {
    /// The text that messages use.
    public var description: String {
        let place = position.map { "line \($0.line), column \($0.column): " } ?? ""
        return "\(place)\(record)\(field.map { ", field \($0)" } ?? ""): \(message)".printable
    }
}
