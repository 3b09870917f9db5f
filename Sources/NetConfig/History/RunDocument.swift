package import NetConfigCore

/// All that a run came to, as `docs/report.schema.json` describes it.
package struct RunDocument: Sendable {
    /// What was done.
    package var record: HistoryRecord
    /// The plans that were carried out.
    package var plans: [Plan] = []
    /// What a look after the last step found; `nil` where nothing had been changed.
    package var verification: Verification?
    /// What is left to be done, a sentence each.
    package var next: [String] = []

    /// The version of `docs/report.schema.json`. A member more does not change it; one that goes, or means something else,
    /// does.
    package static let version = 1

    /// The document as text.
    package var json: String {
        var members = record.members
        members["format"] = .string("interface-reconfigure report")
        members["version"] = .integer(Self.version)
        members["plans"] = .array(plans.map(\.document))
        members["verification"] = verification?.json ?? .null
        members["next"] = .array(next.map { .string($0) })
        return JSON.object(members).text
    }
}
