/// A PIF that was left out because of an error in its record or in one that it needs.
package struct UnusablePIF: Equatable, Sendable {
    /// Its record, as far as it was readable.
    package var pif: PIF
    /// The bridge or device that it would be requested by, if that was readable.
    package var device: DeviceName?
    /// What is wrong.
    package var fault: ModelError
}
