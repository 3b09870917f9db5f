import Foundation
import NetConfigCore
import Testing

/// Values that an attacker sends, on a real host: nothing is run, nothing is written elsewhere, and the host can
/// still be configured.
@Suite("hostile values on a host", .serialized, .needsTestBed)
struct HostileHostTests {
    /// Names that the kernel takes, and a shell or the DHCP client's grammar would take for something else.
    private static let names = ["$(>pwned)", "`>pwned`", ";>pwned;#", "\"{};>pwned", "a'b\"c", "-rf"]

    private func expectNothingElse(_ bed: TestBed, _ what: String) throws {
        let directories: Set = [
            "etc", "etc/sysconfig", "etc/sysconfig/network-scripts", "etc/xensource", "run",
            "run/interface-reconfigure",
            "run/interface-reconfigure/lock", "var", "var/lib", "var/lib/dhclient", "var/lib/interface-reconfigure",
            "var/lib/interface-reconfigure/history", "var/lib/xcp", "var/run",
            "var/xapi",
        ]
        for path in try FileManager.default.subpathsOfDirectory(atPath: bed.root) {
            let isDirectory = (try? FileManager.default.contentsOfDirectory(atPath: "\(bed.root)/\(path)")) != nil
            #expect(!isDirectory || directories.contains(path), "\(what): \(path)")
            #expect(!path.hasSuffix("/pwned") && path != "pwned", "\(what): \(path)")
        }
        #expect(!FileManager.default.fileExists(atPath: TestBed.repository + "/pwned"), "\(what)")
    }

    @Test(
        arguments: names + ["*"],
        [Datapath.bridge, .openvswitch])
    func `a bridge whose name is a command comes up, and its files can be sourced`(_ name: String, _ datapath: Datapath)
        throws
    {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        let escaped = name.replacing("&", with: "&amp;").replacing(">", with: "&gt;")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing(">xenbr0<", with: ">\(escaped)<") }
        let up = try bed.run("--force=\(name)", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.device(name).addresses == ["192.0.2.10/24"])
        #expect(try bed.run("--force=\(name)", "up").errors.contains("nothing to do"))
        for shell in ["sh", "bash"] {
            let sourced = try bed.host([
                shell, "-c",
                #"cd "$1"; for f in ./* ../network; do . "$f" 2>/dev/null; done; . "./ifcfg-$2"; echo "$DEVICE""#,
                shell, "\(bed.root)/etc/sysconfig/network-scripts", name,
            ])
            #expect(sourced == "\(name)\n")
        }
        #expect(try bed.run("--force=\(name)", "down").status == 0)
        #expect(try bed.devices()[name] == nil)
        try expectNothingElse(bed, name)
    }

    @Test(arguments: names)
    func `the DHCP client of a device whose name is a command runs no command`(_ name: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        let escaped = name.replacing("&", with: "&amp;").replacing(">", with: "&gt;")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing(">xenbr0<", with: ">\(escaped)<") }
        // It can have no device that looks like an option.
        guard !name.hasPrefix("-") else {
            return try bed.takesBack(
                ["--force=\(name)", "up", "--strict"], saying: ["cannot run a DHCP client on -rf"])
        }
        let up = try bed.run("--force=\(name)", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.device(name).addresses.count == 1)
        #expect(try bed.run("--force=\(name)", "down").status == 0)
        #expect(try bed.dhcpClient() == nil)
        try expectNothingElse(bed, name)
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `live data with hostile values in any field does no more than fail`(_ datapath: Datapath) throws {
        let cache = "plan/_topologies/physical.dbcache"
        let bed = try TestBed(datapath, cache: cache)
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        let xapi = try XAPIServer(bed, cache: cache)
        let values = [
            "$(>pwned)", "../../../pwned", "\n>pwned\n", "\"{};\u{E9}\u{202E}",
            String(repeating: "x", count: 10_000_000),
        ]
        let fields: [(kind: String, reference: String, good: [String: XAPIServer.Value])] = [
            (
                "PIF", "pif-eth0",
                [
                    "device": "eth0", "network": "network-eth0", "MAC": "52:54:00:00:00:10", "VLAN": "-1",
                    "ip_configuration_mode": "Static", "IP": "192.0.2.10", "DNS": "", "uuid": "uuid-eth0",
                ]
            ),
            ("network", "network-eth0", ["bridge": "xenbr0", "MTU": "1500", "uuid": "net-eth0"]),
        ]
        let maps = [
            ("PIF", "pif-eth0", ["domain", "static-routes", "mtu", "ethtool-speed", "bond-mode"]),
            ("network", "network-eth0", ["static-routes", "vswitch-controller-fail-mode"]),
            ("pool", "OpaqueRef:pool", ["vswitch-controller-fail-mode"]),
        ]
        let good = try bed.run("--session", XAPIServer.session, "--pif", "pif-eth0", "up")
        try #require(good.status == 0, "\(good.errors)")
        for value in values {
            func send(
                _ kind: String, _ reference: String, _ field: String, _ hostile: XAPIServer.Value,
                _ good: XAPIServer.Value
            ) throws {
                try xapi.set(kind, reference, [field: hostile])
                let result = try bed.run("--session", XAPIServer.session, "--pif", "pif-eth0", "up")
                let what = "\(kind) \(field) \(value.prefix(20)): \(result.status): \(result.errors.prefix(500))"
                #expect([0, 1].contains(result.status) && result.errors.utf8.count < 400_000, "\(what)")
                try expectNothingElse(bed, what)
                try xapi.set(kind, reference, [field: good])
            }
            for (kind, reference, good) in fields {
                for (field, good) in good { try send(kind, reference, field, .text(value), good) }
            }
            for (kind, reference, keys) in maps {
                for key in keys { try send(kind, reference, "other_config", .map([key: value]), [:]) }
            }
        }
        let again = try bed.run("--session", XAPIServer.session, "--pif", "pif-eth0", "up")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }
}
