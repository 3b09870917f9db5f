/// A network of the pool (XAPI class `network`): on a host, a bridge.
public struct Network: Equatable, Sendable {
    /// XAPI's reference to this record.
    public var ref: Ref<Network>
    /// The record's `uuid`.
    public var uuid: String
    /// Kernel name of the bridge; `nil` for a bridgeless network.
    public var bridge: DeviceName?
    /// The record's `MTU` in bytes; `nil` where it has none (XenServer 5.5 data).
    public var mtu: Int?
    /// This host's PIFs on the network, in the record's order.
    public var pifs: [Ref<PIF>] = []
    /// XAPI's `purpose`.
    public var purpose: [String] = []
    /// Whether XAPI manages the bridge.
    public var managed = true
    /// The `other_config` keys that mean something here.
    package var otherConfig = OtherConfig()

    /// Creates a network.
    public init(ref: Ref<Network>, uuid: String, bridge: DeviceName?) {
        self.ref = ref
        self.uuid = uuid
        self.bridge = bridge
    }
}

extension Network: CustomStringConvertible {
    /// How messages call this network: `network xenbr0`, or by its uuid where it has no bridge.
    public var description: String { "network \(bridge?.text ?? uuid)" }
}
