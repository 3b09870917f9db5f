/// Collects what is wrong with records while they are read and compared.
package struct Diagnostics: Sendable {
    /// Errors in records, in the order in which they were found.
    package private(set) var errors: [ModelError] = []
    /// Values that were ignored.
    package private(set) var warnings: [Warning] = []
    /// The first error of each record, including those beyond ``limit``.
    package private(set) var causes: [String: ModelError] = [:]

    /// Creates an empty collection.
    package init() {}

    /// Bounds the number of messages that hostile records can cause.
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
