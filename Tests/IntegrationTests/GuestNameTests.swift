import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// The virtual machines that an outage costs traffic, and those on each bridge, with real devices, XAPI and its database.
@Suite("virtual machines on bridges", .serialized, .needsTestBed)
struct GuestNameTests {
    private static let cache = "plan/_topologies/two-cards.dbcache"

    /// A host with two bridges that are up, and the devices of virtual machines: number 7 on the first, 12 on the other, and 9 on
    /// none.
    private func start(
        _ datapath: Datapath, cache: String = GuestNameTests.cache, other: String = "xenbr1"
    ) throws -> TestBed {
        let bed = try TestBed(datapath, cache: cache)
        try bed.write("INSTALLATION_UUID='host-1'\n", to: "/etc/xensource-inventory")
        for bridge in ["xenbr0", other] { #expect(try bed.run(["--force", bridge, "up"]).status == 0) }
        for name in ["vif7.0", "vif9.0", "vif12.0"] {
            try bed.host("ip", "link", "add", name, "up", "type", "veth", "peer", "name", "p-\(name)")
        }
        try bed.host("ip", "tuntap", "add", "tap7.0", "mode", "tap")
        for (name, bridge) in [("vif7.0", "xenbr0"), ("tap7.0", "xenbr0"), ("vif12.0", other)] {
            if datapath == .bridge {
                try bed.host("ip", "link", "set", name, "master", bridge)
            } else {
                _ = try bed.vsctl("--", "add-port", bridge, name)
            }
        }
        return bed
    }

    /// XAPI's database with names for the virtual machines, on one line as XAPI writes it.
    private func writeDatabase(
        _ bed: TestBed, host: String = "host-1", to path: String = "/var/lib/xcp/state.db"
    ) throws {
        func row(_ domain: Int, _ name: String, _ host: String) -> String {
            #"<row ref="v\#(domain)\#(host)" domid="\#(domain)" name__label="\#(name)" resident_on="\#(host)"/>"#
        }
        try bed.makeDirectory((path as NSString).deletingLastPathComponent)
        try bed.write(
            #"<database><table name="VM">"# + row(7, "web%.server", "h1") + row(7, "of another host", "h2")
                + row(12, "db &lt;\u{9B}[31m&gt;", "h1") + "</table>"
                + #"<table name="host"><row ref="h1" uuid="\#(host)"/><row ref="h2" uuid="host-2"/></table></database>"#,
            to: path)
    }

    private func dryRun(_ bed: TestBed, _ arguments: [String] = []) throws -> String {
        let result = try bed.run(arguments + ["--force", "xenbr0", "down", "--dry-run"])
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    private func show(_ bed: TestBed, _ arguments: String...) throws -> String {
        let result = try bed.run(["show"] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    @Test(arguments: Datapath.allCases)
    func `a dry run and show name them by XAPI's database where XAPI does not run`(_ datapath: Datapath) throws {
        let bed = try start(datapath)
        try writeDatabase(bed)
        let before = try bed.snapshot()
        let plan = try dryRun(bed)
        #expect(plan.contains("    virtual machine on xenbr0: domain 7 (tap7.0, vif7.0), web server\n"), "\(plan)")
        #expect(!plan.contains("vif9.0") && !plan.contains("another host"))
        let text = try show(bed)
        #expect(text.contains("  virtual machine: domain 7 (tap7.0, vif7.0), web server\n"), "\(text)")
        #expect(text.contains("  virtual machine: domain 12 (vif12.0), db <?[31m>\n"), "\(text)")
        #expect(!text.contains("vif9.0"))
        let one = try show(bed, "xenbr1")
        #expect(one.contains("domain 12") && !one.contains("domain 7"), "\(one)")
        try bed.expectUntouched(since: before)
    }

    @Test(arguments: Datapath.allCases)
    func `XAPI is asked where it runs, in four calls, for those alone that matter`(_ datapath: Datapath) throws {
        let bed = try start(datapath)
        try writeDatabase(bed)
        let xapi = try XAPIServer(bed, cache: Self.cache)
        for (reference, domain, host, name) in [
            ("vm-1", 7, "OpaqueRef:host-1", "live web"), ("vm-2", 7, "OpaqueRef:host-2", "another host's"),
            ("vm-3", 8, "OpaqueRef:host-1", "not here"),
        ] {
            try xapi.set(
                "VM", reference,
                ["domid": .number(domain), "resident_on": .text(host), "name_label": .text(name)])
        }
        let plan = try dryRun(bed)
        #expect(plan.contains("virtual machine on xenbr0: domain 7 (tap7.0, vif7.0), live web\n"), "\(plan)")
        let log = try xapi.log()
        #expect(
            log.filter { $0.hasPrefix("call") } == [
                "call session.login_with_password", "call host.get_by_uuid", "call VM.get_all_records_where",
                "call session.logout",
            ])
        #expect(log.last == "sessions 1", "the caller's session is not ours to close")
        let text = try show(bed)
        #expect(text.contains("domain 7 (tap7.0, vif7.0), live web\n"), "\(text)")
        #expect(text.contains("domain 12 (vif12.0), name unknown\n"), "\(text)")
    }

    @Test func `XAPI is not asked where no virtual machine loses traffic`() throws {
        let bed = try start(.bridge)
        let xapi = try XAPIServer(bed, cache: Self.cache)
        let up = try bed.run(["--force", "xenbr0", "up", "--dry-run"])
        #expect(up.output.contains("nothing to do"), "\(up.output)")
        #expect(try bed.run(["rewrite", "--dry-run"]).status == 0, "so that there is a log")
        for name in ["vif7.0", "tap7.0", "vif12.0"] { try bed.host("ip", "link", "set", name, "nomaster") }
        #expect(try !dryRun(bed).contains("virtual machine"))
        #expect(try !show(bed).contains("virtual machine"))
        let log = try xapi.log()
        #expect(!log.contains("call VM.get_all_records_where") && log.contains("call session.logout"), "\(log)")
    }

    @Test(arguments: ["silence", "trickle", "shape", "garbage", "fault", "drop-in", "empty"])
    func `an XAPI that does not do as it should costs seconds, and the database names them`(_ how: String) throws {
        let bed = try start(.bridge)
        try writeDatabase(bed)
        let xapi = try XAPIServer(bed, cache: Self.cache)
        try xapi.misbehave("VM.get_all_records_where", how)
        let start = ContinuousClock.now
        let plan = try dryRun(bed)
        #expect(ContinuousClock.now - start < .seconds(6))
        let name = how == "empty" ? "name unknown" : "web server"
        #expect(plan.contains("domain 7 (tap7.0, vif7.0), \(name)\n"), "\(plan)")
        #expect(try xapi.log().last { $0.hasPrefix("sessions") } == "sessions 1")
    }

    @Test func `where nobody knows their names, the virtual machines are told without`() throws {
        let bed = try start(.bridge)
        let unknown = "virtual machine on xenbr0: domain 7 (tap7.0, vif7.0), name unknown\n"
        #expect(try dryRun(bed).contains(unknown))
        try bed.makeDirectory("/var/lib/xcp")
        for text in ["", "<database", "<html/>", "<database><table name='VM'/></database>", "\0\u{1}"] {
            try bed.write(text, to: "/var/lib/xcp/state.db")
            #expect(try dryRun(bed).contains(unknown), "\(text)")
        }
        try writeDatabase(bed, host: "host-9")
        #expect(try dryRun(bed).contains(unknown), "the database of other hosts")
        try FileManager.default.removeItem(atPath: bed.root + "/var/lib/xcp/state.db")
        try writeDatabase(bed, to: "/var/xapi/state.db")
        #expect(try dryRun(bed).contains("web server"), "where older hosts have it")
    }

    @Test(arguments: Datapath.allCases)
    func `other programs get them as JSON, and a script has them as comments`(_ datapath: Datapath) throws {
        struct Guest: Decodable {
            var domain: Int
            var name: String?
            var devices: [String]
        }
        struct Plan: Decodable {
            struct Outage: Decodable { var bridge: String, guests: [Guest], lasting: Bool, until: Int? }

            var outages: [Outage]
        }
        struct Overview: Decodable {
            struct Node: Decodable { var name: String, guests: [Guest] }

            var networks: [Node]
        }
        let bed = try start(datapath)
        try writeDatabase(bed)
        let plan = try JSONDecoder().decode(Plan.self, from: Data(dryRun(bed, ["--format=json"]).utf8))
        let outage = try #require(plan.outages.first { $0.bridge == "xenbr0" })
        #expect(outage.lasting && outage.until == nil)
        #expect(outage.guests.map(\.domain) == [7] && outage.guests.first?.name == "web server")
        #expect(outage.guests.first?.devices == ["tap7.0", "vif7.0"])
        let overview = try JSONDecoder().decode(Overview.self, from: Data(show(bed, "--format=json").utf8))
        let network = try #require(overview.networks.first { $0.name == "xenbr0" })
        #expect(network.guests.map(\.domain) == [7])
        let other = try #require(overview.networks.first { $0.name == "xenbr1" })
        #expect(other.guests.first?.name == "db <\u{9B}[31m>")
        let script = try dryRun(bed, ["--format=shell"]).split(separator: "\n").filter { $0.contains("web server") }
        #expect(script == ["#     virtual machine on xenbr0: domain 7 (tap7.0, vif7.0), web server"])
    }

    @Test(arguments: Datapath.allCases)
    func `a run that is watched names them, another asks nobody`(_ datapath: Datapath) throws {
        let bed = try start(datapath)
        let xapi = try XAPIServer(bed, cache: Self.cache)
        try xapi.set(
            "VM", "vm-1", ["domid": 7, "resident_on": "OpaqueRef:host-1", "name_label": "live web"])
        let down = try bed.run(["--force", "xenbr1", "down"])
        #expect(down.status == 0 && !down.errors.contains("virtual machine"), "\(down.errors)")
        let watched = try bed.run(["--force", "xenbr0", "down", "--verbose"])
        #expect(watched.status == 0, "\(watched.errors)")
        let line = "virtual machine on xenbr0: domain 7 (tap7.0, vif7.0), live web"
        #expect(watched.errors.contains(line), "\(watched.errors)")
        #expect(try xapi.log().filter { $0 == "call VM.get_all_records_where" }.count == 1)
    }

    @Test func `how long an outage takes is known from earlier runs, and not before anything was measured`() throws {
        let bed = try start(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache", other: "xapi5")
        try writeDatabase(bed)
        let other = bed.datapathType == "netdev" ? "system" : "netdev"
        bed.datapathType = other
        let known = try bed.run(["--force", "xenbr0", "up", "--dry-run"]).output
        #expect(known.contains(#/ lose traffic temporarily, for about \d+ ms: /#), "\(known)")
        try FileManager.default.removeItem(atPath: bed.root + "/var/lib/interface-reconfigure/history")
        let plan = try bed.run(["--force", "xenbr0", "up", "--dry-run"]).output
        #expect(plan.contains("loses traffic temporarily: ") || plan.contains("lose traffic temporarily: "), "\(plan)")
        #expect(plan.contains("virtual machine on xenbr0: domain 7 (tap7.0, vif7.0), web server\n"), "\(plan)")
        #expect(plan.contains("virtual machine on xapi5: domain 12 (vif12.0), "), "\(plan)")
        #expect(plan.hasSuffix("how long is not known: no run on this host has measured all of these actions yet\n"))
    }
}
