/// What is to become of a PIF.
public enum Verb: String, Hashable, Sendable {
    /// Attach it to its network.
    case up
    /// Detach it.
    case down
}

extension Verb: CustomStringConvertible {
    /// The word. Without this, text that has it is made by reflection, which takes a fifth of the time of a second `up`.
    public var description: String { rawValue }
}
