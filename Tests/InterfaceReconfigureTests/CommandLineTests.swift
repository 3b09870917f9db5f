import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// The built program, without privileges: what it says about its command line.
@Suite("the command line")
struct CommandLineTests {
    @Test
    func `help and version are no errors`() throws {
        let help = try Program.run(["--help"])
        #expect(help.status == 0 && help.output.contains("--force") && help.output.contains("rewrite"))
        #expect(try Program.run(["-h"]).output == help.output)
        let version = try Program.run(["--version"])
        #expect(version.status == 0 && version.output.contains("."))
    }

    @Test(
        arguments: [
            ([], "missing action"),
            (["sideways"], "unknown action 'sideways'"),
            (["up"], "missing PIF"),
            (["up", "--force"], "force"),
            (["up", "--unknown"], "unknown"),
            (["up", "--session", "OpaqueRef:1"], "--session and --pif must be used together"),
            (["up", "--pif", "OpaqueRef:1"], "--session and --pif must be used together"),
            (["up", "--session", "a", "--pif", "b", "--pif-uuid", "c"], "cannot be combined"),
            (["up", "--force", "xenbr0", "--pif-uuid", "c"], "--force cannot be combined"),
            (["up", "--force", "xenbr0", "--session", "a", "--pif", "b"], "cannot be combined"),
            (["rewrite", "--pif-uuid", "c"], "rewrite takes no PIF"),
            (["rewrite", "--device", "eth0"], "--device cannot be used here"),
            (["up", "--force", "xenbr0", "--ip=192.0.2.1"], "--ip cannot be used here"),
            (["rewrite", "--force", "xenbr0"], "needs --device and --mode"),
            (["rewrite", "--force", "xenbr0", "--device=eth0", "--mode=maybe"], "unknown mode 'maybe'"),
            (["rewrite", "--force", "xenbr0", "--device=eth0", "--mode=static"], "needs --ip and --netmask"),
            (["rewrite", "--force", "a/b", "--device=eth0", "--mode=dhcp"], "cannot be the name of a bridge"),
            (["rewrite", "--force", "b", "--device=eth0", "--mode=dhcp", "--vlan=4095"], "1 to 4094"),
            (
                [
                    "rewrite", "--force", "b", "--device=eth0", "--mode=static", "--ip=192.0.2.1",
                    "--netmask=255.0.255.0",
                ],
                "invalid --netmask"
            ),
            (
                ["--force", "xenbr0", "up", "--dry-run", "--format=gif"],
                "unknown format 'gif': expected text, json, shell or dot"
            ),
            (["check", "--format=dot"], "unknown format 'dot': expected text or json"),
            (["show", "--format=shell"], "unknown format 'shell': expected text, json or dot"),
            (["show", "--force", "xenbr0"], "--force cannot be used here: show changes nothing"),
            (["check", "--why"], "--why can only be used with show"),
            (["check", "xenbr0"], "unexpected argument 'xenbr0'"),
            (["history", "first"], "'first' is no number of a run"),
            (["history", "0"], "'0' is no number of a run"),
            (["history", "--live"], "--live can only be used with show and check"),
            (["history", "--format=dot"], "unknown format 'dot': expected text or json"),
            (["history", "--dry-run"], "--dry-run cannot be used here: history changes nothing"),
            (["history", "--report=json"], "--report can only be used with up, down, rewrite, reset and undo"),
            (["show", "--report=json"], "--report can only be used with up, down, rewrite, reset and undo"),
            (["--force", "xenbr0", "up", "--report=xml"], "unknown format 'xml' of --report: expected json"),
            (
                ["--force", "xenbr0", "up", "--dry-run", "--report=json"],
                "--report cannot be combined with --dry-run: use --format=json"
            ),
            (["check", "--dry-run"], "--dry-run cannot be used here: check changes nothing"),
            (["check", "--force", "xenbr0"], "--force cannot be used here"),
            (
                ["--force", "xenbr0", "up", "--format=json"],
                "--format can only be used with --dry-run, show, check and history"
            ),
            (["--force", "xenbr0", "up", "--live"], "--live can only be used with show and check"),
            (["--force", "xenbr0", "up", "--datapath-type=fast"], "unknown datapath type"),
            (["--p", "x", "up"], "ambiguous"),
            (["rewrite", "--xapi-timeout", "0"], "invalid --xapi-timeout '0': expected 1 to 3600 seconds"),
            (
                ["--force", "xenbr0", "up", "--confirm", "0"],
                "invalid --confirm '0': expected 1 to 3600 seconds"
            ),
            (["--force", "xenbr0", "up", "--confirm=1m"], "invalid --confirm '1m': expected 1 to 3600 seconds"),
            (
                ["--force", "xenbr0", "up", "--check-gateway", "3601"],
                "invalid --check-gateway '3601': expected 1 to 3600 seconds"
            ),
            (["--force", "xenbr0", "down", "--confirm", "5"], "--confirm can only be used with up, reset and undo"),
            (
                ["--force", "xenbr0", "down", "--check-g", "5"],
                "--check-gateway can only be used with up, reset and undo"
            ),
            (["rewrite", "--confirm", "5"], "--confirm can only be used with up, reset and undo"),
            (["confirm", "--check-gateway", "5"], "--check-gateway can only be used with up, reset and undo"),
            (["--force", "b", "--force", "c", "up", "--confirm", "5"], "with one bridge only"),
            (["rewrite", "--force", "b", "--force", "c", "--device=eth0", "--mode=dhcp"], "one --force BRIDGE"),
            (["check", "--strict"], "--strict can only be used with up, down, reset and undo"),
            (["down", "--take"], "--take can only be used with up and reset"),
            (["rewrite", "--strict"], "--strict can only be used with up, down, reset and undo"),
            (["confirm", "--force", "xenbr0"], "confirm takes no PIF"),
            (["undo", "--force", "xenbr0"], "undo takes no PIF"),
            (["undo", "xenbr0"], "'xenbr0' is no number of a run"),
            (["undo", "--format=json"], "--format can only be used with --dry-run"),
            (["undo", "--ip=192.0.2.1"], "--ip cannot be used here"),
            (["reset"], "reset needs --device"), (["reset", "--device=eth0"], "reset needs --mode"),
            (["reset", "--device=eth0", "--mode=none"], "needs an address"),
            (["reset", "--device=eth0", "--mode=static"], "--mode=static needs --ip and --netmask"),
            (["reset", "--device=eth0", "--mode=dhcp", "--mac=x"], "--mac cannot be used here"),
            (["reset", "--device=eth0:5", "--mode=dhcp"], "for a VLAN use --device=eth0 --vlan=5"),
            (["reset", "--device=eth0", "--mode=dhcp", "--vlan=4095"], "invalid --vlan '4095'"),
            (["reset", "--device=eth0", "--mode=dhcp", "--master=host"], "invalid --master 'host'"),
            (["reset", "--device=eth0", "--ipv6=2001:db8::1/64,2001:db8::2/64"], "reset takes one --ipv6 address"),
            (["reset", "--pif-uuid=u", "--device=eth0", "--mode=dhcp"], "reset takes no PIF"),
            (["reset", "--force=xenbr0", "--device=eth0", "--mode=dhcp"], "reset takes no PIF and no bridge"),
            (["reset", "--device=eth0", "--mode=dhcp", "--master=224.0.0.1"], "invalid --master '224.0.0.1'"),
            (["reset", "--device=eth0", "--mode=dhcp", "--dns=0.0.0.0"], "invalid --dns '0.0.0.0'"),
            (["reset", "--device=eth0", "--ipv6=fe80::1/64"], "invalid --ipv6 'fe80::1': link-local"),
            (
                ["reset", "--device=eth0", "--ipv6=ff02::1/64"],
                "invalid --ipv6 'ff02::1': it is not the address of a host"
            ),
            (["reset", "--device=eth0", "--ipv6=::1/128"], "invalid --ipv6 '::1'"),
            (["reset", "--device=eth0", "--ipv6=2001:db8::1/0"], "invalid --ipv6 '2001:db8::1/0'"),
            (
                ["reset", "--device=eth0", "--ipv6=2001:db8::1/64", "--gateway-v6=2001:db8::1"],
                "invalid --ipv6-gateway '2001:db8::1': it is the address of this host"
            ),
            (
                ["reset", "--device=eth0", "--ipv6=2001:db8::1/64", "--gateway-v6=2001:db8:1::1"],
                "invalid --ipv6-gateway '2001:db8:1::1': it is not in 2001:db8::/64"
            ),
            (["up", "--master=192.0.2.1", "--force", "b"], "--master can only be used with reset"),
            (["up", "--despite-toolstack", "--force", "b"], "--despite-toolstack can only be used with reset"),
            (["confirm", "--pif-uuid", "u"], "confirm takes no PIF"),
            (["confirm", "--management"], "confirm takes no PIF"),
            (["confirm", "--dry-run"], "--dry-run cannot be combined with confirm"),
            (["confirm", "--ip", "192.0.2.1"], "--ip cannot be used here"),
            (["--c", "5", "--force", "xenbr0", "up"], "ambiguous"),
            (
                ["up", "--pif-uuid", "u", "--xapi-timeout=soon"],
                "invalid --xapi-timeout 'soon': expected 1 to 3600 seconds"
            ),
        ] as [([String], String)])
    func `wrong usage is exit 2 with a hint`(_ arguments: [String], _ message: String) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 2)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.contains("For help use --help."))
        #expect(result.output.isEmpty)
    }

    private static func reset(_ address: String, _ netmask: String, _ gateway: String = "") -> [String] {
        [
            "reset", "--root-prefix=.", "--device=eth0", "--mode=static", "--ip=\(address)", "--netmask=\(netmask)",
            "--gateway=\(gateway)",
        ]
    }

    @Test(arguments: [
        ("192.0.2.0", "255.255.255.0", "", "--ip '192.0.2.0': it is the address of the network 192.0.2.0/24"),
        ("192.0.2.255", "255.255.255.0", "", "--ip '192.0.2.255': it is the broadcast address of 192.0.2.0/24"),
        ("192.0.2.3", "255.255.255.252", "", "--ip '192.0.2.3': it is the broadcast address"),
        ("169.254.1.2", "255.255.0.0", "", "--ip '169.254.1.2': link-local"),
        ("224.0.0.5", "255.255.255.0", "", "--ip '224.0.0.5': it is not the address of a host"),
        ("255.255.255.255", "255.255.255.255", "", "--ip '255.255.255.255': it is not the address of a host"),
        ("127.0.0.2", "255.0.0.0", "", "--ip '127.0.0.2': it is not the address of a host"),
        ("0.0.0.0", "255.255.255.0", "", "--ip '0.0.0.0': it is not the address of a host"),
        ("192.0.2.9", "0.0.0.0", "", "--netmask '0.0.0.0'"),
        ("192.0.2.9", "255.0.255.0", "", "--netmask '255.0.255.0'"),
        ("192.0.2.9", "0.0.0.255", "", "--netmask '0.0.0.255'"),
        ("192.0.2.9", "255.255.255.0", "192.0.2.9", "--gateway '192.0.2.9': it is the address of this host"),
        ("192.0.2.9", "255.255.255.0", "192.0.3.1", "--gateway '192.0.3.1': it is not in 192.0.2.0/24"),
        ("192.0.2.9", "255.255.255.0", "192.0.2.0", "--gateway '192.0.2.0': it is the address of the network"),
        ("192.0.2.9", "255.255.255.0", "192.0.2.255", "--gateway '192.0.2.255': it is the broadcast address"),
        ("192.0.2.9", "255.255.255.0", "127.0.0.1", "--gateway '127.0.0.1': it is not the address of a host"),
        ("192.0.2.9", "255.255.255.255", "192.0.2.1", "--gateway '192.0.2.1': it is not in 192.0.2.9/32"),
    ])
    func `reset refuses addresses that no host can have`(
        _ address: String, _ netmask: String, _ gateway: String, _ message: String
    ) throws {
        let arguments = Self.reset(address, netmask, gateway)
        let result = try Program.run(arguments)
        #expect(result.status == 2 && result.errors.contains("invalid \(message)"), "\(result.errors)")
        let own = try Program.run(arguments + ["--master=\(address)"])
        #expect(own.status == 2)
    }

    @Test(arguments: [
        reset("192.0.2.2", "255.255.255.254", "192.0.2.3"), reset("192.0.2.3", "255.255.255.254", "192.0.2.2"),
        reset("192.0.2.0", "255.255.255.255"), reset("192.0.2.255", "255.255.254.0", "192.0.3.0"),
        reset("192.0.2.9", "255.255.255.0", "192.0.2.1") + ["--dns=127.0.0.1,2001:db8::53"],
        ["reset", "--root-prefix=.", "--device=eth0", "--ipv6=2001:db8::/64", "--gateway-v6=fe80::1"],
    ])
    func `reset takes all others, also where a network is too small to have ends`(_ arguments: [String]) throws {
        // It then fails for want of a host.
        #expect(try Program.run(arguments).status == 1)
    }

    @Test func `the master of a pool is another host`() throws {
        let result = try Program.run(Self.reset("192.0.2.9", "255.255.255.0") + ["--master=192.0.2.9"])
        #expect(
            result.status == 2 && result.errors.contains("invalid --master '192.0.2.9': it is the address of this host")
        )
    }

    @Test(arguments: [
        ["--root-prefix", ".", "--no-syslog", "--force", "xenbr0", "up"],
        ["up", "--force-interface=xenbr0", "--root-prefix=.", "--no-syslog"],
        ["--root=.", "--no-s", "up", "--forc", "xenbr0"],
        ["--management", "--force-i", "xenbr0", "--root-p=.", "up", "--no-syslog"],
    ])
    func `options may stand before and after the action, with blank or equals sign, whole or shortened`(
        _ arguments: [String]
    ) throws {
        // All of these are understood, and then fail for want of a host.
        let result = try Program.run(arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains("/etc/xensource/network.conf"), "\(result.errors)")
    }

    @Test
    func `an error goes to standard error also when the log does not`() throws {
        let result = try Program.run(["--root-prefix", ".", "--force", "xenbr0", "up"])
        #expect(result.status == 1 && result.errors.contains("network.conf"))
        #expect(result.errors.split(separator: "\n").count == 1, "the log itself goes to syslog: \(result.errors)")
    }

    @Test(arguments: [
        ["--session", "OpaqueRef:secret", "--pif", "OpaqueRef:p", "up", "--no-syslog"],
        ["--session=OpaqueRef:secret", "--pif=OpaqueRef:p", "up", "--no-syslog"],
        ["--sess", "OpaqueRef:secret", "--pif", "OpaqueRef:p", "down", "--no-syslog"],
    ])
    func `a session reference is shown nowhere`(_ arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 1)
        #expect(!result.errors.contains("secret") && !result.output.contains("secret"))
        #expect(result.errors.contains("Called as"))
    }

    @Test(arguments: [
        ["up", "--session", "OpaqueRef:secret"],
        ["up", "--session=OpaqueRef:secret", "--pif", "p", "--pif-uuid", "u"],
        ["up", "--session", "OpaqueRef:secret", "--pif", "p", "--unknown"],
        ["up", "--session", "OpaqueRef:secret", "--pif", "p", "down"],
        ["up", "--sessions=OpaqueRef:secret", "--pif", "p"],
    ])
    func `a session reference is not shown by a usage error either`(_ arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 2)
        #expect(!result.errors.contains("secret") && !result.output.contains("secret"), "\(result.errors)")
    }

    @Test(arguments: [["rewrite"], ["up", "--pif-uuid", "u"], ["--session", "s3cret", "--pif", "p", "down"]])
    func `what needs live data and finds no XAPI says where it looked, with exit 1`(_ arguments: [String]) throws {
        let directory = try HostDirectory()
        let result = try Program.run(arguments + ["--no-syslog", "--root-prefix", directory.path])
        #expect(result.status == 1)
        #expect(result.errors.contains("\(directory.path)/var/lib/xcp/xapi: no such file"), "\(result.errors)")
        #expect(!result.errors.contains("s3cret"))
    }

    @Test
    func `wrong usage touches nothing, and neither does help: no file is made`() throws {
        let directory = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for arguments in [["up"], ["up", "--force", "b", "--ip=1"], ["--help"], ["--version"]] {
            _ = try Program.run(["--root-prefix", directory] + arguments)
            #expect(try FileManager.default.subpathsOfDirectory(atPath: directory) == [], "\(arguments)")
        }
    }

    @Test(arguments: ["--help", "--version"])
    func `a reader that goes away is no error`(_ option: String) throws {
        // The reader is gone before the program starts.
        let script = #"{ sleep 0.2; "$1" "$2"; echo "status $?" >&2; } | true"#
        let result = try ChildProcess("/bin/sh", ["-c", script, "sh", Program.path, option]).run(
            timeLimit: .seconds(20))
        #expect(result.standardError == "status 0\n")
    }
}
