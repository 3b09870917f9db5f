import Foundation
import NetConfigCore
import NetConfigSystem
import NetConfigTestSupport
import SystemPackage
import Testing

/// `reset`: the management network comes up at once, and XAPI finds what it needs to take it over.
@Suite("a reset of the management network", .serialized, .needsTestBed)
struct ResetTests {
    /// A host of today whose management network is one of the sample's.
    private func bed(_ datapath: Datapath, managing bridge: String? = nil, others: [String] = []) throws -> TestBed {
        let bed = try TestBed(
            datapath, cache: "cache/movement.xml", nics: (0..<3).map { "52:54:00:00:00:1\($0)" })
        try bed.addNeighbour("192.0.2.1/24")
        for other in others { try #require(bed.run("--force", other, "up").status == 0) }
        if let bridge { try #require(bed.run("--management", "--force", bridge, "up").status == 0) }
        try bed.makeHostOfToday()
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `brings up the network, writes what XAPI reads, and has nothing to do the next time`(_ datapath: Datapath)
        throws
    {
        let bed = try bed(datapath)
        let command = TestBed.reset("eth0", address: "192.0.2.10", "--dns=192.0.2.53,192.0.2.54", "--master=192.0.2.98")
        let first = try bed.run(command)
        #expect(first.status == 0, "\(first.errors)")
        #expect(
            first.output.contains("the management network is xenbr0 on eth0")
                && first.output.contains("xe-toolstack-restart"))
        #expect(first.output.contains("--force xapi0 --take up"), "\(first.output)")
        try bed.expectAnswer(of: "192.0.2.10")
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(
            bed.text("/etc/firstboot.d/data/management.conf")
                == "LABEL='eth0'\nMODE='static'\nIP='192.0.2.10'\nNETMASK='255.255.255.0'\nGATEWAY='192.0.2.1'\n"
                + "DNS='192.0.2.53,192.0.2.54'\n")
        #expect(
            bed.text("/var/tmp/network-reset")
                == "DEVICE=eth0\nMODE=static\nIP=192.0.2.10\nNETMASK=255.255.255.0\nGATEWAY=192.0.2.1\n"
                + "DNS=192.0.2.53,192.0.2.54\n")
        #expect(
            bed.text("/etc/xensource-inventory")
                == TestBed.inventory.replacing("'xapi0'", with: "'xenbr0'").replacing("'xapi0 xenbr2'", with: "''"))
        #expect(bed.text("/etc/xensource/pool.conf") == "slave:192.0.2.98")
        #expect(bed.text("/var/lib/xcp/networkd.db") == nil)
        #expect(bed.text("/var/lib/xcp/networkd.db.before-reset") == TestBed.networkdDatabase)
        #expect(bed.text("/var/xapi/network.dbcache") == nil)
        let before = try bed.snapshot()
        let second = try bed.run(command)
        #expect(second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)")
        try bed.expectUntouched(since: before)
        // What was moved aside stays, whatever comes after it.
        try bed.write("{}", to: "/var/lib/xcp/networkd.db")
        #expect(try bed.run(command).status == 0)
        #expect(bed.text("/var/lib/xcp/networkd.db.before-reset") == TestBed.networkdDatabase)
        #expect(bed.text("/var/lib/xcp/networkd.db.before-reset.2") == "{}")
        #expect(try bed.run("show").output.contains("as configured"))
    }

