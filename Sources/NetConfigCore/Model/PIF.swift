/// A host's attachment to a network (XAPI class `PIF`): a NIC, a bond, a VLAN on either, or a tunnel's end.
public struct PIF: Equatable, Sendable {
    /// XAPI's reference to this record.
    public var ref: Ref<PIF>
    /// The record's `uuid`: usually RFC 4122 text, but installers wrote names, so any text.
    public var uuid: String
    /// Kernel name of the NIC or bond; for a VLAN PIF the name of the device under it.
    public var device: DeviceName
    /// MAC address of the NIC or bond; `nil` where the record has none, or one that is no address (`x`).
    public var mac: MACAddress?
    /// The network that this PIF attaches to.
    public var network: Ref<Network>
    /// The 802.1Q tag, 0 to 4094; `nil` for an untagged PIF (XAPI writes -1).
    public var vlan: UInt16?
    /// Whether this is the host's management interface. On bond slaves installers set it too; see
    /// ``NetworkModel/isManagement(_:)``.
    public var management = false
    /// XAPI's belief whether the PIF is attached. Always false when read from the cache: stale after a reboot.
    public var currentlyAttached = false
    /// The bond that this PIF is a slave of.
    public var bondSlaveOf: Ref<Bond>?
    /// The bonds that this PIF is the master of: none or one.
    public var bondMasterOf: [Ref<Bond>] = []
    /// For a VLAN PIF: its VLAN record.
    public var vlanMasterOf: Ref<VLAN>?
    /// For an underlying PIF: the VLANs stacked on it.
    public var vlanSlaveOf: [Ref<VLAN>] = []
    /// For a tunnel's access PIF: its tunnel.
    public var tunnelAccessPIFOf: [Ref<Tunnel>] = []
    /// For a tunnel's transport PIF: the tunnels that run over it.
    public var tunnelTransportPIFOf: [Ref<Tunnel>] = []
    /// IPv4 configuration.
    public var ipv4 = IPv4Configuration()
    /// IPv6 configuration.
    public var ipv6 = IPv6Configuration()
    /// DNS servers, in order.
    public var dns: [IPAddress] = []
    /// Which family the host's primary address is of.
    public var primaryAddressType = IPAddress.Family.v4
    /// Whether XAPI manages this PIF; an unmanaged one is never touched.
    public var managed = true
    /// Whether this is a physical NIC. Live data only; not in the cache.
    public var physical = false
    /// XAPI's `properties` map: `gro` is `on` or `off`.
    public var properties: [String: String] = [:]
    /// For a physical PIF: the SR-IOV networks made on it. Live data only; opaque.
    public var sriovPhysicalPIFOf: [String] = []
    /// For an SR-IOV logical PIF: the SR-IOV network it stands for. Opaque.
    public var sriovLogicalPIFOf: [String] = []
    /// The `other_config` keys that mean something here.
    package var otherConfig = OtherConfig()

    /// Creates a PIF with the three fields that every one must have.
    public init(ref: Ref<PIF>, uuid: String, device: DeviceName, network: Ref<Network>) {
        self.ref = ref
        self.uuid = uuid
        self.device = device
        self.network = network
    }
}

extension PIF {
    /// The family whose address the host is managed by, and needs: the one that the record calls primary, unless only the other
    /// is configured.
    package var primaryFamily: IPAddress.Family {
        switch primaryAddressType {
        case .v4: ipv4.mode == .none && ipv6.mode != .none ? .v6 : .v4
        case .v6: ipv6.mode == .none && ipv4.mode != .none ? .v4 : .v6
        }
    }
}

extension PIF: CustomStringConvertible {
    /// How messages call this PIF: `PIF eth0`, `PIF bond0 VLAN 5`.
    public var description: String {
        vlan.map { "PIF \(device) VLAN \($0)" } ?? "PIF \(device)"
    }
}
