/// An action was not finished in time but may still succeed, such as a DHCP client that waits for a lease. It is kept, and the
/// run continues with a warning: a late DHCP server must cost neither the bridge of the host nor the plug state of the PIF in
/// XAPI. The same holds for one card of a bond that Open vSwitch could not open and tries again.
package struct StillTrying: Error, CustomStringConvertible {
    /// What did not happen yet.
    package var description: String { "\(cause)" }
    /// The error that said so.
    package let cause: any Error

    /// Creates an error from what did not happen yet.
    package init(_ cause: any Error) { self.cause = cause }
}
