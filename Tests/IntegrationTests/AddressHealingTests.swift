import Foundation
import NetConfigCore
import Testing

/// Addresses and IPv6 settings as others left them.
@Suite("addresses that others left, and IPv6 that is off", .serialized, .needsTestBed)
struct AddressHealingTests {
    private static let gateways = [
        "default via 192.0.2.1 dev xenbr0 proto static",
        "default via 2001:db8::1 dev xenbr0 proto static metric 512 pref medium",
    ]

    /// A host with IPv4 Static and IPv6 in this mode.
    private func makeBed(_ datapath: Datapath, ipv6: String = "Static", mtu: Int = 1500) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try change(bed, ipv6: ipv6, mtu: mtu)
        return bed
    }

    private func change(_ bed: TestBed, ipv6: String = "Static", mtu: Int = 1500) throws {
        try bed.use(cache: "plan/_topologies/physical.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<gateway>",
                with: "<ipv6_configuration_mode>\(ipv6)</ipv6_configuration_mode><IPv6>2001:db8::10/64</IPv6>"
                    + "<ipv6_gateway>2001:db8::1</ipv6_gateway><gateway>"
            ).replacing("<MTU>1500<", with: "<MTU>\(mtu)<")
        }
    }

    private func upTwice(
        _ bed: TestBed, warning: String? = nil, keeping address: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) throws {
        var up = TestBed.Result(status: -1, output: "", errors: "")
        try bed.pinging(address, location: location) { up = try bed.run("--force", "xenbr0", "up") }
        #expect(up.status == 0, "\(up.errors)", sourceLocation: location)
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(
            again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)", sourceLocation: location)
        for errors in [up.errors, again.errors] {
            let isWarned = errors.contains(warning ?? "left out")
            #expect(isWarned == (warning != nil), "\(errors)", sourceLocation: location)
        }
    }

    private func expectWhole(_ bed: TestBed, location: SourceLocation = #_sourceLocation) throws {
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24 2001:db8::10/64", location: location)
        #expect(try bed.routes() == Self.gateways, sourceLocation: location)
    }

    private func set(_ bed: TestBed, _ setting: String, _ value: Int) throws {
        try bed.host("sysctl", "-q", "-w", "net/ipv6/conf/\(setting)=\(value)")
    }

    // MARK: IPv6 that is off

    @Test(arguments: Datapath.allCases)
    func `IPv6 comes on where only new devices have it off`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try set(bed, "default/disable_ipv6", 1)
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        try expectWhole(bed)
        try bed.addNeighbour("2001:db8::1/64")
        #expect(try bed.neighbourReaches("2001:db8::10"))
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(arguments: Datapath.allCases)
    func `IPv6 comes on where only the bridge has it off`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try set(bed, "xenbr0/disable_ipv6", 1)
        try bed.addNeighbour("192.0.2.1/24")
        try bed.pinging("192.0.2.10") {
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(up.status == 0, "\(up.errors)")
        }
        try expectWhole(bed)
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(
        arguments: Datapath.allCases,
        ["Static", "Autoconf", "DHCP"])
    func `IPv6 that an administrator has switched off is left out whole`(_ datapath: Datapath, _ mode: String) throws {
        let bed = try makeBed(datapath, ipv6: mode)
        try set(bed, "all/disable_ipv6", 1)
        try upTwice(bed, warning: "IPv6 is switched off on this host (net.ipv6.conf.all.disable_ipv6 is 1)")
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
        #expect(try bed.routes() == [Self.gateways[0]])
        #expect(try bed.dhcpClient() == nil)
        #expect(try bed.host("sysctl", "-n", "net.ipv6.conf.xenbr0.disable_ipv6") == "1\n")
    }

    @Test
    func `a gateway check asks no IPv6 gateway where IPv6 is switched off`() throws {
        let bed = try makeBed(.bridge)
        try set(bed, "all/disable_ipv6", 1)
        try bed.addNeighbour("192.0.2.1/24")
        let up = try bed.run("--force", "xenbr0", "up", "--check-gateway", "10")
        #expect(up.status == 0 && up.errors.contains("was kept at"), "\(up.errors)")
    }

    @Test(arguments: Datapath.allCases, ["default", "all"])
    func `nothing is switched on for mode None`(_ datapath: Datapath, _ place: String) throws {
        let bed = try makeBed(datapath, ipv6: "None")
        try set(bed, "\(place)/disable_ipv6", 1)
        try upTwice(bed)
        #expect(try bed.host("sysctl", "-n", "net.ipv6.conf.xenbr0.disable_ipv6") == "1\n")
    }

    @Test(arguments: Datapath.allCases)
    func `an MTU too small for IPv6 leaves that out, and a larger one brings it back`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, mtu: 1200)
        try upTwice(bed, warning: "IPv6 needs an MTU of 1280 bytes or more, and the network's is 1200")
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
        #expect(try bed.device("xenbr0").mtu == 1200)
        try bed.addNeighbour("192.0.2.1/24")
        try change(bed, mtu: 1500)
        try upTwice(bed, keeping: "192.0.2.10")
        try expectWhole(bed)
        try change(bed, mtu: 1200)
        try upTwice(
            bed, warning: "IPv6 needs an MTU of 1280 bytes or more, and the network's is 1200", keeping: "192.0.2.10")
        try change(bed, ipv6: "None", mtu: 1200)
        try upTwice(bed, keeping: "192.0.2.10")
    }

    @Test(arguments: Datapath.allCases)
    func `a host that forwards heeds the router all the same`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv6: "Autoconf")
        try set(bed, "all/forwarding", 1)
        try bed.bed(["router6", bed.directory])
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        try bed.wait("the host has the router's addresses") {
            try bed.device("xenbr0").addresses.contains { $0.hasPrefix("2001:db8::") }
                && bed.routes().contains { $0.hasPrefix("default via fe80:") }
        }
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    // MARK: Addresses

    @Test(arguments: Datapath.allCases, ["eth0", "xenbr0"])
    func `an address with a peer goes`(_ datapath: Datapath, _ device: String) throws {
        let bed = try makeBed(datapath)
        if device == "xenbr0" {
            #expect(try bed.run("--force", "xenbr0", "up").status == 0)
            try bed.host("ip", "address", "flush", "dev", "xenbr0")
        }
        try bed.addNeighbour("192.0.2.1/24")
        try bed.host("ip", "link", "set", device, "up")
        try bed.host("ip", "address", "add", "192.0.2.10", "peer", "192.0.2.1/32", "dev", device)
        try bed.host("ip", "address", "add", "2001:db8::10", "peer", "2001:db8::1/128", "dev", device)
        try bed.host("ip", "route", "add", "default", "via", "192.0.2.1")
        // A kernel that answers ARP for a device's own networks only (`arp_ignore`) counts the peer's as the address's.
        try bed.neighbour("ip", "neigh", "replace", "192.0.2.10", "lladdr", "52:54:00:00:00:10", "dev", "lan")
        // There is no way to take the peer alone from an address.
        try bed.pinging(device == "xenbr0" ? "192.0.2.10" : nil, gap: 50) {
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(up.status == 0, "\(up.errors)")
        }
        try expectWhole(bed)
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(arguments: Datapath.allCases)
    func `an address without a route to its network gets one`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host("ip", "address", "flush", "dev", "xenbr0")
        try bed.host("ip", "address", "add", "192.0.2.10/24", "broadcast", "+", "noprefixroute", "dev", "xenbr0")
        try bed.host("ip", "address", "add", "2001:db8::10/64", "noprefixroute", "dev", "xenbr0")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        try expectWhole(bed)
        #expect(try bed.host("ip", "route").contains("192.0.2.0/24 dev xenbr0 proto kernel scope link src 192.0.2.10"))
        #expect(try bed.host("ip", "-6", "route").contains("2001:db8::/64 dev xenbr0 proto kernel metric 256"))
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(arguments: Datapath.allCases)
    func `an address that another host had is healed when it is free`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.addNeighbour("2001:db8::10/64")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        func isDuplicate() throws -> Bool {
            try bed.host("ip", "-6", "address", "show", "dev", "xenbr0").contains("dadfailed")
        }
        try bed.wait("the kernel finds the other one", for: isDuplicate)
        let show = try bed.run("show")
        #expect(show.output.contains("2001:db8::10/64 (duplicate)"), "\(show.output)")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.pinging("192.0.2.10") {
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(
                up.status == 0
                    && up.errors.contains("xenbr0: duplicate address detection found another host with 2001:db8::10"),
                "\(up.errors)")
        }
        try bed.wait("the kernel finds it again", for: isDuplicate)
        try bed.neighbour("ip", "address", "del", "2001:db8::10/64", "dev", "lan")
        try bed.addNeighbour("2001:db8::1/64")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.neighbourReaches("2001:db8::10"))
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        try expectWhole(bed)
    }
}
