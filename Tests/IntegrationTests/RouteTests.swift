import Foundation
import NetConfigCore
import Testing

/// Routes and gateways on a real kernel, and what others have made of them.
@Suite("routes and gateways", .serialized, .needsTestBed)
struct RouteTests {
    private static let gateway = "default via 192.0.2.1 dev xenbr0 proto static"

    /// A host whose record of eth0 has other fields, as XML.
    private func makeBed(_ datapath: Datapath, _ replacements: [String: String] = [:]) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try change(bed, replacements)
        return bed
    }

    private func change(_ bed: TestBed, _ replacements: [String: String]) throws {
        try bed.use(cache: "plan/_topologies/physical.dbcache")
        for (old, new) in replacements.sorted(by: { $0.key < $1.key }) where old != new {
            try bed.edit("/var/xapi/network.dbcache") { $0.replacing(old, with: new) }
        }
    }

    private func expectCheck(
        _ bed: TestBed, toSay words: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let check = try bed.run("check")
        #expect(check.output.contains(words), "\(check.output)\(check.errors)", sourceLocation: location)
    }

    @Test(arguments: Datapath.allCases)
    func `a static route to the host's own network is left out`(_ datapath: Datapath) throws {
        let bed = try makeBed(
            datapath,
            [
                "<bridge>":
                    "<other_config><static-routes>192.0.2.0/24/192.0.2.1,203.0.113.0/24/192.0.2.9</static-routes></other_config><bridge>"
            ])
        try bed.upTwice(warning: "static route 192.0.2.0/24 via 192.0.2.1 ignored")
        #expect(try bed.routes() == [Self.gateway, "203.0.113.0/24 via 192.0.2.9 dev xenbr0 proto static"])
        try expectCheck(bed, toSay: "static route 192.0.2.0/24 via 192.0.2.1 ignored")
    }

    @Test(
        arguments: Datapath.allCases,
        ["192.0.2.10", "192.0.2.0", "192.0.2.255", "224.0.0.1", "0.0.0.0"])
    func `an impossible gateway costs the host nothing else`(_ datapath: Datapath, _ gateway: String) throws {
        let bed = try makeBed(datapath, ["<gateway>192.0.2.1<": "<gateway>\(gateway)<"])
        try bed.addNeighbour("192.0.2.1/24")
        try bed.upTwice(warning: "gateway \(gateway) ignored: it is")
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
        #expect(try bed.routes() == [])
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try expectCheck(bed, toSay: "gateway \(gateway) ignored: it is")
    }

    @Test(
        arguments: Datapath.allCases,
        [("203.0.113.5", "255.255.255.255", "192.0.2.1"), ("203.0.113.5", "255.255.255.0", "198.51.100.1")])
    func `a gateway outside the networks is reached`(
        _ datapath: Datapath, _ record: (address: String, mask: String, gateway: String)
    ) throws {
        let bed = try makeBed(
            datapath,
            [
                "<IP>192.0.2.10<": "<IP>\(record.address)<", "<netmask>255.255.255.0<": "<netmask>\(record.mask)<",
                "<gateway>192.0.2.1<": "<gateway>\(record.gateway)<",
            ])
        try bed.addNeighbour("\(record.gateway)/32")
        try bed.neighbour("ip", "route", "add", record.address, "dev", "lan", "src", record.gateway)
        try bed.upTwice(warning: "is not on any network of the PIF")
        #expect(try bed.routes() == ["default via \(record.gateway) dev xenbr0 proto static onlink"])
        #expect(try bed.neighbourReaches(record.address))
        try expectCheck(bed, toSay: "is not on any network of the PIF")
    }

    @Test(arguments: Datapath.allCases)
    func `an IPv6 gateway outside the networks is reached`(_ datapath: Datapath) throws {
        let bed = try makeBed(
            datapath,
            [
                "<gateway>":
                    "<ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>2001:db8:5::10/64</IPv6>"
                    + "<ipv6_gateway>2001:db8::1</ipv6_gateway><gateway>"
            ])
        try bed.addNeighbour("2001:db8::1/128")
        try bed.neighbour("ip", "-6", "route", "add", "2001:db8:5::/64", "dev", "lan")
        try bed.upTwice(warning: "gateway 2001:db8::1 is not on any network of the PIF")
        #expect(
            try bed.routes() == [
                Self.gateway, "default via 2001:db8::1 dev xenbr0 proto static metric 512 onlink pref medium",
            ])
        #expect(try bed.neighbourReaches("2001:db8:5::10"))
    }

    @Test(arguments: Datapath.allCases)
    func `a default or static route that leads elsewhere is replaced, whoever made it`(_ datapath: Datapath) throws {
        let bed = try makeBed(
            datapath,
            [
                "<bridge>":
                    "<other_config><static-routes>203.0.113.0/24/192.0.2.9</static-routes></other_config><bridge>"
            ])
        try bed.addNeighbour("192.0.2.1/24")
        try bed.upTwice()
        let wanted = try bed.routes()
        for proto in ["boot", "kernel", "static", "bird", "dhcp", "186"] {
            try bed.host("ip", "route", "replace", "default", "via", "192.0.2.254", "proto", proto)
            try bed.host("ip", "route", "replace", "203.0.113.0/24", "via", "192.0.2.254", "proto", proto)
            try bed.host("ip", "route", "add", "default", "via", "192.0.2.253", "metric", "50", "proto", proto)
            try bed.host("ip", "route", "add", "10.0.0.0/8", "via", "192.0.2.254", "proto", "bird")
            try bed.upTwice(keeping: "192.0.2.10")
            try bed.host("ip", "route", "del", "10.0.0.0/8")
            #expect(try bed.routes() == wanted, "\(proto)")
        }
    }

    @Test(
        arguments: Datapath.allCases,
        [
            (
                "default proto bird nexthop via 203.0.113.1 dev eth1 weight 1 nexthop via 203.0.113.2 dev eth1 weight 3",
                "default proto bird nexthop via 203.0.113.1 dev eth1 weight 1 nexthop via 203.0.113.2 dev eth1 weight 3"
            ),
            ("default via 203.0.113.1", "default via 203.0.113.1 dev eth1"),
            ("default via 203.0.113.1 proto kernel", "default via 203.0.113.1 dev eth1 proto kernel"),
            (
                "default via 198.18.0.1 dev eth1 onlink proto static",
                "default via 198.18.0.1 dev eth1 proto static onlink"
            ),
            ("unreachable default", "unreachable default"),
            ("blackhole default proto static", "blackhole default proto static"),
        ])
    func `a default route elsewhere that ours cannot stand beside is named`(
        _ datapath: Datapath, _ route: (command: String, words: String)
    ) throws {
        let bed = try makeBed(datapath)
        try bed.host("ip", "link", "set", "eth1", "up")
        try bed.host("ip", "address", "add", "203.0.113.5/24", "dev", "eth1")
        try bed.host("sh", "-c", "ip route add \(route.command)")
        let before = try bed.routes()
        try bed.upTwice(
            warning:
                "route default via 192.0.2.1 skipped: another route to the same destination exists ('\(route.words)')")
        #expect(try bed.routes() == before)
        // The words are those of `ip route`: with `del` before them they take it away.
        try bed.host("sh", "-c", "ip route del \(route.words)")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.upTwice(keeping: "192.0.2.10")
        #expect(try bed.routes() == [Self.gateway])
    }

    @Test(arguments: Datapath.allCases)
    func `an IPv6 default route elsewhere that ours cannot stand beside is named`(_ datapath: Datapath) throws {
        let bed = try makeBed(
            datapath,
            [
                "<gateway>":
                    "<ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>2001:db8::10/64</IPv6>"
                    + "<ipv6_gateway>2001:db8::1</ipv6_gateway><gateway>"
            ])
        try bed.host("ip", "link", "set", "eth1", "up")
        try bed.host("ip", "address", "add", "2001:db8:9::5/64", "dev", "eth1", "nodad")
        for route in [
            "unreachable default metric 512",
            "default metric 512 nexthop via 2001:db8:9::1 dev eth1 weight 1 nexthop via 2001:db8:9::2 dev eth1 weight 1",
        ] {
            try bed.host("sh", "-c", "ip -6 route add \(route)")
            try bed.upTwice(
                warning:
                    "route default via 2001:db8::1 metric 512 skipped: another route to the same destination exists ('")
            try bed.host("sh", "-c", "ip -6 route del \(route)")
        }
        try bed.upTwice()
    }

    // MARK: Leases

    private func makeLeasedBed(_ datapath: Datapath, router: String = "192.0.2.1") throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>",
                with: "<ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.bed(["dhcp-server", bed.directory, "--router", router])
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `the default route of a lease that the operator took away is there again`(_ datapath: Datapath) throws {
        let bed = try makeLeasedBed(datapath)
        try bed.upTwice()
        let client = try #require(try bed.dhcpClient())
        let address = try bed.leasedAddress("xenbr0")
        try bed.host("ip", "route", "del", "default")
        try bed.upTwice(keeping: address)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0"])
        #expect(try bed.dhcpClient() == client, "its lease is as good as it was")
        try bed.host("ip", "route", "replace", "default", "via", "192.0.2.77")
        try bed.upTwice(keeping: address)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0"])
    }

    @Test(arguments: Datapath.allCases)
    func `a router of a lease that is outside its network is used at once`(_ datapath: Datapath) throws {
        let bed = try makeLeasedBed(datapath, router: "203.0.113.1")
        let up = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.routes().contains { $0.hasPrefix("default via 203.0.113.1 dev xenbr0") }, "\(up.errors)")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(arguments: Datapath.allCases)
    func `the default route follows the key from one lease to another, and comes back`(_ datapath: Datapath) throws {
        let bed = try makeLeasedBed(datapath)
        try bed.upTwice()
        let key = "<other_config><defaultroute>true</defaultroute></other_config><MAC>52:54:00:00:00:11</MAC>"
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MAC>52:54:00:00:00:11</MAC>", with: key) }
        let address = try bed.leasedAddress("xenbr0")
        try bed.upTwice("xenbr1", keeping: address)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr1"])
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing(key, with: "<MAC>52:54:00:00:00:11</MAC>") }
        try bed.upTwice("xenbr0", keeping: address)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0"])
    }

    @Test(arguments: Datapath.allCases)
    func `without a management interface the existing default route is kept`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<management>True", with: "<management>False") }
        try bed.addNeighbour("192.0.2.1/24")
        try bed.upTwice("xenbr0")
        try bed.upTwice("xenbr1", keeping: "192.0.2.10")
        #expect(try bed.routes() == [Self.gateway])
        try bed.host("ip", "route", "del", "default")
        try bed.host("ip", "route", "add", "default", "via", "198.51.100.1")
        try bed.upTwice("xenbr0", keeping: "192.0.2.10")
        #expect(try bed.routes() == ["default via 198.51.100.1 dev xenbr1"])
    }
}
