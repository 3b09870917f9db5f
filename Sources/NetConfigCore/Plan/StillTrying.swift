/// An action did not come to its end in time, but goes on by itself and may yet succeed. It is kept, and the run goes on with a
/// warning: a DHCP server that is late must not cost the host its bridge, nor XAPI its belief that the PIF is plugged. Nor must
/// one card of a bond that Open vSwitch cannot open, and tries again.
package struct StillTrying: Error, CustomStringConvertible {
    /// What did not happen yet.
    package var description: String { "\(cause)" }
    /// The error that said so.
    package let cause: any Error

    /// Creates an error from what did not happen yet.
    package init(_ cause: any Error) { self.cause = cause }
}
