import Foundation
import NetConfigCore
import NetConfigSystem
import SystemPackage

/// A host in namespaces of its own (`Scripts/testbed`), with a cache, on which the built program is run.
final class TestBed {
    /// What a command left behind.
    struct Result {
        var status: Int
        var output: String
        var errors: String
    }

    /// A command of the test bed itself failed.
    struct Failure: Error { var text: String }

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The release build where `make` runs the tests, else the one beside them.
    static let program =
        ProcessInfo.processInfo.environment["INTERFACE_RECONFIGURE"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("interface-reconfigure").path

    let directory: String
    let datapath: Datapath
    /// Leads into the host's namespaces. The test bed's script could do that, but a process more for each command is a
    /// matter of minutes in a virtual machine.
    private var entrance: [String] = []
    /// Where Open vSwitch can forward: in user space everywhere, in the kernel where the kernel can (`Scripts/vm`).
    static let usableType = ProcessInfo.processInfo.environment["DATAPATH_TYPE"] ?? "netdev"

    /// Where Open vSwitch is told to forward.
    var datapathType = usableType
    /// The directory that the program takes for `/`.
    var root: String { directory + "/root" }
    /// The host's network namespace.
    var namespace: String { "/run/netns/ifr-\(directory.split(separator: "/").last ?? "")" }

    /// Makes a host with network cards `eth0`, `eth1` and so on of these MAC addresses; the cache is a file below
    /// `testdata`. A schema takes the place of the one of Open vSwitch's that is installed.
    init(
        _ datapath: Datapath, cache: String, nics: [String] = ["52:54:00:00:00:10", "52:54:00:00:00:11"],
        schema: String? = nil
    ) throws {
        self.datapath = datapath
        // Short, because Unix socket paths end at 107 bytes.
        directory = "/tmp/ifr.\(UUID().uuidString.prefix(6))"
        for directory in ["etc/xensource", "var/xapi", "var/run", "run"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
        }
        try write(datapath.rawValue + "\n", to: "/etc/xensource/network.conf")
        try use(cache: cache)
        let cards = nics.enumerated().map { "eth\($0.offset)=\($0.element)" }.joined(separator: ",")
        let forwarding = Self.usableType == "system" ? ["--kernel-datapath"] : []
        if let schema { try write(schema, to: "/schema") }
        try bed(
            ["start", directory, "--nics", cards] + (datapath == .bridge ? ["--no-ovs"] : forwarding)
                + (schema == nil ? [] : ["--schema", "\(root)/schema"]))
        let holder = try String(contentsOfFile: "\(directory)/testbed/holder", encoding: .utf8).filter(\.isNumber)
        entrance = ["nsenter", "--target", holder, "--mount", "--net", "--wdns=\(Self.repository)"]
    }

    deinit {
        _ = try? bed(["stop", directory])
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Files

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: root + path, atomically: false, encoding: .utf8)
    }

    func use(cache: String) throws {
        try write(
            String(contentsOfFile: "\(Self.repository)/testdata/\(cache)", encoding: .utf8),
            to: "/var/xapi/network.dbcache")
    }

    func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
    }

    /// Changes the text of a file.
    func edit(_ path: String, _ change: (String) -> String) throws {
        let old = try String(contentsOfFile: root + path, encoding: .utf8)
        let new = change(old)
        guard new != old else { throw Failure(text: "\(path) already is as it was to become") }
        try write(new, to: path)
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: root + path, encoding: .utf8) }

    // MARK: Commands

    /// Runs the program on the host.
    func run(_ arguments: String...) throws -> Result { try run(arguments) }

    /// Runs the program on the host, as an argument of another command such as `strace`.
    func run(_ arguments: [String], through wrapper: [String] = []) throws -> Result {
        try run(command: wrapper + command(arguments))
    }

    /// Runs any command on the host, which may fail.
    func run(command: [String]) throws -> Result { try collect(exec(command)) }

    /// The program's command line with what every call here has in common.
    func command(_ arguments: [String]) -> [String] {
        [Self.program, "--root-prefix", root, "--no-syslog"]
            + (datapath == .openvswitch
                ? ["--ovsdb", "\(directory)/ovs/db.sock", "--datapath-type", datapathType] : [])
            + arguments
    }

    /// Runs a command on the host and gives its output.
    @discardableResult
    func host(_ command: String...) throws -> String { try host(command) }

    /// The same with the command as a list.
    func host(_ command: [String]) throws -> String { try checked(exec(command)) }

    /// Runs a shell script on the host, which may fail.
    func script(_ text: String) throws -> Result { try collect(exec(["/bin/sh", "-c", text])) }

    /// Runs a command at the other end of the host's cables.
    @discardableResult
    func neighbour(_ command: String...) throws -> String {
        try checked(["nsenter", "--net=\(namespace)-n"] + command)
    }

    /// Runs a command of the test bed, such as `dhcp-server`.
    @discardableResult
    func bed(_ arguments: [String]) throws -> String { try checked([Self.testbed] + arguments) }

    private static let testbed = "\(repository)/Scripts/testbed"

    /// A command as it is given to run on the host.
    func exec(_ command: [String]) -> [String] { entrance + command }

    private func checked(_ command: [String]) throws -> String {
        let result = try collect(command)
        guard result.status == 0 else { throw Failure(text: "\(command): \(result.status): \(result.errors)") }
        return result.output
    }

    /// Runs a command to its end. Its output takes the way through files, because a DHCP client may stay behind and keep
    /// a pipe open.
    private func collect(_ command: [String]) throws -> Result {
        let files = "\(directory)/output.\(UUID().uuidString)"
        defer { for end in [".1", ".2"] { try? FileManager.default.removeItem(atPath: files + end) } }
        let script = #"f=$1; shift; "$@" >"$f.1" 2>"$f.2"; echo $?"#
        let status = try shell(script, [files] + command)
        func text(_ end: String) -> String { (try? String(contentsOfFile: files + end, encoding: .utf8)) ?? "" }
        return Result(
            status: Int(status.filter { !$0.isNewline }) ?? -1, output: text(".1"), errors: text(".2"))
    }

    /// Runs a shell script of the test itself.
    func shell(_ script: String, _ arguments: [String]) throws -> String {
        try ChildProcess("/bin/sh", ["-c", script, "sh"] + arguments).run(timeLimit: .seconds(150)).standardOutput
    }
}
