import Foundation
import NetConfigCore
import Testing

/// `/run` is memory, and can be full. What is only noted there is not worth a network.
@Suite("a full /run", .serialized, .needsTestBed)
struct FullRunTests {
    /// A host on whose `/run` there is no room; `DHCP` clients have their files there too.
    private func bed(_ datapath: Datapath, _ topology: String) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/\(topology).dbcache")
        let script = """
            cd \(bed.root)
            mount -t tmpfs -o size=64k,mode=755 tmpfs run
            mount --bind run var/run
            dd if=/dev/zero of=run/filling bs=4k status=none || :
            ! echo 1 >run/more 2>/dev/null || exit 1
            rm -f run/more
            """
        let filled = try bed.script("set -e; \(script)")
        try #require(filled.status == 0, "\(filled.errors)")
        return bed
    }

    private func attached(_ bed: TestBed) throws -> String {
        try bed.script("cat \(bed.root)/run/interface-reconfigure/attached").output
    }

    @Test(
        arguments: Datapath.allCases,
        ["physical", "physical-dhcp"])
    func `costs a warning, and the note comes when there is room`(_ datapath: Datapath, _ topology: String) throws {
        let bed = try bed(datapath, topology)
        if topology == "physical-dhcp" { try bed.bed(["dhcp-server", bed.directory]) }
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        let warning =
            #/warning: .*/run/interface-reconfigure/attached.*: no space left on device; continuing without it/#
        #expect(up.errors.contains(warning), "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses.count == 1)
        #expect(try attached(bed) == "")
        try bed.host("rm", bed.root + "/run/filling")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try attached(bed) == "xenbr0\n")
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.devices()["xenbr0"] == nil)
    }

    @Test
    func `takes no flows from a bridge that becomes secure`() throws {
        let bed = try bed(.openvswitch, "physical")
        try bed.makePoolSecure()
        let up = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.flows(of: "xenbr0").count == 4)
    }

    @Test
    func `has no change made that could not be guarded`() throws {
        let bed = try bed(.bridge, "physical")
        let before = try bed.snapshot()
        let up = try bed.run("--force", "xenbr0", "up", "--confirm", "5")
        #expect(
            up.status == 1 && up.errors.contains("nothing was changed: the guard process could not be started"),
            "\(up.errors)")
        #expect(up.errors.contains("no space left on device"))
        try bed.expectUntouched(since: before)
    }
}
