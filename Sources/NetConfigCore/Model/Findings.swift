/// What is found wrong with records while they are read and compared.
package struct Findings: Sendable {
    /// Records that are not what they must be, or do not fit together, in the order in which they were found.
    package private(set) var errors: [ModelError] = []
    /// Values that could not be used and were left out.
    package private(set) var warnings: [Warning] = []
    /// The first error of each record, also of those that ``errors`` has no more place for.
    package private(set) var causes: [String: ModelError] = [:]

    /// Nothing is found yet.
    package init() {}

    /// Data from outside may have as many bad values as fit into it; no administrator reads so many messages.
    static let limit = 1000

    /// Adds an error.
    package mutating func add(_ error: ModelError) {
        if causes[error.record] == nil { causes[error.record] = error }
        if errors.count < Self.limit { errors.append(error) }
    }

    /// Adds a warning.
    package mutating func add(_ warning: Warning) {
        guard warnings.count < Self.limit else { return }
        warnings.append(warning)
        if warnings.count == Self.limit - 1 {
            warnings.append(Warning(warning.subject, "too many problems; further ones are not listed"))
        }
    }
}
