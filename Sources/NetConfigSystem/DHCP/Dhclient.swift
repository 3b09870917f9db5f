package import NetConfigCore
internal import Glibc
internal import SystemPackage

/// ISC `dhclient`, one process for each device and family.
///
/// Whether a client runs is in the end asked of `/proc`, not of its pid file: `dhclient` writes that file only after
/// the first lease, or when it stops waiting for one, and a run of ours that was killed meanwhile must not leave a
/// client that no later run finds.
package struct Dhclient: Sendable {
    /// How long `dhclient -r` may take to release a lease. IPv4 sends one message; IPv6 waits for an answer.
    private static let releaseLimit = Duration.seconds(5)

    /// Where the program may be.
    package static let programs = ["/sbin/dhclient", "/usr/sbin/dhclient"]

    /// Where the host is.
    let root: RootPrefix
    /// Its files.
    let files: ConfigurationFiles
    /// Where the leases are, as a path of the host.
    let leaseDirectory: String

    /// Creates access to the clients whose files lie below a prefix.
    package init(below root: RootPrefix) {
        self.root = root
        files = ConfigurationFiles(below: root)
        leaseDirectory = DHCPClientFiles.leaseDirectory(below: root)
    }

    /// Starts a client and waits until it has a lease, and its script has set the address.
    ///
    /// `dhclient` stays in the foreground until then, or until the `timeout` of its configuration; `hasAddress` tells
    /// the one from the other. A client with an old lease that is still valid and no answer uses it: that counts.
    ///
    /// - Parameters:
    ///   - client: What to run.
    ///   - patience: How long to wait for the lease, in seconds.
    ///   - interrupted: Asked about 20 times in a second; an answer ends the wait and the client.
    ///   - hasAddress: Whether the device now has an address of the client's family.
    /// - Throws: `DHCPClientError.noLease`, and the client still runs; any other `DHCPClientError`,
    ///   `ChildProcessError`, `FileError`, `Interruption`, and what ran runs again and no file is left.
    package func start(
        _ client: DHCPClient, patience: Int, interrupted: () -> Interruption? = { nil },
        hasAddress: (DeviceName, IPAddress.Family) throws -> Bool
    ) throws {
        guard !client.device.text.begins(with: "-") else { throw DHCPClientError.badDevice(client.device) }
        guard let program = program else { throw DHCPClientError.notInstalled }
        let paths = paths(client.device, client.family)
        let old = try files.read([paths.configuration])[paths.configuration]
        // A client that has ended does not come back as it was: what else can fail comes first.
        if client.command == nil {
            try files.replace(paths.configuration, with: FileContents(client.configuration))
        }
        var ended: [ChildProcess] = []
        do {
            // The other files that `dhclient` opens.
            if client.command == nil { for path in [paths.leases, paths.pid] { try files.clear(path) } }
            ended = try end(client)
            let deadline = ContinuousClock.now + .seconds(patience)
            if client.family == .v6 { try awaitLinkLocalAddress(client.device, until: deadline, interrupted) }
            var command = ChildProcess(program, try arguments(client))
            if let own = client.command { command = ChildProcess(program, own) }
            var process = try command.start()
            try wait(&process, for: client, until: deadline, interrupted, hasAddress)
        } catch DHCPClientError.noLease {
            throw DHCPClientError.noLease(device: client.device, family: client.family, seconds: patience)
        } catch {
            // The error to tell is the first one; a client that outlives SIGKILL shows in the next observation.
            _ = try? end(client)
            try? files.replace(paths.configuration, with: old)
            for client in ended { _ = try? client.start() }
            throw error
        }
    }

    /// Ends a client and releases its lease; does nothing where none runs.
    ///
    /// The lease is only released as far as that is possible within seconds: the network may already be gone.
    ///
    /// - Parameters:
    ///   - client: Which one.
    ///   - interrupted: Asked while the lease is released; an answer ends that, and the rest is done all the same.
    /// - Throws: `DHCPClientError.immortal`, `FileError`; the client and its configuration are then as they were.
    package func stop(_ client: DHCPClient, interrupted: () -> Interruption? = { nil }) throws {
        let configuration = paths(client.device, client.family).configuration
        let old = try files.read([configuration])[configuration]
        let release = try release(client)
        // A client that has ended does not come back as it was, and its configuration is nothing that a running one looks
        // at again: that goes first.
        if client.command == nil { try files.replace(configuration, with: nil) }
        var ended: [ChildProcess] = []
        do {
            // By our own hand: `dhclient -r` signals whatever process the pid file names.
            ended = try end(client, isExpected: client.progress != .gone)
        } catch {
            if client.command == nil { try? files.replace(configuration, with: old) }
            throw error
        }
        guard !ended.isEmpty || client.progress == .gone else { return }
        _ = try? release.run(timeLimit: Self.releaseLimit, interrupted: interrupted)
        // What it may have left behind when it was cut short.
        _ = try? end(client)
    }

    /// What releases a client's lease. One of another program has that in a file of its own; its pid file may name any process
    /// by then.
    private func release(_ client: DHCPClient) throws(FileError) -> ChildProcess {
        guard var command = client.command else {
            return ChildProcess(standardProgram, ["-r"] + (try arguments(client, configuration: "/dev/null")))
        }
        command.arguments = ["-r"] + command.arguments + ["-pf", "/dev/null"]
        return ChildProcess(standardProgram, command)
    }

    /// Where a client of ours has its files.
    func paths(_ device: DeviceName, _ family: IPAddress.Family) -> DHCPClientFiles {
        DHCPClientFiles(device, family, in: leaseDirectory)
    }

    /// The program.
    var program: FilePath? { root.program(Self.programs) }

    /// The same, or where it should be: to end a client and to put one back fails by itself where it is not there.
    var standardProgram: FilePath { program ?? FilePath(Self.programs[0]) }

    /// The arguments that a client of ours has.
    func arguments(_ client: DHCPClient, configuration: String? = nil) throws(FileError) -> [String] {
        let paths = paths(client.device, client.family)
        let file = if let configuration { configuration } else { try root.place(paths.configuration) }
        return (client.family == .v6 ? ["-6"] : [])
            + ["-pf", try root.place(paths.pid), "-lf", try root.place(paths.leases)]
            + ["-cf", file]
            + client.environment.flatMap { ["-e", $0] } + [client.device.text]
    }

    private func wait(
        _ process: inout RunningProcess, for client: DHCPClient, until deadline: ContinuousClock.Instant,
        _ interrupted: () -> Interruption?, _ hasAddress: (DeviceName, IPAddress.Family) throws -> Bool
    ) throws {
        while try !process.wait(until: min(deadline, .now + .milliseconds(50))) {
            if let interruption = interrupted() { throw interruption }
            // Another program's may stay in the foreground for good (`-d`).
            if client.command != nil, try hasAddress(client.device, client.family) { return }
            guard .now < deadline else { throw noLease(client) }
        }
        let output = try process.output()
        while try !hasAddress(client.device, client.family) {
            if let interruption = interrupted() { throw interruption }
            guard try !running(client).isEmpty else {
                let lastLine = output.standardError.lines().last.map { String($0).printable }
                throw DHCPClientError.ended(device: client.device, message: lastLine ?? "")
            }
            guard .now < deadline else { throw noLease(client) }
            pause(.milliseconds(50))
        }
        awaitPidFile(client)
    }

    /// DHCPv6 starts from a link-local address, and `dhclient` gives up where there is none. On a device that was set
    /// up just now the kernel still looks for another host with the same one, for a second or two (RFC 4862, section
    /// 5.4).
    private func awaitLinkLocalAddress(
        _ device: DeviceName, until deadline: ContinuousClock.Instant, _ interrupted: () -> Interruption?
    ) throws {
        while LinkLocalAddress.usable(on: device) == nil, .now < deadline {
            if let interruption = interrupted() { throw interruption }
            pause(.milliseconds(50))
        }
    }

    private func noLease(_ client: DHCPClient) -> DHCPClientError {
        .noLease(device: client.device, family: client.family, seconds: 0)
    }

    /// The process in the foreground ends before the one in the background has written the pid file, if only by a
    /// fraction of a millisecond. Others read that file after us.
    private func awaitPidFile(_ client: DHCPClient) {
        let path = paths(client.device, client.family).pid
        let deadline = ContinuousClock.now + .seconds(1)
        while let found = try? files.read([path]), found[path]?.text.isEmpty ?? true, .now < deadline {
            pause(.milliseconds(1))
        }
    }
}

extension RootPrefix {
    /// A path for a child's command line: as it is on the host itself, where others look for it in `ps`; below a prefix
    /// where it really is, because the child follows links out of the prefix.
    fileprivate func place(_ path: String) throws(FileError) -> String {
        directory == "/" ? path : try resolveDirectory(of: path).string
    }
}
