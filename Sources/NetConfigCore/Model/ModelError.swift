/// Network records that do not fit together, or a record that is not what it must be.
package struct ModelError: Error, Equatable, Sendable {
    /// A place in the text that the records were read from; both count from 1.
    package struct Position: Hashable, Sendable {
        /// The line.
        package var line: Int
        /// The column.
        package var column: Int

        /// Creates a position.
        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// The record in question: its kind and reference, such as `pif OpaqueRef:1234`.
    package var record: String
    /// The field in question, as the source calls it; `nil` when it is about the record as a whole.
    package var field: String?
    /// What is wrong and what was expected, as a clause.
    package var message: String
    /// Where it stands, where the source has lines.
    package var position: Position?
    /// The record that the field refers to and that is not there; `nil` where something else is wrong.
    package var missing: String?

    /// Creates an error.
    package init(record: String, field: String? = nil, message: String, position: Position? = nil) {
        self.record = record
        self.field = field
        self.message = message
        self.position = position
    }
}

extension ModelError: CustomStringConvertible {
    /// The text that messages use.
    package var description: String {
        let place = position.map { "line \($0.line), column \($0.column): " } ?? ""
        return "\(place)\(record)\(field.map { ", field \($0)" } ?? ""): \(message)".printable
    }
}
