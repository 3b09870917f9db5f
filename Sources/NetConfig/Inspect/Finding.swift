package import NetConfigCore

/// Something that is wrong with the records, where it stands, and what to do about it.
package struct Finding: Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Sendable {
        /// The records, or one PIF, cannot be used.
        case error
        /// One value is left out.
        case warning
    }

    /// How bad it is.
    package var severity: Severity
    /// Where in the source it stands, where that has lines.
    package var position: ModelError.Position?
    /// The record, by kind and reference, such as `pif OpaqueRef:1234`; `nil` where it is about the source as a whole.
    package var record: String?
    /// The field, and of a map the key, such as `other_config:mtu`.
    package var field: String?
    /// What is wrong, as a clause.
    package var message: String
    /// What to do about it.
    package var advice: String

    /// Creates a finding.
    package init(
        _ severity: Severity, position: ModelError.Position? = nil, record: String? = nil, field: String? = nil,
        _ message: String, advice: String
    ) {
        self.severity = severity
        self.position = position
        self.record = record
        self.field = field
        self.message = message
        self.advice = advice
    }
}
