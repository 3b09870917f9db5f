/// A problem that does not stop the run.
public struct Warning: Hashable, Sendable {
    /// What it is about, such as `PIF eth0` or `network xenbr0`.
    public var subject: String
    /// What is wrong, what was done about it, and what was expected, as a clause.
    public var message: String
    /// The place that the bad value came from, if there is one.
    public var origin: Origin?
    /// The line of that place, if the source has lines.
    public var line: Int?
    /// The column, if that is known.
    package var column: Int?
    /// Whether the warning costs nothing that was requested: it reports what other programs did, or what may surprise.
    public var isRemark = false

    /// Whether it concerns all records: where they were read from, and how.
    public var isAboutSource = false

    /// Creates a warning.
    public init(_ subject: String, _ message: String, origin: Origin? = nil, line: Int? = nil) {
        self.subject = subject
        self.message = message
        self.origin = origin
        self.line = line
    }

    /// The same warning as a remark.
    package var asRemark: Warning {
        var warning = self
        warning.isRemark = true
        return warning
    }

    /// Creates a warning about an ignored value of a record; `allowed` says what was expected.
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
