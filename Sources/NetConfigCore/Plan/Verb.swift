/// What is to become of a PIF.
public enum Verb: String, Hashable, Sendable {
    /// Attach it to its network.
    case up
    /// Detach it.
    case down
}
