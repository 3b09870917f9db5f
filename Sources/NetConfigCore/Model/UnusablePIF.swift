/// A PIF that was left out because of an error in its record, or in one that it cannot be without.
package struct UnusablePIF: Equatable, Sendable {
    /// Its record, as far as it could be read.
    package var pif: PIF
    /// The bridge or device under which it would be asked for, where that could be read.
    package var device: DeviceName?
    /// What is wrong.
    package var fault: ModelError
}
