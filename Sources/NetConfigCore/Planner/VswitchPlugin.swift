/// XAPI's plug-in that aligns Open vSwitch's configuration with XAPI's records: one program under two names, which different
/// versions of XAPI call and expect different things of.
package enum VswitchPlugin: String, Sendable, CaseIterable {
    /// What XAPI called until 2017: the controller is a field of the pool.
    case cfgUpdate = "openvswitch-cfg-update"
    /// What XAPI has called since: controllers are records of their own.
    case configUpdate = "openvswitch-config-update"

    /// The CA certificate of a controller that the host connects to; Open vSwitch writes it on the first connection.
    package static let caCertificate = "/etc/openvswitch/vswitchd.cacert"
    /// The CA certificate of a controller that connects to the host; XAPI writes it.
    static let passiveCACertificate = "/etc/stunnel/certs/sdn-controller-ca.pem"
    /// The host's own key and certificate, in one file.
    static let hostCertificate = "/etc/xensource/xapi-ssl.pem"
    /// Opens and closes TCP ports.
    package static let firewallProgram = "/etc/xapi.d/plugins/firewall-port"

    /// Whether an update first writes the cache anew.
    package var rewritesCache: Bool { self == .cfgUpdate }
    /// Whether the controller is an `SDN_controller`, and no field of the pool.
    package var hasControllerRecords: Bool { self == .configUpdate }
    /// Whether bridges that are not XAPI networks are left alone.
    var leavesOtherBridges: Bool { self == .configUpdate }
    /// Whether the controller's port is opened and closed.
    var setsFirewall: Bool { self == .configUpdate }

    /// The managers in Open vSwitch's database that count as controllers set by XAPI.
    func controllers(among targets: some Sequence<String>) -> [String] {
        targets.filter { self == .configUpdate || VswitchController.host(inTarget: $0) != nil }.sorted()
    }

    /// Whether a manager's target means the controller: by its host alone, or by the whole target.
    func isSame(_ controller: VswitchController, _ target: String) -> Bool {
        self == .configUpdate ? controller.target == target : controller.isAt(target)
    }
}
