import Foundation
import NetConfigSystem
import SystemPackage

/// A root directory with a minimal Debian (`Scripts/fresh-root`), in which packages are installed and run.
final class FreshRoot {
    let path = "/tmp/ifr-root.\(UUID().uuidString.prefix(6))"

    /// Makes one with what satisfies a package's `Depends`, and no more.
    init(dependencies: String) throws {
        try Self.onMachine(["\(TestBed.repository)/Scripts/fresh-root", path, dependencies])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs a command of the machine; what it printed on standard output.
    @discardableResult
    static func onMachine(_ command: [String], environment: [String] = []) throws -> String {
        try ChildProcess("/usr/bin/env", command, environment: environment).run(timeLimit: .seconds(240)).standardOutput
    }

    /// Runs a command in the root, in namespaces of its own, where the network has one card, `eth0`; what it printed on
    /// both outputs.
    @discardableResult
    func run(_ command: String...) throws -> String { try run(command) }

    /// The same with the command as a list.
    @discardableResult
    func run(_ command: [String]) throws -> String {
        let script = """
            ip link add eth0 address 52:54:00:00:00:10 type veth peer name p0
            mount -t proc proc "$1/proc"
            mount -t sysfs sysfs "$1/sys"
            exec chroot "$@" 2>&1
            """
        let namespaces = ["unshare", "--mount", "--net", "--pid", "--fork"]
        return try Self.onMachine(namespaces + ["sh", "-ec", script, "sh", path] + command)
    }

    func write(_ text: String, to file: String) throws {
        let url = URL(fileURLWithPath: path + file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: false, encoding: .utf8)
    }

    func makeDirectory(_ directory: String) throws {
        try FileManager.default.createDirectory(atPath: path + directory, withIntermediateDirectories: true)
    }

    /// Starts ovsdb-server there as its package does, runs a script, and stops it again; which bridges there are then. The
    /// database stays.
    @discardableResult
    func changeBridges(_ script: String) throws -> String {
        try run(
            "sh", "-ec",
            """
            control=/usr/share/openvswitch/scripts/ovs-ctl
            $control --no-ovs-vswitchd --no-monitor --system-id=test start >/dev/null 2>&1
            { \(script); } >/dev/null 2>&1
            ovs-vsctl --no-wait list-br
            $control --no-ovs-vswitchd stop >/dev/null 2>&1
            """)
    }

    func text(_ file: String) throws -> String { try String(contentsOfFile: path + file, encoding: .utf8) }

    /// Whether there is such a file, or a link that may lead nowhere.
    func exists(_ file: String) -> Bool { (try? FileManager.default.attributesOfItem(atPath: path + file)) != nil }

    /// A line for each file with its kind, mode, and what a link leads to; without logs and the package tools' own
    /// records.
    func files() throws -> Set<String> {
        let ours = ["/var/lib/dpkg", "/var/lib/rpm", "/var/log", "/tmp", "/proc", "/sys"]
        let skipped = ours.flatMap { ["-path", path + $0, "-o"] }.dropLast()
        let listed = try Self.onMachine(
            ["find", path, "-mindepth", "1", "("] + skipped + [")", "-prune", "-o", "-printf", "%P %y %m %l\\n"])
        return Set(listed.split(separator: "\n").map(String.init))
    }
}
