import Foundation
import NetConfigCore
import Testing

/// What others have made of the addresses and routes of our own devices.
@Suite("our own addresses and routes in the field", .serialized, .needsTestBed)
struct OwnDeviceTrialTests {
    private static let verdict = "all attached networks are as configured\n"

    /// A host that is up, whose record of eth0 has more fields, as XML.
    private func bed(_ datapath: Datapath, adding fields: String = "", cache: String = "physical") throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/\(cache).dbcache")
        if !fields.isEmpty {
            try bed.edit("/var/xapi/network.dbcache") { $0.replacing("</pif>", with: fields + "</pif>") }
        }
        return bed
    }

    private func up(_ bed: TestBed, location: SourceLocation = #_sourceLocation) throws {
        let result = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(result.status == 0, "\(result.errors)", sourceLocation: location)
    }

    /// Expects that `show` sees that something is wrong, and that `up` puts it right at no cost, once and for all.
    private func expectHealed(
        _ bed: TestBed, keeping address: String? = "192.0.2.10", showing words: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try bed.run("show", "xenbr0").output
        #expect(!before.hasSuffix(Self.verdict), "\(before)", sourceLocation: location)
        if let words { #expect(before.contains(words), "\(before)", sourceLocation: location) }
        try bed.pinging(address, location: location) { try up(bed, location: location) }
        let again = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)", sourceLocation: location)
        let after = try bed.run("show", "xenbr0").output
        #expect(after.hasSuffix(Self.verdict), "\(after)", sourceLocation: location)
    }

    private static let ipv6 =
        "<ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>2001:db8::10/64</IPv6>"
        + "<ipv6_gateway>2001:db8::1</ipv6_gateway>"

    // MARK: Routes

    @Test(
        arguments: Datapath.allCases,
        [
            "ip route replace default proto bird nexthop via 192.0.2.7 dev xenbr0 weight 1 nexthop via 192.0.2.8 dev xenbr0 weight 3",
            "ip nexthop add id 7 via 192.0.2.7 dev xenbr0; ip route replace default nhid 7",
            "ip nexthop add id 7 via 192.0.2.7 dev xenbr0; ip nexthop add id 8 via 192.0.2.8 dev xenbr0; "
                + "ip nexthop add id 9 group 7/8; ip route replace default nhid 9",
        ])
    func `a default route over several routers, or over one by its number, gives way to ours`(
        _ datapath: Datapath, _ command: String
    ) throws {
        let bed = try bed(datapath)
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed)
        let wanted = try bed.routes()
        try bed.host("sh", "-ec", command)
        #expect(try bed.routes() != wanted)
        try bed.takesBack(["--management", "--force", "xenbr0", "up", "--confirm", "1"], saying: ["was put back"])
        try expectHealed(bed)
        #expect(try bed.routes() == wanted)
    }

    @Test(arguments: Datapath.allCases)
    func `an IPv6 default route over several routers gives way to ours`(_ datapath: Datapath) throws {
        let bed = try bed(datapath, adding: Self.ipv6)
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed)
        let wanted = try bed.routes()
        try bed.host("ip", "-6", "route", "del", "default")
        try bed.host(
            "sh", "-c",
            "ip -6 route add default metric 512 nexthop via 2001:db8::7 dev xenbr0 nexthop via 2001:db8::8 dev xenbr0")
        try expectHealed(bed)
        #expect(try bed.routes() == wanted)
    }

    @Test(arguments: Datapath.allCases)
    func `the route to the network of an address is there again`(_ datapath: Datapath) throws {
        let bed = try bed(datapath, adding: Self.ipv6)
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed)
        func connected() throws -> [String] {
            try bed.lines(bed.host("ip", "route") + bed.host("ip", "-6", "route")).filter {
                $0.contains("proto kernel") && !$0.contains("fe80")
            }
        }
        let wanted = try connected()
        try bed.host("ip", "route", "del", "192.0.2.0/24")
        try bed.host("ip", "-6", "route", "del", "2001:db8::/64")
        #expect(try connected() == [])
        try bed.takesBack(["--management", "--force", "xenbr0", "up", "--confirm", "1"], saying: ["was put back"])
        // Meanwhile answers find their way back over the default route, which still knows the link.
        try expectHealed(bed, showing: "192.0.2.0/24")
        #expect(try connected().count == wanted.count && bed.neighbourReaches("192.0.2.10"))
        #expect(
            try connected().contains { $0.hasPrefix("192.0.2.0/24 dev xenbr0 proto kernel scope link src 192.0.2.10") })
    }

    @Test(arguments: Datapath.allCases)
    func `so is that of a lease without one`(_ datapath: Datapath) throws {
        let bed = try bed(datapath, cache: "physical-dhcp")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try up(bed)
        let (address, client) = (try bed.leasedAddress("xenbr0"), try bed.dhcpClient())
        try bed.host("ip", "address", "del", "\(address)/24", "dev", "xenbr0")
        try bed.host(
            "ip", "address", "add", "\(address)/24", "broadcast", "+", "dev", "xenbr0", "valid_lft", "3600",
            "preferred_lft", "3600", "noprefixroute")
        // The default route went with the first address.
        #expect(try !bed.neighbourReaches(address))
        try expectHealed(bed, keeping: nil, showing: "192.0.2.0/24")
        try bed.pinging(address) { try up(bed) }
        #expect(try bed.host("ip", "route").contains("192.0.2.0/24 dev xenbr0"))
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0"])
        #expect(try bed.dhcpClient() == client && bed.neighbourReaches(address))
    }

    // MARK: IPv6

    @Test(arguments: Datapath.allCases)
    func `a device that forms no addresses is told to, where a router gives them`(_ datapath: Datapath) throws {
        let bed = try bed(datapath, adding: "<ipv6_configuration_mode>Autoconf</ipv6_configuration_mode>")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.bed(["router6", bed.directory])
        try up(bed)
        func hasAddress() throws -> Bool { try bed.device("xenbr0").addresses.contains { $0.hasPrefix("2001:db8:") } }
        try bed.wait("the host has an address", for: hasAddress)
        try bed.host("sysctl", "-q", "-w", "net/ipv6/conf/xenbr0/addr_gen_mode=1")
        try bed.host("ip", "-6", "address", "flush", "dev", "xenbr0")
        try expectHealed(bed, showing: "addr_gen_mode")
        try bed.wait("the host has an address again", for: hasAddress)
    }

    @Test(
        arguments: Datapath.allCases
    )
    func `a primary address of IPv6 on a host without IPv6 is missed, and the bridge stays`(_ datapath: Datapath) throws
    {
        let bed = try bed(datapath)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing("<ip_configuration_mode>Static<", with: "<ip_configuration_mode>None<").replacing(
                "</pif>", with: Self.ipv6 + "<primary_address_type>IPv6</primary_address_type></pif>")
        }
        try bed.host("sysctl", "-q", "-w", "net/ipv6/conf/all/disable_ipv6=1")
        for _ in 1...2 {
            let result = try bed.run("--management", "--force", "xenbr0", "up")
            #expect(result.status == 1, "\(result.errors)")
            #expect(
                result.errors.contains("cannot have its primary address, an IPv6 address: IPv6 is switched off"))
            #expect(try bed.layout() == ["eth0 up in xenbr0", "xenbr0 up"])
        }
        try bed.host("sysctl", "-q", "-w", "net/ipv6/conf/all/disable_ipv6=0")
        try up(bed)
        #expect(try bed.device("xenbr0").addresses == ["2001:db8::10/64"])
    }

    // MARK: Ports

    @Test(arguments: ["eth0", "tap9"])
    func `a bridge's own address that was entered behind a port is the host's again`(_ port: String) throws {
        let bed = try bed(.bridge)
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed)
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        try bed.host("ip", "link", "set", "dev", "tap9", "master", "xenbr0", "up")
        let mac = try #require(try bed.device("xenbr0").address)
        try bed.host("bridge", "fdb", "replace", mac, "dev", port, "master", "static")
        #expect(try !bed.neighbourReaches("192.0.2.10"))
        func entry() throws -> String { try bed.host("bridge", "fdb", "get", mac, "br", "xenbr0") }
        let wrong = try entry()
        try bed.takesBack(["--management", "--force", "xenbr0", "up", "--confirm", "1"], saying: ["was put back"])
        #expect(try entry() == wrong && wrong.contains("\(port) master xenbr0 static"), "\(wrong)")
        try expectHealed(bed, keeping: nil, showing: "to \(port)")
        #expect(try entry().contains("permanent") && bed.neighbourReaches("192.0.2.10"))
        // The port of a virtual machine goes, and the address stays the host's.
        try bed.host("ip", "link", "delete", "tap9")
        try bed.pinging("192.0.2.10") { try up(bed) }
    }

    @Test
    func `a gateway whose address is held behind a port of a virtual machine is named, with what ends that`() throws {
        let bed = try bed(.bridge)
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed)
        try bed.host("sh", "-ec", "ip tuntap add dev tap9 mode tap; ip link set dev tap9 master xenbr0 up")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        let text = try bed.host("ip", "neighbour", "show", "192.0.2.1", "dev", "xenbr0")
        let mac = try #require(text.firstMatch(of: #/lladdr (\S+)/#).map { String($0.1) })
        // What is not held moves with the first answer.
        try bed.host("bridge", "fdb", "replace", mac, "dev", "tap9", "master", "static")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try bed.host("bridge", "fdb", "replace", mac, "dev", "tap9", "master", "static", "sticky")
        #expect(try !bed.neighbourReaches("192.0.2.10"))
        let show = try bed.run("show", "xenbr0").output
        #expect(show.contains("to tap9") && !show.hasSuffix(Self.verdict), "\(show)")
        let remedy = "bridge fdb delete \(mac) dev tap9 master"
        let named = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(named.status == 0 && named.errors.contains("`\(remedy)`"), "\(named.errors)")
        try bed.host("sh", "-c", remedy)
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try bed.pinging("192.0.2.10") { try up(bed) }
        #expect(try bed.run("show", "xenbr0").output.hasSuffix(Self.verdict))
    }

    @Test
    func `a port of ours that is disabled although it has a carrier forwards again`() throws {
        let bed = try bed(.bridge)
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed)
        try bed.host("bridge", "link", "set", "dev", "eth0", "state", "disabled")
        #expect(try !bed.neighbourReaches("192.0.2.10"))
        try bed.takesBack(["--management", "--force", "xenbr0", "up", "--confirm", "1"], saying: ["was put back"])
        try expectHealed(bed, keeping: nil, showing: "forwarding")
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }
}
