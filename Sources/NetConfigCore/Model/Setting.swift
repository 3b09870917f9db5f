/// A resolved setting: its value, and where that came from.
///
/// What can come from several places (pool, network, PIF, bond, default) is resolved once, into one of these.
package struct Setting<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The value.
    package var value: Value
    /// Where it came from.
    package var origin: Origin

    /// Creates a setting.
    package init(_ value: Value, from origin: Origin) {
        self.value = value
        self.origin = origin
    }
}
