/// The host: open connections to whatever tells its state and changes it.
///
/// Observing and applying share the connections, so that a run opens each once. Open vSwitch is asked only on hosts that
/// use it.
public final class Host: Applier {
    /// The kernel's links, addresses and routes.
    let kernel: RouteNetlink
    /// Card settings.
    var ethtool: Ethtool
    /// Open vSwitch's database.
    let vswitch: OVSDBClient?
    /// DHCP clients.
    let dhclient: Dhclient
    /// Files that are replaced.
    let files: ConfigurationFiles
    /// Flows of bridges in secure mode.
    let flows: SecureModeFlows
    /// Where programs are looked for.
    let root: RootPrefix
    /// Says what is waited for.
    let waits: WaitNotice
    /// Asked during waits; an answer ends them.
    let interrupted: () -> Interruption?

    /// Whether an action failed because somebody else had changed Open vSwitch's rows since they were read.
    private(set) var wasOvertaken = false

    /// Opens the connections.
    ///
    /// - Parameters:
    ///   - paths: Where things are.
    ///   - datapath: What switches the host's frames.
    ///   - waits: Says what is waited for.
    ///   - interrupted: Asked during waits; an answer ends them.
    /// - Throws: ``NetlinkError``, or ``OVSDBError`` when the host uses Open vSwitch and its database does not answer.
    public init(
        paths: HostPaths, datapath: Datapath, waits: WaitNotice = WaitNotice(),
        interrupted: @escaping () -> Interruption? = { nil }
    ) throws {
        root = paths.root
        kernel = try RouteNetlink()
        ethtool = try Ethtool()
        vswitch = try datapath == .openvswitch ? OVSDBClient(socket: paths.ovsdb) : nil
        dhclient = Dhclient(below: root)
        files = ConfigurationFiles(below: root)
        flows = SecureModeFlows(below: root, database: paths.ovsdb)
        self.waits = waits
        self.interrupted = interrupted
    }

    /// Changes Open vSwitch's rows.
    func commit(_ changes: [VswitchChange]) throws {
        do throws(OVSDBError) {
            try commitWaiting(changes)
        } catch {
            switch error {
            case .guardFailed: wasOvertaken = true
            // The rows were written, and put back when ovs-vswitchd did not follow them.
            case .notFinished: throw TakenBack(cause: error)
            // It had followed them, and then their inverse.
            case .interfaces: throw DevicesRemade(TakenBack(cause: error))
            default: break
            }
            throw error
        }
    }

    private func commitWaiting(_ changes: [VswitchChange]) throws(OVSDBError) {
        let limit = OVSDBClient.patience
        try waits.during(atMost: limit) { waiting throws(OVSDBError) in
            try vswitch?.commit(changes, timeout: limit) { waiting("ovs-vswitchd to make the change") }
        }
    }
}
