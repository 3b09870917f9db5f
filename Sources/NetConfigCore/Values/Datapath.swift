/// What switches a host's frames: the choice of `/etc/xensource/network.conf`.
public enum Datapath: String, Hashable, Sendable, Codable, CaseIterable {
    /// The kernel's bridge.
    case bridge
    /// Open vSwitch.
    case openvswitch
}

/// Where Open vSwitch forwards: column `datapath_type` of table `Bridge`.
public enum DatapathType: String, Hashable, Sendable, Codable, CaseIterable {
    /// In its kernel module; Open vSwitch writes it as the empty string.
    case system
    /// In ovs-vswitchd itself.
    case netdev
}
