import Foundation
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Two network namespaces with a cable between them: `va` is the server's end, `vb` the client's.
///
/// The test's thread enters private network, mount and host name namespaces for the time of the body: `dhclient-script`
/// writes `/etc/resolv.conf` and may set the host name, and both are then a copy's.
final class DHCPBed {
    let directory: String
    let device: DeviceName
    private var server: pid_t?

    var root: RootPrefix { RootPrefix(FilePath(directory + "/root")) }
    var dhclient: Dhclient { Dhclient(below: root) }
    var files: ConfigurationFiles { ConfigurationFiles(below: root) }

    /// Process ids of the clients in the namespace.
    var processes: [pid_t] { DhclientProcess.all().map(\.process.pid) }

    /// Runs a body in fresh namespaces; whatever still runs in them afterwards is ended.
    static func run(_ body: (DHCPBed) throws -> Void) throws {
        try inNamespaces {
            let bed = try DHCPBed()
            defer { bed.clear() }
            try body(bed)
        }
    }

    private init() throws {
        device = try #require(DeviceName("vb"))
        // Everything that is written lies on file systems in memory that go with the mount namespace.
        directory = "/run/bed"
        try output("mount", "--make-rprivate", "/")
        try output("mount", "-t", "tmpfs", "tmpfs", "/run")
        for name in ["etc", "work", "root/var/run", "root/var/lib/xcp"] {
            try FileManager.default.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        try output(
            "mount", "-t", "overlay", "overlay", "-o",
            "lowerdir=/etc,upperdir=\(directory)/etc,workdir=\(directory)/work", "/etc")
        try "nameserver 203.0.113.1\n".write(toFile: "/etc/resolv.conf", atomically: false, encoding: .utf8)
        try output("ip", "netns", "add", "server")
        try output("ip", "link", "add", "name", "vb", "type", "veth", "peer", "name", "va", "netns", "server")
        try output("ip", "-n", "server", "address", "add", "192.0.2.1/24", "dev", "va")
        try output("ip", "-n", "server", "address", "add", "2001:db8::1/64", "dev", "va", "nodad")
        try output("ip", "-n", "server", "link", "set", "va", "up")
        try output("ip", "link", "set", "lo", "up")
        try output("ip", "link", "set", "vb", "up")
    }

    private func clear() {
        for pid in processes + (server.map { [$0] } ?? []) { kill(pid, SIGKILL) }
    }

    func startServer() throws {
        let pidFile = "\(directory)/dnsmasq.pid"
        try output(
            "ip", "netns", "exec", "server", "dnsmasq", "--conf-file=/dev/null", "--port=0", "--interface=va",
            "--bind-interfaces", "--no-ping", "--no-hosts", "--no-resolv", "--log-dhcp", "--user=root",
            "--log-facility=\(directory)/dnsmasq.log", "--pid-file=\(pidFile)",
            "--dhcp-leasefile=\(directory)/dnsmasq.leases",
            "--dhcp-range=192.0.2.100,192.0.2.199,2m", "--dhcp-option=option:router,192.0.2.1",
            "--dhcp-option=option:dns-server,192.0.2.53", "--dhcp-authoritative",
            "--dhcp-range=2001:db8::100,2001:db8::1ff,64,2m")
        server = pid_t(try String(contentsOfFile: pidFile, encoding: .utf8).dropLast())
    }

    func serverLog() throws -> String { try String(contentsOfFile: "\(directory)/dnsmasq.log", encoding: .utf8) }

    func client(requesting options: String, timeout: Int = 15) -> DHCPClient {
        DHCPClient(
            device: device, family: .v4,
            configuration: "timeout \(timeout);\nretry 1;\ninitial-interval 1;\nrequest \(options);\n",
            environment: ["GATEWAYDEV=vb", "PEERDNS=no"])
    }

    func start(_ client: DHCPClient, patience: Int) throws {
        try dhclient.start(client, patience: patience) { _, family in !self.addresses(family).isEmpty }
    }

    /// Global addresses of the client's device.
    func addresses(_ family: IPAddress.Family, of device: String = "vb") -> [String] {
        let text = try? output(
            "ip", family == .v4 ? "-4" : "-6", "-o", "address", "show", "dev", device, "scope", "global")
        return (text ?? "").split(separator: "\n").compactMap { line in
            line.split(separator: " ").dropFirst(3).first.map(String.init)
        }
    }

    func waits(seconds: Int, for condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            guard .now < deadline else { return false }
            usleep(50_000)
        }
        return true
    }

    @discardableResult
    func output(_ program: String, _ arguments: String...) throws -> String { try output(program, arguments) }

    @discardableResult
    func output(_ program: String, _ arguments: [String]) throws -> String {
        let path = try #require(
            RootPrefix().program(["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"].map { $0 + program }))
        return try ChildProcess(path, arguments).run(timeLimit: .seconds(20)).standardOutput
    }
}

/// Runs a body on this thread in new namespaces, and comes back from them.
private func inNamespaces(_ body: () throws -> Void) throws {
    let before = ["net", "uts", "mnt"].map { unsafe open("/proc/thread-self/ns/\($0)", O_RDONLY | O_CLOEXEC) }
    let result = unsafe namespaceCall("unshare").one(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS)
    try #require(before.allSatisfy { $0 >= 0 } && result == 0)
    defer {
        for descriptor in before {
            _ = unsafe namespaceCall("setns").two(descriptor, 0)
            close(descriptor)
        }
    }
    try body()
}

private let (CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWNET): (CInt, CInt, CInt) = (0x2_0000, 0x400_0000, 0x4000_0000)

/// glibc declares `unshare` and `setns` only to those who define `_GNU_SOURCE`, which Swift's module of it does not.
@unsafe
private func namespaceCall(
    _ name: String
) -> (one: @convention(c) (CInt) -> CInt, two: @convention(c) (CInt, CInt) -> CInt) {
    let symbol = unsafe dlsym(nil, name)
    return unsafe (
        unsafeBitCast(symbol, to: (@convention(c) (CInt) -> CInt).self),
        unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
    )
}