    @Test func `each kind of address is written as XAPI and networkd read it`() throws {
        let bed = try bed(.bridge)
        for (arguments, configuration, reset) in [
            (["--mode=dhcp"], "MODE='dhcp'\n", "MODE=dhcp\n"),
            (["--mode=dhcp", "--dns=192.0.2.53"], "MODE='dhcp'\n", "MODE=dhcp\n"),
            (
                ["--mode=dhcp", "--mode-v6=autoconf"], "MODE='dhcp'\nMODEV6='autoconf'\n",
                "MODE=dhcp\nMODE_V6=autoconf\n"
            ),
            (
                ["--mode-v6=static", "--ipv6=2001:db8::10/64", "--gateway-v6=2001:db8::1", "--dns=2001:db8::53"],
                "MODEV6='static'\nIPv6='2001:db8::10/64'\nIPv6_GATEWAY='2001:db8::1'\nDNS='2001:db8::53'\n",
                "MODE_V6=static\nIPV6=2001:db8::10/64\nGATEWAY_V6=2001:db8::1\nDNS=2001:db8::53\n"
            ),
            (
                ["--mode=none", "--ipv6-mode=dhcp", "--vlan=5"], "MODEV6='dhcp'\nVLAN='5'\n",
                "MODE_V6=dhcp\nVLAN=5\n"
            ),
        ] {
            let run = try bed.run(["reset", "--device=eth0", "--dry-run", "--format=json"] + arguments)
            #expect(run.status == 0, "\(run.errors)")
            let plan = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            let steps = try #require(plan["steps"] as? [[String: Any]])
            func written(_ file: String) -> String? {
                (steps.first { $0["file"] as? String == file }?["to"] as? [String: Any])?["text"] as? String
            }
            #expect(written("/etc/firstboot.d/data/management.conf") == "LABEL='eth0'\n" + configuration)
            #expect(written("/var/tmp/network-reset") == "DEVICE=eth0\n" + reset)
        }
    }

    @Test func `without the program that names cards the inventory names no bridge`() throws {
        let bed = try bed(.bridge)
        try FileManager.default.removeItem(atPath: bed.root + "/etc/sysconfig/network-scripts/interface-rename.py")
        #expect(try bed.run(TestBed.reset()).status == 0)
        #expect(bed.text("/etc/xensource-inventory")?.contains("\nMANAGEMENT_INTERFACE=''\n") == true)
    }

