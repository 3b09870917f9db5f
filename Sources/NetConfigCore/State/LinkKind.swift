/// What a network device is.
package enum LinkKind: Hashable, Sendable, Codable {
    /// A Linux bridge.
    case bridge(BridgeAttributes)
    /// A Linux bond.
    case bond(BondAttributes)
    /// An 802.1Q link on another device.
    case vlan(VLANAttributes)
    /// Anything else, under the kernel's name for it (`veth`, `tun`, `openvswitch`); `nil` for a network card.
    case other(String?)
}
