/// Ethernet protocol numbers in network order, as `IFLA_VLAN_PROTOCOL` has them.
enum VLANProtocol {
    /// 802.1Q
    static let dot1Q: [UInt8] = [0x81, 0x00]
}
