public import NetConfigCore

/// A PIF that this host does not have, or not as it must be.
public struct UnknownPIF: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public var name: Subject.PIFName
    /// What is wrong with its records; `nil` where there are none.
    public var fault: ModelError?

    /// What was asked for, and what is wrong with it.
    public var description: String { fault.map { "\(name) cannot be used: \($0)" } ?? "this host has no \(name)" }
}
