@testable import NetConfigCore
import Testing

/// A file system that has no locks, or a kernel that has no memory for one (`flock(2)`: ENOLCK).
@Suite("locks that cannot be had", .serialized, .needsTestBed)
struct NoLockTests {
    private let rewrite = ["--force", "xenbr0", "rewrite", "--device=eth0", "--mac=x", "--mode=dhcp"]

    private func run(_ bed: TestBed, _ arguments: [String], when: String) throws -> TestBed.Result {
        let inject = "inject=flock:error=ENOLCK:when=\(when)"
        let strace = ["timeout", "20", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e", inject]
        return try bed.run(command: strace + bed.command(arguments))
    }

    @Test
    func `for a new file are an error, and leave nothing beside it`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try #require(bed.run(["--force", "xenbr0", "up"]).status == 0)
        let old = try #require(bed.text("/var/xapi/network.dbcache"))
        let failed = try run(bed, rewrite, when: "2+")
        #expect(failed.status == 1 && failed.errors.contains("no locks available"), "\(failed.errors)")
        #expect(bed.text("/var/xapi/network.dbcache") == old)
        let files = try bed.host("ls", "-A", "\(bed.root)/var/xapi")
        #expect(files.contains("network.dbcache") && !files.contains(".new-"), "\(files)")
        #expect(try bed.run(rewrite).status == 0)
    }

    @Test
    func `for a run are an error at once, and not another run that has it`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let start = ContinuousClock.now
        let failed = try run(bed, ["--force", "xenbr0", "up"], when: "1+")
        #expect(failed.status == 1 && failed.errors.contains("no locks available"), "\(failed.errors)")
        #expect(ContinuousClock.now - start < .seconds(10))
    }
}
