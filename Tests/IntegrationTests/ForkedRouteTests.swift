import Foundation
import NetConfigCore
import Testing

/// Default routes over several devices at once, on a real kernel.
@Suite("routes over several devices", .serialized, .needsTestBed)
struct ForkedRouteTests {
    private static let gateway = "default via 192.0.2.1 dev xenbr0 proto static"

    private static let ipv6 = [
        "<gateway>192.0.2.1":
            "<ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>2001:db8::10/64</IPv6>"
            + "<ipv6_gateway>2001:db8::1</ipv6_gateway><gateway>192.0.2.1"
    ]

    private func makeTwoCardBed(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        for (old, new) in Self.ipv6 { try bed.edit("/var/xapi/network.dbcache") { $0.replacing(old, with: new) } }
        #expect(try bed.run("--force", "xenbr0", "--force", "xenbr1", "up").status == 0)
        try bed.host("ip", "address", "add", "2001:db8:1::6/64", "dev", "xenbr1", "nodad")
        return bed
    }

    /// The default routes as `ip route` prints them, next hops included.
    private func defaults(_ bed: TestBed) throws -> [String] {
        try ["-4", "-6"].map { try bed.host("ip", $0, "route", "show", "default") }
    }

    /// Puts such routes in the place of ours.
    private func addForked(_ bed: TestBed, _ device: String, proto: String) throws {
        try bed.host(
            "sh", "-ec",
            """
            ip route flush default; ip -6 route flush default
            ip route add default proto \(proto) nexthop via 192.0.2.254 dev xenbr0 weight 1 \
                nexthop via 198.51.100.254 dev \(device) weight 3 onlink
            ip -6 route add default proto \(proto) metric 512 nexthop via 2001:db8::fe dev xenbr0 weight 1 \
                nexthop via 2001:db8:1::fe dev \(device) weight 3
            """)
    }

    @Test(arguments: Datapath.allCases)
    func `a default route over several of our devices is replaced by the record's`(_ datapath: Datapath) throws {
        let bed = try makeTwoCardBed(datapath)
        try bed.addNeighbour("192.0.2.1/24")
        for proto in ["boot", "static", "bird"] {
            try addForked(bed, "xenbr1", proto: proto)
            try bed.upTwice(keeping: "192.0.2.10")
            #expect(
                try defaults(bed).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } == [
                    Self.gateway, "default via 2001:db8::1 dev xenbr0 proto static metric 512 pref medium",
                ])
        }
    }

    /// Has a file be written in vain after the routes, which under `--strict` is a failure.
    private func blockAttachedFile(_ bed: TestBed) throws {
        let file = "\(bed.root)/run/interface-reconfigure/attached"
        try bed.host("sh", "-ec", "rm -rf \(file); mkdir -p \(file)/in-the-way")
    }

    @Test(arguments: Datapath.allCases)
    func `it comes back exactly as it was when the run fails`(_ datapath: Datapath) throws {
        let bed = try makeTwoCardBed(datapath)
        try addForked(bed, "xenbr1", proto: "bird")
        let before = try defaults(bed)
        #expect(before.allSatisfy { $0.contains("weight 3") }, "\(before)")
        try blockAttachedFile(bed)
        let up = try bed.run("--strict", "--force", "xenbr0", "up")
        #expect(up.status == 1, "\(up.errors)")
        #expect(up.errors.contains("remove route default over several routers"), "\(up.errors)")
        #expect(try defaults(bed) == before)
    }

    @Test(arguments: Datapath.allCases)
    func `so does one over a group of next hops, by its number`(_ datapath: Datapath) throws {
        let bed = try makeTwoCardBed(datapath)
        try bed.host(
            "sh", "-ec",
            """
            ip route flush default
            ip nexthop add id 71 via 192.0.2.254 dev xenbr0
            ip nexthop add id 72 via 198.51.100.254 dev xenbr1
            ip nexthop add id 73 group 71/72,3
            ip route add default nhid 73 proto bird
            """)
        let before = try defaults(bed)
        try blockAttachedFile(bed)
        #expect(try bed.run("--strict", "--force", "xenbr0", "up").status == 1)
        #expect(try defaults(bed) == before && before[0].contains("nhid 73"), "\(before)")
        try bed.host("rm", "-rf", "\(bed.root)/run/interface-reconfigure/attached")
        try bed.upTwice()
        #expect(try bed.routes().filter { $0.hasPrefix("default") }.contains(Self.gateway))
    }

    @Test(arguments: Datapath.allCases)
    func `one that goes partly over another's device is named`(_ datapath: Datapath) throws {
        let bed = try makeTwoCardBed(datapath)
        let link = "ip link add theirs type veth peer name far; ip link set theirs up; ip link set far up"
        try bed.host("sh", "-ec", link)
        try bed.host("ip", "address", "add", "198.51.101.6/24", "dev", "theirs")
        try bed.host("ip", "address", "add", "2001:db8:1::7/64", "dev", "theirs", "nodad")
        try addForked(bed, "theirs", proto: "bird")
        let before = try defaults(bed)
        try bed.upTwice(
            warning: "exists ('default proto bird nexthop via 192.0.2.254 dev xenbr0 weight 1 "
                + "nexthop via 198.51.100.254 dev theirs weight 3 onlink')")
        #expect(try defaults(bed) == before)
    }
}
