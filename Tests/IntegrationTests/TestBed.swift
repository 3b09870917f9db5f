import Foundation
import NetConfigCore
import SystemPackage

@testable import NetConfigSystem

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
    /// The process that holds the host's namespaces.
    private(set) var holder = ""
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
        holder = try String(contentsOfFile: "\(directory)/testbed/holder", encoding: .utf8).filter(\.isNumber)
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
    func run(command: [String], input: String? = nil) throws -> Result {
        try inHost { try Self.run(command, input: input) }
    }

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
    func host(_ command: [String], input: String? = nil) throws -> String {
        try checked(command) { try run(command: $0, input: input) }
    }

    /// Runs a shell script on the host, which may fail.
    func script(_ text: String) throws -> Result { try run(command: ["/bin/sh", "-c", text]) }

    /// Runs a command at the other end of the host's cables.
    @discardableResult
    func neighbour(_ command: String...) throws -> String { try checked(command, atNeighbour) }

    /// The same with a command that may fail.
    func atNeighbour(_ command: [String]) throws -> Result {
        try inNamespaces(["\(namespace)-n"]) { try Self.run(command) }
    }

    /// Runs a command of the test bed, such as `dhcp-server`.
    @discardableResult
    func bed(_ arguments: [String]) throws -> String { try checked([Self.testbed] + arguments) { try Self.run($0) } }

    private static let testbed = "\(repository)/Scripts/testbed"

    /// A command as other programs start it on the host.
    func exec(_ command: [String]) -> [String] {
        ["nsenter", "--target", holder, "--mount", "--net", "--wdns=\(Self.repository)"] + command
    }

    /// Does something on a thread that is on the host, as are the processes that it starts.
    func inHost<Value>(_ body: () throws -> Value) throws -> Value {
        try inNamespaces(["/proc/\(holder)/ns/net", "/proc/\(holder)/ns/mnt"], body)
    }

    private func checked(_ command: [String], _ run: ([String]) throws -> Result) throws -> String {
        let result = try run(command)
        guard result.status == 0 else { throw Failure(text: "\(command): \(result.status): \(result.errors)") }
        return result.output
    }

    /// Runs a command to its end, in the namespaces of this thread. To start a program takes 20 ms in a virtual machine: none
    /// runs beside it.
    private static func run(_ command: [String], input: String? = nil) throws -> Result {
        var child = ChildProcess(try path(of: command[0]), Array(command.dropFirst()), input: input)
        child.directory = repository
        var process = try child.start()
        guard try process.wait(until: .now + .seconds(150)) else {
            process.end()
            throw Failure(text: "\(command): still there after 150 seconds, and ended: \(process.messages)")
        }
        var status = 0
        do {
            _ = try process.output()
        } catch {
            switch error.cause {
            case .status(let number): status = Int(number)
            // As a shell has it.
            case .signal(let number): status = 128 + Int(number)
            default: throw error
            }
        }
        return Result(status: status, output: process.printed, errors: process.messages)
    }

    private static func path(of program: String) throws -> FilePath {
        let directories = program.contains("/") ? [""] : ["/usr/sbin/", "/usr/bin/"]
        guard let directory = directories.first(where: { unsafe access($0 + program, X_OK) == 0 }) else {
            throw Failure(text: "no program \(program)")
        }
        return FilePath(directory + program)
    }

    /// Runs a shell script of the test itself.
    func shell(_ script: String, _ arguments: [String]) throws -> String {
        try ChildProcess("/bin/sh", ["-c", script, "sh"] + arguments).run(timeLimit: .seconds(150)).standardOutput
    }
}
