/// Where Open vSwitch forwards: column `datapath_type` of table `Bridge`.
package enum DatapathType: String, Hashable, Sendable, Codable, CaseIterable {
    /// In its kernel module; Open vSwitch writes it as the empty string.
    case system
    /// In ovs-vswitchd itself.
    case netdev
}
