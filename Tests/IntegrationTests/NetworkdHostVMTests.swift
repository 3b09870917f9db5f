import NetConfigCore
import Testing

/// The same with bonds and VLANs, where the kernel has them.
@Suite("a host of xcp-networkd's, with bonds and VLANs", .serialized, .needsTestBed)
struct NetworkdHostVMTests {
    @Test(arguments: Datapath.allCases)
    func `has nothing to do on any bridge`(_ datapath: Datapath) throws {
        let bed = try TestBed(
            datapath, cache: "plan/_topologies/physical.dbcache", nics: (0..<3).map { "52:54:00:00:00:1\($0)" })
        try bed.configureAsNetworkd(all: true)
        try bed.expectNetworkdsConfiguration(of: ["xenbr0", "xapi5", "xapi0", "xapi6"])
    }
}
