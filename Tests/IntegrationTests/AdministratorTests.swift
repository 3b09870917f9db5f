import Foundation
import NetConfigCore
import Testing

/// What an administrator looks at: `show` and `check` on a host.
@Suite("an administrator", .serialized, .needsTestBed)
struct AdministratorTests {
    private static let allIsWell = "all attached networks are as configured\n"

    /// Runs what only looks, and expects that it left no trace.
    private func look(_ bed: TestBed, _ arguments: String...) throws -> TestBed.Result {
        let before = try bed.snapshot()
        let result = try bed.run(arguments)
        #expect(result.status == 0, "\(result.errors)")
        try bed.expectUntouched(since: before)
        return result
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `sees what was brought up as configured`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        #expect(try look(bed, "show").output.hasSuffix("the management network is not attached\n"))
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let text = try look(bed, "show").output
        #expect(text.hasSuffix(Self.allIsWell), "\(text)")
        #expect(text.contains("    address           192.0.2.10/24                192.0.2.10/24\n"), "\(text)")
        #expect(text.contains("  xenbr1 ") && text.contains("not attached\n"))
        let why = try look(bed, "show", "--why", "xenbr0").output
        #expect(why.contains("from MTU of network xenbr0") && why.contains("from default"), "\(why)")
        #expect(!why.contains("xenbr1"))
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `sees what another program changed behind the records`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host("ip", "address", "add", "192.0.2.99/24", "dev", "xenbr0")
        try bed.host("ip", "route", "del", "default")
        try bed.host("ip", "link", "set", "eth0", "mtu", "1400")
        let text = try look(bed, "show").output
        #expect(
            text.contains("!   address           192.0.2.10/24                192.0.2.10/24, 192.0.2.99/24"), "\(text)")
        #expect(text.contains("!   gateway           192.0.2.1                    none\n"))
        #expect(text.contains("!     MTU             1500                         1400\n"))
        let json = try look(bed, "show", "--format=json").output
        #expect(json.contains("\"drift\": true"))
        #expect(try look(bed, "show", "--format=dot").output.hasPrefix("digraph"))
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try look(bed, "show").output.hasSuffix(Self.allIsWell))
    }

    @Test
    func `sees a VLAN on Open vSwitch that was put somewhere else`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        #expect(try look(bed, "show", "xapi5").output.hasSuffix(Self.allIsWell))
        _ = try bed.vsctl("set", "port", "xapi5", "tag=6")
        let text = try look(bed, "show").output
        #expect(text.contains("!     tag             5 on eth0                    6 on eth0\n"), "\(text)")
    }

    @Test
    func `sees the rest where Open vSwitch does not run`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.bed(["ovsdb-stop", bed.directory])
        let result = try bed.run("show", "--why")
        #expect(result.status == 0)
        #expect(result.output.contains("note: cannot query Open vSwitch: cannot connect to"), "\(result.output)")
        #expect(result.output.contains("address           192.0.2.10/24                192.0.2.10/24"))
        #expect(result.output.contains("unknown"))
        #expect(result.output.hasSuffix("no differences found; some settings could not be read\n"))
    }

    @Test
    func `is told the names where one is wrong`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        let result = try bed.run("show", "xenbr9")
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("has the bridge 'xenbr9'; known names: xenbr0, xenbr1"), "\(result.errors)")
    }

    @Test
    func `sees live data, and what is wrong with it`() throws {
        let cache = "plan/_topologies/two-cards.dbcache"
        let bed = try TestBed(.bridge, cache: cache)
        try FileManager.default.removeItem(atPath: bed.root + "/var/xapi/network.dbcache")
        let xapi = try XAPIServer(bed, cache: cache)
        #expect(try bed.run("show").status == 1, "there is no cache")
        #expect(try bed.run("check").output.contains("error: cannot read"))
        #expect(try bed.run("--session", XAPIServer.session, "--pif", "pif-eth0", "up").status == 0)
        try xapi.attach("pif-eth0")
        let text = try look(bed, "show", "--live").output
        #expect(text.hasPrefix("Records: XAPI. Datapath: Linux bridge.\n") && text.hasSuffix(Self.allIsWell), "\(text)")
        let check = try look(bed, "check", "--live").output
        #expect(check == "XAPI: no errors in 2 PIFs, 2 networks\n")
    }

    @Test(arguments: ["show", "check", "up --dry-run --force xenbr0"])
    func `may stop reading early`(_ command: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        let words = bed.command(command.split(separator: " ").map(String.init)).joined(separator: " ")
        let result = try bed.script("{ sleep 0.2; \(words); echo \"status $?\" >&2; } | true")
        #expect(result.errors.hasSuffix("status 0\n"), "\(result.errors)")
    }

    @Test
    func `sees on a terminal what is waited for, and how long already`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        // A terminal of its own, an interrupt from the keyboard in the third second, and all that was shown.
        let script = """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0:
                os.environ["TERM"] = "xterm"
                os.execv(sys.argv[1], sys.argv[1:])
            shown, typed = b"", False
            try:
                while data := os.read(terminal, 4096):
                    shown += data
                    if not typed and b"waiting 3 s" in shown:
                        typed = os.write(terminal, b"\\x03")
            except OSError:
                pass
            sys.stdout.write(repr(shown.decode()))
            """
        let words = bed.command(["--force", "xenbr0", "up"])
        let shown = try bed.host(["/usr/bin/python3", "-c", script] + words)
        for second in 1...3 {
            #expect(shown.contains(#"\r\x1b[Kwaiting \#(second) s of 60 s for a DHCP lease on xenbr0"#), "\(shown)")
        }
        #expect(shown.contains(#"\r\x1b[Kfailed: start DHCP client"#) && shown.contains("interrupted by SIGINT"))
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `reads in the log what was done, to what, why, and how long each took`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.host("ip", "link", "set", "eth0", "mtu", "1400")
        let plan = try bed.run("--force", "xenbr0", "up", "--dry-run").output
        let log = bed.lines(try bed.run("--force", "xenbr0", "up").errors)
        #expect(log[0].hasPrefix("Called as ") && log[0].hasSuffix(" --force xenbr0 up"))
        #expect(log[1] == "read 1 PIFs from \(bed.root)/var/xapi/network.dbcache")
        #expect(log[2] == "up PIF eth0 (xenbr0)")
        let steps = bed.lines(plan).filter { $0.contains("  # ") }.map { $0.components(separatedBy: "  # ") }
        #expect(log[3] == "\(steps.count) steps; no bridge loses traffic")
        #expect(log.count == steps.count + 5, "\(log.joined(separator: "\n"))")
        for (line, step) in zip(log.dropFirst(4), steps) {
            // The rows of Open vSwitch and the lines of files come last.
            let action = step[0].replacing(", in one transaction:", with: "")
            let reason = step[1].replacing(" (may fail)", with: "")
            #expect(line.hasPrefix("\(action): \(reason)"), "\(line)")
            #expect(line.contains(#/ \(\d+\.\d ms\)$/#), "\(line)")
        }
        #expect(log.contains { $0.hasPrefix("set eth0 mtu 1500 (was 1400): MTU of network xenbr0 (") })
        #expect(log.last?.hasPrefix("up xenbr0 done in ") == true)
    }

    @Test
    func `watches a run with --verbose, although the log goes to syslog`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let words = bed.command(["--force", "xenbr0", "up", "-v"]).filter { $0 != "--no-syslog" }
        let result = try bed.script(words.joined(separator: " "))
        #expect(result.status == 0)
        let lines = bed.lines(result.errors)
        #expect(lines.contains { $0.hasPrefix("found eth0: down, mtu 1500") }, "\(result.errors)")
        #expect(lines.contains("plan:     undo: delete link xenbr0"))
        #expect(lines.contains { $0.hasPrefix("set eth0 up: uplink of PIF eth0 (") })
        let quiet = try bed.script(words.filter { $0 != "-v" }.joined(separator: " "))
        #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
    }
}
