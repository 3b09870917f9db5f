/// What is left of the time for which a device has an address.
///
/// It is less with every second, so that two of them count as equal whatever they say: a device whose address merely grew older
/// has not changed.
package struct AddressLifetime: Hashable, Sendable, Codable {
    /// For so many seconds it is used for new connections; `UInt32.max` is for ever.
    package var preferred: UInt32
    /// For so many seconds the device has it; `UInt32.max` is for ever.
    package var valid: UInt32

    /// Creates a lifetime of some seconds.
    package init(preferred: UInt32, valid: UInt32) {
        // The kernel refuses an address that has none, or is preferred for longer than it is there.
        self.valid = max(valid, 1)
        self.preferred = min(preferred, self.valid)
    }

    /// Says that lifetimes never differ.
    package static func == (_: AddressLifetime, _: AddressLifetime) -> Bool { true }

    /// Adds nothing: all are equal.
    package func hash(into hasher: inout Hasher) {}
}
