package import NetConfigCore
internal import Glibc
internal import SystemPackage

/// Adds and removes the flows that keep management traffic alive on a bridge in secure mode, with `ovs-ofctl(8)`.
package struct SecureModeFlows: Sendable {
    /// Flows that could not be written down.
    package struct MissingPort: Error, Equatable, Sendable, CustomStringConvertible {
        /// The port without an OpenFlow port number.
        package var uplink: DeviceName

        /// Creates an error.
        package init(uplink: DeviceName) { self.uplink = uplink }

        /// The value in words, for messages and logs.
        package var description: String { "\(uplink) has no OpenFlow port number" }
    }

    /// How long `ovs-ofctl` itself waits for the switch, in seconds.
    private static let patience = 10

    private let root: RootPrefix
    private let runDirectory: String

    /// Creates access to the switches of a host; `database` is the socket of ovsdb-server, as a path of the described
    /// host. The bridges' sockets lie beside it.
    package init(below root: RootPrefix, database: String = "/var/run/openvswitch/db.sock") {
        self.root = root
        runDirectory = FilePath(database).removingLastComponent().string
    }

    /// Adds flows; `ports` holds the OpenFlow port numbers by interface name.
    ///
    /// Equivalent to: `ovs-ofctl add-flows BRIDGE -`
    ///
    /// - Throws: `MissingPort`, `ChildProcessError`, `FileError`, `Interruption`; what was added before is then removed
    ///   again.
    package func add(
        _ flows: [SecureModeFlow], to bridge: String, ports: [String: Int], interrupted: () -> Interruption? = { nil }
    ) throws {
        let text = try Self.text(flows, ports: ports)
        do {
            try run(["add-flows"], on: bridge, text, interrupted)
        } catch {
            try? delete(flows, from: bridge, ports)
            throw error
        }
    }

    /// Removes exactly these flows, where they are there.
    ///
    /// Equivalent to: `ovs-ofctl --strict del-flows BRIDGE -`
    ///
    /// - Throws: `MissingPort`, `ChildProcessError`, `FileError`, `Interruption`; what was removed before is then added
    ///   again.
    package func remove(
        _ flows: [SecureModeFlow], from bridge: String, ports: [String: Int],
        interrupted: () -> Interruption? = { nil }
    ) throws {
        let text = try Self.text(flows, ports: ports)
        do {
            try delete(flows, from: bridge, ports, interrupted)
        } catch {
            try? run(["add-flows"], on: bridge, text, { nil })
            throw error
        }
    }

    private func delete(
        _ flows: [SecureModeFlow], from bridge: String, _ ports: [String: Int],
        _ interrupted: () -> Interruption? = { nil }
    ) throws {
        try run(["--strict", "del-flows"], on: bridge, Self.text(flows, ports: ports, withActions: false), interrupted)
    }

    /// The flows in the syntax of `ovs-ofctl`, one a line; without actions for the removal, which takes matches and
    /// priority alone.
    package static func text(
        _ flows: [SecureModeFlow], ports: [String: Int], withActions: Bool = true
    ) throws(MissingPort) -> String {
        var lines = ""
        for flow in flows {
            let (match, actions) = try parts(flow, ports)
            lines += withActions ? "idle_timeout=0,\(match),actions=\(actions)\n" : "\(match)\n"
        }
        return lines
    }

    /// Whether a bridge has no flow at all, and so passes nothing; `false` where it cannot be asked.
    package func isEmpty(_ bridge: String) -> Bool {
        guard let path = try? socketPath(bridge) else { return false }
        return FlowCount.ask(path) == 0
    }

    /// Those flows of some that a bridge has.
    ///
    /// Equivalent to: `ovs-ofctl dump-flows BRIDGE`
    ///
    /// - Throws: `ChildProcessError`, `FileError`.
    package func present(
        among flows: some Sequence<SecureModeFlow>, on bridge: String, ports: [String: Int]
    ) throws -> Set<SecureModeFlow> {
        let arguments = ["--timeout=\(Self.patience)", "dump-flows", try target(bridge)]
        let output = try ChildProcess(program, arguments).run(timeLimit: .seconds(Self.patience + 5))
        return Self.present(among: flows, in: output.standardOutput, ports: ports)
    }

    /// Those flows of some that are in the output of `ovs-ofctl dump-flows`. It writes the parts of a match in an order of
    /// its own, behind counters: `cookie=0x0, duration=3.1s, …, priority=0,arp,in_port=1,arp_op=1 actions=LOCAL`.
    static func present(
        among flows: some Sequence<SecureModeFlow>, in dump: String, ports: [String: Int]
    ) -> Set<SecureModeFlow> {
        let found = dump.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line -> Set<[UInt8]>? in
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count > 1 else { return nil }
            return Set(words.suffix(2).flatMap { $0.split(separator: UInt8(ascii: ",")).map(lowercased) })
        }
        let there = Set(found)
        return Set(
            flows.filter { flow in
                guard let (match, actions) = try? parts(flow, ports) else { return false }
                let words = "\(match),actions=\(actions)".utf8.split(separator: UInt8(ascii: ","))
                return there.contains(Set(words.map(lowercased)))
            })
    }

    private static func lowercased(_ word: Substring.UTF8View) -> [UInt8] {
        word.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }

    private static func parts(
        _ flow: SecureModeFlow, _ ports: [String: Int]
    ) throws(MissingPort) -> (match: String, actions: String) {
        try flow.openflow { name throws(MissingPort) in
            // From 0xff00 on the numbers are reserved: `local` and `NORMAL` are among them. -1 says that there is no
            // port.
            guard let port = ports[name.text], (1..<0xFF00).contains(port) else { throw MissingPort(uplink: name) }
            return String(port)
        }
    }

    private var program: FilePath { root.program(["/usr/bin/ovs-ofctl", "/bin/ovs-ofctl"]) ?? "/usr/bin/ovs-ofctl" }

    private func run(
        _ command: [String], on bridge: String, _ text: String, _ interrupted: () -> Interruption?
    ) throws {
        let arguments = ["--timeout=\(Self.patience)"] + command + [try target(bridge), "-"]
        try ChildProcess(program, arguments, input: text)
            .run(timeLimit: .seconds(Self.patience + 5), interrupted: interrupted)
    }

    /// The bridge's socket. By its mere name `ovs-ofctl` would look where it was built to look, prefix or not.
    private func target(_ bridge: String) throws(FileError) -> String {
        let socket = try socketPath(bridge)
        return unsafe access(socket, F_OK) == 0 ? "unix:\(socket)" : bridge
    }

    private func socketPath(_ bridge: String) throws(FileError) -> String {
        // `resolve` keeps `..` within the prefix, and a bridge's name must not choose the directory either.
        guard !bridge.includes("/"), !bridge.begins(with: "-") else {
            throw FileError("find the socket of", bridge, .badPath)
        }
        return try RootPrefix().resolve("\(runDirectory)/\(bridge).mgmt").string
    }
}
