/// What a plan interrupts: a bridge that passes no traffic, or an address that does not answer.
public struct Outage: Hashable, Sendable {
    /// The bridge, or the bridgeless device.
    public var bridge: DeviceName
    /// The address that is lost; `nil` where no traffic passes at all.
    public var address: IPPrefix?
    /// The devices whose frames do not pass either, as they were when the plan was made; none where an address alone is lost.
    public var ports: [Port] = []
    /// The step that interrupts it, counted from 1.
    public var step: Int
    /// The reason of that step, as a clause.
    public var reason: String
    /// Whether the interruption lasts beyond the end of the plan.
    public var isLasting: Bool
    /// The virtual machines that lose traffic; none where an address alone is lost.
    package var guests: [Guest] = []
    /// The steps during which it is interrupted, counted from 1, the one that interrupts it and the one that ends that included;
    /// none where it lasts.
    package var awaySteps: [ClosedRange<Int>] = []
    /// How long it will take; `nil` where it lasts, and before a dry run asked the history.
    package var prediction: Prediction?

    /// What earlier runs tell about an outage.
    package enum Prediction: Hashable, Sendable {
        /// An action of it was never measured.
        case notMeasured
        /// It usually takes so long.
        case about(Duration)
    }

    /// A device whose frames pass a bridge.
    public struct Port: Hashable, Sendable {
        /// What a device is to a bridge.
        public enum Role: String, Sendable {
            /// A network card, of the bridge itself or of its bond.
            case card
            case bond
            /// A VLAN link.
            case vlan
            /// The back end of a virtual machine's card: `vif7.0`, `tap7.0`.
            case guest
            /// Anything else, such as a tunnel or a port of Open vSwitch's own.
            case other
        }

        /// The device.
        public var device: String
        /// What it is to the bridge.
        public var role: Role
    }

    /// Creates an outage.
    package init(_ bridge: DeviceName, address: IPPrefix? = nil, step: Int, because reason: String, isLasting: Bool) {
        self.bridge = bridge
        self.address = address
        self.step = step
        self.reason = reason
        self.isLasting = isLasting
    }
}
