import Foundation
import NetConfigCore
import Testing

/// IPv6 in each of its modes, with a real router, alone and beside IPv4.
@Suite("IPv6", .serialized, .needsTestBed)
struct IPv6Tests {
    /// The address that the card's MAC address makes of the router's prefix.
    private static let own = "2001:db8::5054:ff:fe00:10/64"

    private static let addresses = "<IPv6>2001:db8::20/64</IPv6><ipv6_gateway>2001:db8::1</ipv6_gateway>"

    /// A host with a card, without IPv4 unless its mode is said.
    private func makeBed(_ datapath: Datapath, ipv4: String = "None", ipv6: String) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try change(bed, ipv4: ipv4, ipv6: ipv6)
        return bed
    }

    private func change(_ bed: TestBed, ipv4: String = "None", ipv6: String) throws {
        try bed.use(cache: "plan/_topologies/physical.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>",
                with: "<ip_configuration_mode>\(ipv4)</ip_configuration_mode>"
                    + "<ipv6_configuration_mode>\(ipv6)</ipv6_configuration_mode>\(Self.addresses)")
        }
    }

    /// Brings the bridge up, a second time without any work.
    private func upTwice(_ bed: TestBed, location: SourceLocation = #_sourceLocation) throws {
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)", sourceLocation: location)
        try bed.wait("the host has an address") { try !bed.device("xenbr0").addresses.isEmpty }
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(
            again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)", sourceLocation: location)
    }

    private func downToNothing(_ bed: TestBed) throws {
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        try bed.expect("")
        #expect(try bed.routes() == [])
    }

    @Test(arguments: Datapath.allCases)
    func `a card that becomes a port keeps none of a router's routes`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv6: "Static")
        try bed.bed(["router6", bed.directory])
        try bed.host("sh", "-c", "sysctl -qw net.ipv6.conf.eth0.accept_ra=1; ip link set eth0 up")
        try bed.wait("the card has a route") { try bed.script("ip -6 route show proto ra").output.contains("eth0") }
        try bed.wait("the card has an address") { try !bed.device("eth0").addresses.isEmpty }
        try upTwice(bed)
        #expect(try bed.script("ip -6 route show dev eth0 | grep -v fe80::/64").output == "")
        #expect(try bed.neighbourReaches("2001:db8::20"))
    }

    @Test(arguments: Datapath.allCases)
    func `static has its address and gateway, whatever routers announce`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv6: "Static")
        try bed.bed(["router6", bed.directory])
        try upTwice(bed)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 2001:db8::20/64")
        #expect(try bed.routes() == ["default via 2001:db8::1 dev xenbr0 proto static metric 512 pref medium"])
        #expect(try bed.neighbourReaches("2001:db8::20"))
        try change(bed, ipv6: "None")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        try bed.expect("eth0 up in xenbr0\nxenbr0 up")
        #expect(try bed.routes() == [])
        try downToNothing(bed)
    }

    @Test(arguments: Datapath.allCases)
    func `autoconf has what the router announces, and None no longer`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv6: "Autoconf")
        try bed.bed(["router6", bed.directory])
        try upTwice(bed)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up \(Self.own)")
        #expect(try bed.routes().count == 1)
        #expect(try bed.routes().first?.contains("proto ra") == true)
        #expect(try bed.neighbourReaches("2001:db8::5054:ff:fe00:10"))
        try change(bed, ipv6: "None")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up")
        #expect(try bed.routes() == [])
        try downToNothing(bed)
    }

    @Test(arguments: Datapath.allCases)
    func `autoconf on a bridge that is up asks the router at once`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv6: "None")
        // A router announces itself when it starts, and then minutes later.
        try bed.bed(["router6", bed.directory])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.wait("the device has its link-local address") {
            let addresses = try bed.host("ip", "-6", "address", "show", "dev", "xenbr0", "scope", "link")
            return addresses.contains("fe80::") && !addresses.contains("tentative")
        }
        try bed.host("sleep", "3")
        try change(bed, ipv6: "Autoconf")
        try upTwice(bed)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up \(Self.own)")
        try bed.wait("the router's route is there") { try bed.routes().first?.contains("proto ra") == true }
    }

    @Test(arguments: Datapath.allCases)
    func `DHCP has the address of the server, and its route from the router`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv6: "DHCP")
        try bed.bed(["router6", bed.directory, "--dhcp", "2001:db8::100,2001:db8::100"])
        try upTwice(bed)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 2001:db8::100/128 dhcp")
        try bed.wait("the router is known") { try bed.routes().contains { $0.hasPrefix("default via fe80:") } }
        #expect(try bed.neighbourReaches("2001:db8::100"))
        try change(bed, ipv6: "Static")
        try upTwice(bed)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 2001:db8::20/64")
        try downToNothing(bed)
    }

    @Test(
        arguments: Datapath.allCases,
        [
            ("Static", "Static", ["192.0.2.10/24", "2001:db8::20/64"]),
            ("DHCP", "Autoconf", ["192.0.2.100/24", own]),
            ("Static", "DHCP", ["192.0.2.10/24", "2001:db8::100/128"]),
        ] as [(String, String, [String])])
    func `both families live side by side, each in its own mode`(
        _ datapath: Datapath, _ modes: (ipv4: String, ipv6: String, addresses: [String])
    ) throws {
        let bed = try makeBed(datapath, ipv4: modes.ipv4, ipv6: modes.ipv6)
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.100", "--router", "192.0.2.1"])
        let isStateful = modes.ipv6 == "DHCP"
        try bed.bed(
            ["router6", bed.directory] + (isStateful ? ["--dhcp", "2001:db8::100,2001:db8::100"] : []))
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        try bed.wait("both addresses are there") { try bed.device("xenbr0").addresses.sorted() == modes.addresses }
        try bed.wait("both default routes are there") {
            try bed.routes().count(where: { $0.hasPrefix("default via") }) == 2
        }
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        try downToNothing(bed)
    }
}