    @Test(arguments: Datapath.allCases)
    func `without networkd the cache says what it says, and the old one is kept`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        try FileManager.default.removeItem(atPath: bed.root + "/usr/sbin/xcp-networkd")
        try FileManager.default.removeItem(atPath: bed.root + "/var/lib/xcp/networkd.db")
        try bed.use(cache: "cache/movement.xml")
        let old = bed.text("/var/xapi/network.dbcache")
        let run = try bed.run(TestBed.reset())
        #expect(run.status == 0 && run.output.contains("network.dbcache.before-reset"), "\(run.errors)\(run.output)")
        let rewritten = bed.text("/var/xapi/network.dbcache")
        #expect(bed.text("/var/xapi/network.dbcache.before-reset") == old)
        let rewrite = TestBed.reset().dropFirst()
        #expect(try bed.run(["--force", "xenbr0", "rewrite", "--mac=x"] + rewrite).status == 0)
        #expect(bed.text("/var/xapi/network.dbcache") == rewritten && rewritten != old)
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
        // A second one keeps what the first has kept, and what no reader can read as well.
        try bed.write("<broken", to: "/var/xapi/network.dbcache")
        #expect(try bed.run(TestBed.reset("eth1", address: "192.0.2.11")).status == 0)
        #expect(bed.text("/var/xapi/network.dbcache.before-reset") == old)
        #expect(bed.text("/var/xapi/network.dbcache.before-reset.2") == "<broken")
    }

    @Test(arguments: Datapath.allCases)
    func `takes address and default route from where they were, on another card and a second time`(_ datapath: Datapath)
        throws
    {
        let bed = try bed(datapath)
        try bed.write(
            TestBed.networkdDatabase.replacing("xapi0", with: "xenbr0").replacing("192.0.2.20", with: "192.0.2.10")
                .replacing(
                    #"{"bond0": {"interfaces": ["eth0", "eth1"]}}"#, with: #"{"eth0": {"interfaces": ["eth0"]}}"#),
            to: "/var/lib/xcp/networkd.db")
        let up = try bed.run("--force", "xenbr0", "up")
        try #require(up.status == 0, "\(up.errors)")
        for (card, bridge, address) in [
            ("eth1", "xenbr1", "192.0.2.10"), ("eth2", "xenbr2", "192.0.2.11"), ("eth0", "xenbr0", "192.0.2.10"),
        ] {
            let run = try bed.run(TestBed.reset(card, address: address))
            #expect(run.status == 0 && !run.errors.contains("warning"), "\(run.errors)")
            #expect(try bed.routes() == ["default via 192.0.2.1 dev \(bridge) proto static"])
            let addressed = try bed.devices().filter { !$0.value.addresses.isEmpty && $0.key != "lo" }.map(\.key)
            #expect(addressed == [bridge])
            try bed.expectAnswer(of: address)
        }
    }

    @Test func `ends the DHCP client of before`() throws {
        let bed = try bed(.bridge)
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.110"])
        try bed.write(
            #"{"interface_config": {"xenbr0": {"ipv4_conf": "DHCP4"}}, "gateway_interface": "xenbr0", "#
                + #""bridge_config": {"xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"]}}}}}"#,
            to: "/var/lib/xcp/networkd.db")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        let run = try bed.run("reset", "--device=eth1", "--mode=dhcp")
        #expect(run.status == 0, "\(run.errors)")
        let layout = try bed.layout()
        #expect(layout.contains { $0.hasPrefix("xenbr1 up 192.0.2.1") && $0.hasSuffix(" dhcp") }, "\(layout)")
        #expect(layout.count { $0.hasSuffix(" dhcp") } == 1, "\(layout)")
        #expect(try bed.routes().allSatisfy { $0.contains("dev xenbr1") })
    }

    @Test func `the way back that it tells leads to where it was`() throws {
        let bed = try bed(.bridge)
        let before = try bed.snapshot()
        let run = try bed.run(TestBed.reset("eth0", address: "192.0.2.10", "--master=192.0.2.98"))
        let way = try #require(run.output.firstMatch(of: #/the same by hand: `(.*)`/#)?.1, "\(run.output)")
        let commands = way.split(separator: "; ").filter { !$0.hasPrefix("interface-reconfigure") }
        #expect(commands.count == 5, "\(way)")
        #expect(run.output.contains("to go back instead: `interface-reconfigure undo`"), "\(run.output)")
        for command in commands { #expect(try bed.script(String(command)).status == 0, "\(command)") }
        let files = try bed.snapshot().settingsChanged(since: before).filter {
            $0.contains("/etc/xensource") || $0.contains("/etc/firstboot.d") || $0.contains("/var/lib/xcp")
                || $0.contains("/var/tmp")
        }
        #expect(files == [])
    }

    @Test func `is not stopped by what a user plants, and refuses a card whose name no file of XAPI's can hold`() throws
    {
        let bed = try bed(.bridge)
        for plant in ["mkfifo", "ln -s /nowhere", "touch"] {
            try bed.host(
                "sh", "-ec", "rm -f \(bed.root)/var/tmp/network-reset; \(plant) \(bed.root)/var/tmp/network-reset")
            try bed.host("chown", "-h", "nobody", "\(bed.root)/var/tmp/network-reset")
            let run = try bed.run(TestBed.reset())
            #expect(run.status == 0, "\(plant): \(run.errors)")
            #expect(bed.text("/var/tmp/network-reset")?.hasPrefix("DEVICE=eth0\n") == true)
        }
        try bed.host("ip", "link", "set", "eth1", "name", "e';id;'")
        try bed.refuses(TestBed.reset("e';id;'"), saying: ["rename the card"])
    }

    @Test(arguments: Datapath.allCases)
    func `leaves everything as it was where it is not confirmed, whatever became of the program`(_ datapath: Datapath)
        throws
    {
        let bed = try bed(datapath, managing: "xenbr0")
        let address = TestBed.reset("eth1", address: "192.0.2.30")
        try bed.takesBack(address + ["--confirm", "1"], saying: ["was put back"])
        try bed.expectAnswer(of: "192.0.2.10")
        let before = try bed.snapshot()
        let run = try bed.startUnconfirmed(
            "reset", "--device=eth1", "--mode=none", "--ipv6=2001:db8::10/64", "--confirm", "2")
        #expect(bed.text("/var/lib/xcp/networkd.db") == nil)
        try bed.host("kill", "-KILL", "\(run.process)")
        try bed.awaitGuardsEnd()
        try bed.expectPutBack(to: before)
        let kept = try bed.startUnconfirmed(
            "reset", "--device=eth1", "--mode=none", "--ipv6=2001:db8::10/64", "--confirm", "30")
        #expect(try bed.run("confirm").status == 0)
        #expect(try kept.status() == 0, "\(kept.errors)")
        #expect(bed.text("/var/lib/xcp/networkd.db.before-reset") == TestBed.networkdDatabase)
    }

    @Test(arguments: Datapath.allCases)
    func `is shown by a dry run in each format, and nothing is touched`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        for (format, word) in [
            ("text", "move file /var/lib/xcp/networkd.db to /var/lib/xcp/networkd.db.before-reset"),
            ("json", "\"move-file\""), ("shell", "mv -n "), ("dot", "network-reset"),
        ] {
            let run = try bed.run(TestBed.reset() + ["--dry-run", "--format=\(format)"])
            #expect(run.status == 0 && run.output.contains(word), "\(run.errors)\(run.output)")
            guard format == "json" else { continue }
            let script =
                "import json, sys, jsonschema; jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))"
            let schema = "\(TestBed.repository)/docs/plan.schema.json"
            try ChildProcess("/usr/bin/python3", ["-c", script, schema], input: run.output).run(timeLimit: .seconds(60))
        }
        try bed.expectUntouched(since: before)
    }

    @Test func `is refused where it cannot be had, and says what to do`() throws {
        let bed = try bed(.bridge, others: ["xenbr2"])
        try bed.refuses(TestBed.reset("eth7"), saying: ["eth7", "missing", "eth0"])
        try bed.host("ip", "tuntap", "add", "dev", "tap1.0", "mode", "tap")
        try bed.host("ip", "link", "set", "dev", "tap1.0", "master", "xenbr2")
        try bed.refuses(TestBed.reset("tap1.0"), saying: ["tap1.0"])
        try bed.refuses(TestBed.reset("xenbr2"), saying: ["xenbr2"])
        try bed.write("master", to: "/etc/xensource/pool.conf")
        try bed.refuses(TestBed.reset() + ["--master=192.0.2.9"], saying: ["pool.conf"])
        try bed.makeDirectory("/var/tmp/network-reset")
        try bed.takesBack(TestBed.reset(), saying: ["network-reset"])
        try FileManager.default.removeItem(atPath: bed.root + "/var/tmp/network-reset")
        try bed.host("mount", "--bind", "-o", "ro", "\(bed.root)/etc", "\(bed.root)/etc")
        try bed.takesBack(TestBed.reset(), saying: ["management.conf", "ead-only"])
        try bed.host("umount", "\(bed.root)/etc")
        let networkd = try bed.start(command: [
            "sh", "-c", "cp /bin/sleep \(bed.directory)/xcp-networkd; exec \(bed.directory)/xcp-networkd 60",
        ])
        try bed.wait("the stand-in runs") { try bed.script("pgrep --exact xcp-networkd").status == 0 }
        try bed.refuses(TestBed.reset(), saying: ["xcp-networkd", "systemctl stop xcp-networkd", "--force"])
        #expect(try bed.run("show").output.contains("xcp-networkd"))
        #expect(try bed.run(TestBed.reset() + ["--force"]).status == 0)
        try bed.host("kill", "\(networkd.process)")
    }

    @Test func `is refused while XAPI runs, unless it is forced`() throws {
        let bed = try bed(.bridge)
        let xapi = try XAPIServer(bed, cache: "cache/movement.xml")
        defer { withExtendedLifetime(xapi) {} }
        try bed.refuses(TestBed.reset(), saying: ["xapi", "systemctl stop xapi", "--force"])
        #expect(try bed.run(TestBed.reset() + ["--dry-run"]).status == 1)
        #expect(try bed.run(["reset", "--force"] + TestBed.reset().dropFirst()).status == 0)
    }

    @Test func `beside networkd live data make no cache, but where the caller names one`() throws {
        let bed = try bed(.openvswitch)
        let xapi = try XAPIServer(bed, cache: "cache/movement.xml")
        defer { withExtendedLifetime(xapi) {} }
        try bed.write("INSTALLATION_UUID='host-1'\n", to: "/etc/xensource-inventory")
        let before = try bed.snapshot()
        for more in [[], ["--dry-run"]] {
            let run = try bed.run(["rewrite"] + more)
            #expect(
                run.status == 0 && (run.errors + run.output).contains("nothing to do: xcp-networkd"), "\(run.errors)")
        }
        try bed.expectUntouched(since: before)
        let named = try bed.run("rewrite", "--cache", bed.root + "/tmp-cache")
        #expect(named.status == 0 && bed.text("/tmp-cache")?.contains("<pif ") == true, "\(named.errors)")
    }

    @Test func `a packet of a virtual machine on another bridge is never lost`() throws {
        let bed = try bed(.openvswitch, managing: "xapi0", others: ["xenbr2"])
        try bed.pingingGuest(on: "xenbr2") {
            let status = try bed.run(TestBed.reset()).status
            #expect(status == 0)
        }
        try bed.expectAnswer(of: "192.0.2.10")
    }

    @Test(arguments: ["reset", "confirm"])
    func `is done where the output cannot be written, too, and says the rest elsewhere`(_ what: String) throws {
        let bed = try bed(.bridge)
        let unconfirmed =
            what == "confirm"
            ? try bed.startUnconfirmed("reset", "--device=eth0", "--ipv6=2001:db8::10/64", "--confirm", "30") : nil
        let command = unconfirmed == nil ? TestBed.reset() : [what]
        let words = bed.command(command).map { "'\($0)'" }.joined(separator: " ")
        let run = try bed.script("\(words) >/dev/full")
        #expect(run.status == 0 && run.errors.contains("cannot write to standard output"), "\(run.errors)")
        #expect(run.errors.contains(unconfirmed == nil ? "xe-toolstack-restart" : "confirmed"), "\(run.errors)")
        if let unconfirmed { #expect(try unconfirmed.status() == 0, "\(unconfirmed.errors)") }
        #expect(bed.text("/var/lib/xcp/networkd.db") == nil)
        let dry = bed.command(TestBed.reset("eth1") + ["--dry-run"]).map { "'\($0)'" }.joined(separator: " ")
        #expect(try bed.script("\(dry) >/dev/full").status == 1, "what is to be shown is all there is")
    }

    @Test(arguments: Datapath.allCases)
    func `is finished by the next one, wherever it was killed`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let commands = [TestBed.reset(), TestBed.reset("eth1", address: "192.0.2.11")]
        func prepare() throws {
            try bed.write(TestBed.networkdDatabase, to: "/var/lib/xcp/networkd.db")
            try bed.host("sh", "-c", "find \(bed.root) -name '*.before-reset*' -delete")
        }
        for command in commands { try #require(bed.run(command).status == 0) }
        let points = try commands.map { command in
            try prepare()
            return TestLength.turns(
                of: try bed.points(of: bed.command(command)), in: 0, brief: datapath == .bridge ? 8 : 32,
                usual: datapath == .bridge ? 4 : 16)
        }
        let ends = try commands.map { command in
            try prepare()
            try #require(bed.run(command).status == 0)
            return try bed.snapshot()
        }
        var (killed, finished) = (0, 0)
        for index in 0..<(points.map(\.count).max() ?? 0) {
            for (command, number) in zip(commands, 0...) {
                try prepare()
                let point = points[number][index % points[number].count]
                guard try bed.kill(bed.command(command), at: point) else { continue }
                killed += 1
                let again = try bed.run(command)
                try #require(again.status == 0, "after \(point): \(again.errors)")
                // What was kept before it was killed has names of its own.
                let changes = try bed.snapshot().settingsChanged(since: ends[number]).filter {
                    !$0.contains(".before-reset")
                }
                try #require(bed.text("/var/lib/xcp/networkd.db") == nil, "after \(point)")
                try #require(changes.isEmpty, "\(command) after \(point):\n\(changes.joined(separator: "\n"))")
                finished += 1
            }
        }
        print("kills: reset on \(datapath): \(finished) of \(killed) finished")
        #expect(killed > (datapath == .bridge ? 15 : 7) && finished == killed)
    }
}
