/// What a plan costs while it is carried out: a bridge that traffic does not pass, or an address that does not answer.
public struct Outage: Hashable, Sendable {
    /// The bridge, or the bridgeless device.
    public var bridge: DeviceName
    /// The address that is lost; `nil` where no traffic passes at all.
    public var address: IPPrefix?
    /// The step that interrupts it, counted from 1.
    public var step: Int
    /// What that step is for: half a sentence.
    public var reason: String
    /// Whether it is still so when all steps are done.
    public var isLasting: Bool

    /// Creates an outage.
    public init(_ bridge: DeviceName, address: IPPrefix? = nil, step: Int, because reason: String, isLasting: Bool) {
        self.bridge = bridge
        self.address = address
        self.step = step
        self.reason = reason
        self.isLasting = isLasting
    }
}
