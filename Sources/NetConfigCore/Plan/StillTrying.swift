/// An action did not come to its end in time, but goes on by itself and may yet succeed. It is kept, and the run goes on with a
/// warning: a DHCP server that is late must not cost the host its bridge, nor XAPI its belief that the PIF is plugged. Nor must
/// one card of a bond that Open vSwitch cannot open, and tries again.
public struct StillTrying: Error, CustomStringConvertible {
    /// What did not happen yet.
    public let description: String

    /// Creates an error from what did not happen yet.
    public init(_ cause: any Error) { description = "\(cause)" }
}
