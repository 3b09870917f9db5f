package import NetConfigCore

/// A PIF that this host does not have, or not as it must be.
package struct UnknownPIF: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was asked for.
    package var name: Subject.PIFName
    /// What is wrong with its records; `nil` where there are none.
    package var fault: ModelError?

    /// What was asked for, and what is wrong with it.
    package var description: String { fault.map { "\(name) cannot be used: \($0)" } ?? "this host has no \(name)" }
}
