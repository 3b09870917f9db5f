/// A resolved setting: its value, and where that came from.
///
/// What can come from several places (pool, network, PIF, bond, default) is resolved once, into one of these.
public struct Setting<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The value.
    public var value: Value
    /// Where it came from.
    public var origin: Origin

    /// Creates a setting.
    public init(_ value: Value, from origin: Origin) {
        self.value = value
        self.origin = origin
    }
}
