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
}
