/// The plugin by which XAPI has Open vSwitch's configuration brought in line with its own: one program with two names,
/// which XAPI has called in turn, and under which it expects different things.
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
    /// Whether a bridge is left alone that is none of XAPI's networks.
    var leavesOtherBridges: Bool { self == .configUpdate }
    /// Whether the controller's port is opened and closed.
    var setsFirewall: Bool { self == .configUpdate }

    /// Those of Open vSwitch's managers that are taken for controllers which XAPI has set.
    func controllers(among targets: some Sequence<String>) -> [String] {
        targets.filter { self == .configUpdate || VswitchController.host(inTarget: $0) != nil }.sorted()
    }

    /// Whether a manager is the controller: by its host alone, or by the whole target.
    func isSame(_ controller: VswitchController, _ target: String) -> Bool {
        self == .configUpdate ? controller.target == target : controller.isAt(target)
    }
}
