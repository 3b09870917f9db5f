/// What switches a host's frames: the choice of `/etc/xensource/network.conf`.
public enum Datapath: String, Hashable, Sendable, Codable, CaseIterable {
    /// The kernel's bridge.
    case bridge
    /// Open vSwitch.
    case openvswitch
}
