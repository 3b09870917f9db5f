import NetConfigCore
import Testing

/// A host that xcp-networkd has configured is as configured.
@Suite("a host of xcp-networkd's", .serialized, .needsTestBed)
struct NetworkdHostTests {
    @Test(arguments: Datapath.allCases)
    func `has nothing to do on its card, and what is changed there is put right alone`(_ datapath: Datapath) throws {
        let bed = try TestBed(
            datapath, cache: "plan/_topologies/physical.dbcache", nics: (0..<3).map { "52:54:00:00:00:1\($0)" })
        try bed.configureAsNetworkd(all: false)
        try bed.expectNetworkdsConfiguration(of: ["xenbr0"])
    }

    @Test func `has no difference to XAPI's records, or to a cache, in what networkd does in its own way`() throws {
        let bed = try TestBed(
            .openvswitch, cache: "plan/_topologies/physical.dbcache", nics: (0..<3).map { "52:54:00:00:00:1\($0)" })
        try bed.configureAsNetworkd(all: false)
        let xapi = try XAPIServer(bed, cache: "plan/_topologies/physical.dbcache")
        defer { withExtendedLifetime(xapi) {} }
        try bed.write("INSTALLATION_UUID='host-1'\n", to: "/etc/xensource-inventory")
        let cache = TestBed.repository + "/testdata/plan/_topologies/physical.dbcache"
        let calls = [["show", "--live", "xenbr0"], ["show", "--records", cache, "xenbr0"]]
        let plan = ["--force", "xenbr0", "--records", cache, "up", "--dry-run"]
        for call in calls {
            let shown = try bed.run(call)
            #expect(shown.status == 0 && !shown.output.contains("mtu_request"), "\(shown.output)\(shown.errors)")
        }
        #expect(try !bed.run(plan).output.contains("mtu_request"))
        // Where networkd is not installed it is one.
        try bed.host("rm", "\(bed.root)/usr/sbin/xcp-networkd")
        for call in calls { #expect(try bed.run(call).output.contains("mtu_request")) }
        #expect(try bed.run(plan).output.contains("mtu_request"))
    }
}
