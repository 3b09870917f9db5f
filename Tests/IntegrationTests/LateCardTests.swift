import NetConfigCore
import Testing

/// Network cards that come after the run has begun, as at boot.
@Suite("network cards that are late", .serialized, .needsTestBed)
struct LateCardTests {
    private static let up = ["--management", "--force", "xenbr1", "--force", "xenbr0", "up"]

    private func bed(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.host("ip", "link", "set", "eth1", "name", "later")
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `are waited for, while bridges whose cards are there come up`(datapath: Datapath) throws {
        let bed = try bed(datapath)
        let run = try bed.start(Self.up + ["--wait-for-cards", "50"])
        try bed.wait("the first bridge is up") { try bed.devices()["xenbr0"]?.addresses == ["192.0.2.10/24"] }
        try bed.wait("the run says what it waits for") {
            run.errors.contains("waiting for eth1 to appear, at most 50 s")
        }
        #expect(try bed.devices()["xenbr1"] == nil)
        try bed.host("ip", "link", "set", "later", "name", "eth1")
        #expect(try run.status() == 0, "\(run.errors)")
        #expect(try bed.device("xenbr1").addresses == ["198.51.100.6/24"])
        #expect(try bed.run(Self.up).errors.contains("nothing to do"))
    }

    @Test(arguments: Datapath.allCases)
    func `fail when they do not come, and nothing else does`(datapath: Datapath) throws {
        let bed = try bed(datapath)
        let run = try bed.run(Self.up + ["--wait-for-cards", "1"])
        #expect(run.status == 1 && run.errors.contains("xenbr1: PIF eth1 needs network card eth1"), "\(run.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        #expect(try bed.devices()["xenbr1"] == nil)
    }

    @Test
    func `are not waited for any more when the run is asked to stop; what is there stays`() throws {
        let bed = try bed(.bridge)
        let run = try bed.start(Self.up + ["--wait-for-cards", "50"])
        try bed.wait("it waits") { run.errors.contains("waiting for eth1") }
        #expect(try run.interrupt() == 1)
        #expect(run.errors.contains("interrupted by SIGTERM"), "\(run.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }
}
