package import NetConfigCore
package import NetConfigSystem

/// The host: open connections to whatever tells its state and changes it.
///
/// Observing and applying share the connections, so that a run opens each once. Open vSwitch is asked only on hosts that
/// use it.
package final class Host: Applier {
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
    private let signals: () -> Interruption?
    private var isPuttingBack = false
    /// Whether the kernel may be asked what has it load a driver: not by those who only look.
    var loadsDrivers = true

    /// Opens the connections.
    ///
    /// - Parameters:
    ///   - paths: Where things are.
    ///   - datapath: What switches the host's frames.
    ///   - interrupted: Asked during waits; an answer ends them.
    /// - Throws: `NetlinkError`, or `OVSDBError` when the host uses Open vSwitch and its database does not answer.
    package convenience init(
        paths: HostPaths, datapath: Datapath, interrupted: @escaping () -> Interruption? = { nil }
    ) throws {
        try self.init(paths: paths, datapath: datapath, waits: WaitNotice(), interrupted: interrupted)
    }

    /// The same, with what says how waits go.
    ///
    /// - Parameters:
    ///   - paths: Where things are.
    ///   - datapath: What switches the host's frames.
    ///   - waits: Says what is waited for.
    ///   - limits: How long Open vSwitch is waited for.
    ///   - interrupted: Asked during waits; an answer ends them.
    /// - Throws: `NetlinkError`, or `OVSDBError` when the host uses Open vSwitch and its database does not answer.
    package init(
        paths: HostPaths, datapath: Datapath, waits: WaitNotice,
        limits: OVSDBClient.Limits = OVSDBClient.Limits(), interrupted: @escaping () -> Interruption? = { nil }
    ) throws {
        root = paths.root
        kernel = try RouteNetlink()
        ethtool = try Ethtool()
        vswitch = try datapath == .openvswitch ? OVSDBClient(socket: paths.ovsdb, limits: limits) : nil
        dhclient = Dhclient(below: root)
        files = ConfigurationFiles(below: root)
        flows = SecureModeFlows(below: root, database: paths.ovsdb)
        self.waits = waits
        signals = interrupted
    }

    /// Asked during waits; an answer ends them. While something is put back there is none: a second signal asks for what is
    /// under way already.
    func interrupted() -> Interruption? { isPuttingBack ? nil : signals() }

    /// Ends a run that was asked to stop before it does more.
    ///
    /// - Throws: `Interruption`.
    func heedSignals() throws { if let interruption = interrupted() { throw interruption } }

    /// Does an action that puts something back; no signal ends its waits.
    package func putBack(_ action: Action) throws {
        isPuttingBack = true
        defer { isPuttingBack = false }
        if case .changeVswitch(let inverse) = action { try putBack(inverse) } else { try apply(action) }
    }

    /// Changes Open vSwitch's rows.
    func commit(_ changes: [VswitchChange]) throws {
        guard let vswitch else { return }
        do {
            try waits.during(atMost: vswitch.limits.change) { waiting in
                try vswitch.commit(changes, interrupted: interrupted) { waiting("ovs-vswitchd to make the change") }
            }
        } catch let error as OVSDBError {
            if case .guardFailed = error { throw Overtaken(error) }
            throw error
        }
    }

    /// Changes them back.
    private func putBack(_ inverse: [VswitchChange]) throws {
        guard let vswitch else { return }
        try waits.during(atMost: vswitch.limits.change) { waiting in
            try vswitch.putBack(inverse) { waiting("ovs-vswitchd to take the change back") }
        }
    }
}
