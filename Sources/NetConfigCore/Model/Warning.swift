/// Something that is wrong but does not stop the work.
public struct Warning: Hashable, Sendable {
    /// What it is about, such as `PIF eth0` or `network xenbr0`.
    public var subject: String
    /// What is wrong, what was done about it, and what would be allowed: half a sentence.
    public var message: String
    /// Where the value that is wrong came from, where there is one.
    public var origin: Origin?
    /// The line of it, where the source has lines.
    public var line: Int?
    /// Whether it costs nothing that is asked for: it names what others have done, or what may surprise.
    public var isRemark = false

    /// Whether it is about all of the records: where they were read from, and how.
    public var isAboutSource = false

    /// Creates a warning.
    public init(_ subject: String, _ message: String, origin: Origin? = nil, line: Int? = nil) {
        self.subject = subject
        self.message = message
        self.origin = origin
        self.line = line
    }

    /// The warning as one that costs nothing that is asked for.
    package var asRemark: Warning {
        var warning = self
        warning.isRemark = true
        return warning
    }

    /// Creates a warning about a value of a record, which is left out.
    package init(_ record: RecordName, _ field: String, skipped value: String, allowed: String, line: Int? = nil) {
        self.init(
            record.title, "\(field) '\(value)' ignored: expected \(allowed)", origin: .record(record, field: field),
            line: line)
    }
}

extension Warning: CustomStringConvertible {
    /// The text that messages use.
    public var description: String { "\(subject): \(message)\(line.map { " (line \($0))" } ?? "")".printable }
}
