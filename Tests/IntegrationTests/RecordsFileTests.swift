import Foundation
import NetConfigCore
import Testing

/// Records from the files that hosts of today have, in place of a cache.
@Suite(.serialized, .needsTestBed)
struct RecordsFileTests {
    private static let database = #"""
        {"interface_config": {"eth0": {"ipv4_conf": "None4"},
          "xenbr0": {"ipv4_conf": ["Static4", [["192.0.2.10", 24]]], "ipv4_gateway": "192.0.2.1", "mtu": 1500,
                     "dns": [["192.0.2.53"], []]}},
         "bridge_config": {"xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"]}}, "bridge_mac": "52:54:00:00:00:10"}},
         "gateway_interface": "xenbr0"}
        """#

    private func bed(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try FileManager.default.removeItem(atPath: bed.root + "/var/xapi/network.dbcache")
        try bed.makeDirectory("/var/lib/xcp")
        try bed.makeDirectory("/etc/firstboot.d/data")
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `without a cache the database of networkd is read, and never written`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        try bed.write(Self.database, to: "/var/lib/xcp/networkd.db")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && up.errors.contains("PIFs from \(bed.root)/var/lib/xcp/networkd.db"), "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        let shown = try bed.run("show")
        #expect(shown.output.contains("networkd.db") && shown.output.contains("as configured"), "\(shown.output)")
        let checked = try bed.run("check")
        #expect(checked.status == 0, "\(checked.output)")
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.devices()["xenbr0"] == nil)
        #expect(bed.text("/var/lib/xcp/networkd.db") == Self.database)
        #expect(bed.text("/var/xapi/network.dbcache") == nil)
    }

    @Test func `a cache comes before the database, and that before what the installer left`() throws {
        let bed = try bed(.bridge)
        try bed.write(
            "LABEL='eth1'\nMODE='static'\nIP='198.51.100.7'\nNETMASK='255.255.255.0'\n",
            to: "/etc/firstboot.d/data/management.conf")
        let management = try bed.run("--force", "xenbr1", "up", "--dry-run")
        #expect(management.status == 0 && management.output.contains("add address 198.51.100.7/24 to xenbr1"))
        try bed.write(Self.database, to: "/var/lib/xcp/networkd.db")
        let database = try bed.run("--force", "xenbr0", "up", "--dry-run")
        #expect(database.status == 0 && database.output.contains("add address 192.0.2.10/24 to xenbr0"))
        #expect(try bed.run("--force", "xenbr1", "up", "--dry-run").status == 1)
        try bed.use(cache: "plan/_topologies/two-cards.dbcache")
        #expect(try bed.run("show").output.contains("network.dbcache"))
        for file in ["/var/lib/xcp/networkd.db", "/etc/firstboot.d/data/management.conf"] {
            let named = try bed.run("show", "--records", bed.root + file)
            #expect(named.status == 0 && named.output.contains(file), "\(named.output)\(named.errors)")
            let before = try #require(bed.text(file))
            let refused = try bed.run(
                "--force", "xenbr0", "rewrite", "--device", "eth0", "--mode", "dhcp", "--records", bed.root + file)
            #expect(
                refused.status == 1 && refused.errors.contains("is not a cache and is never written"),
                "\(refused.errors)")
            #expect(bed.text(file) == before)
        }
    }

    @Test func `what is wrong with them is said with its place, and nothing is changed`() throws {
        let bed = try bed(.bridge)
        try bed.write(String(Self.database.prefix(200)), to: "/var/lib/xcp/networkd.db")
        var before = try bed.snapshot()
        let cut = try bed.run("--force", "xenbr0", "up")
        #expect(cut.status == 1 && cut.errors.contains("networkd.db: line 3, column "), "\(cut.errors)")
        let checked = try bed.run("check")
        #expect(checked.status == 1 && checked.output.contains("networkd.db:3:"), "\(checked.output)")
        try bed.expectUntouched(since: before)
        try bed.write(Self.database.replacing("[\"eth0\"]", with: "7"), to: "/var/lib/xcp/networkd.db")
        let wrong = try bed.run("--force", "xenbr0", "up")
        #expect(
            wrong.status == 1 && wrong.errors.contains("bridge_config.xenbr0.ports.eth0.interfaces"), "\(wrong.errors)")
        #expect(try bed.run("check").output.contains("bridge_config.xenbr0.ports.eth0.interfaces"))
        try FileManager.default.removeItem(atPath: bed.root + "/var/lib/xcp/networkd.db")
        try bed.write("LABEL='eth0'\nMODE='often'\n", to: "/etc/firstboot.d/data/management.conf")
        before = try bed.snapshot()
        let management = try bed.run("--force", "xenbr0", "up")
        #expect(
            management.status == 1 && management.errors.contains("MODE: 'often' is not valid"), "\(management.errors)")
        #expect(try bed.run("check").status == 1)
        try bed.expectUntouched(since: before)
    }
}
