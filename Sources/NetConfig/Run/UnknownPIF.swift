package import NetConfigCore

/// A requested PIF that this host does not have, or whose records are in error.
package struct UnknownPIF: Error, Equatable, Sendable, CustomStringConvertible {
    /// The requested name.
    package var name: Subject.PIFName
    /// The error in its records; `nil` if there are none.
    package var fault: ModelError?

    /// What was requested, and what is wrong with it.
    package var description: String { fault.map { "\(name) cannot be used: \($0)" } ?? "this host has no \(name)" }
}
