import Foundation
import NetConfigCore
import Testing

/// Addresses by DHCP, by hand and none, and the way from one to the other.
@Suite("addresses", .serialized, .needsTestBed)
struct AddressTests {
    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `another mode takes the place of DHCP and gives it back`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1", "--range", "192.0.2.100,192.0.2.100"])
        for (mode, addresses) in [
            ("-dhcp", ["192.0.2.100/24"]), ("", ["192.0.2.10/24"]), ("-none", []), ("-dhcp", ["192.0.2.100/24"]),
        ] {
            try bed.use(cache: "plan/_topologies/physical\(mode).dbcache")
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(up.status == 0, "\(mode): \(up.errors)")
            #expect(try bed.device("xenbr0").addresses == addresses, "\(mode)")
            #expect(try (bed.dhcpClient() != nil) == (mode == "-dhcp"), "\(mode)")
            let again = try bed.run("--force", "xenbr0", "up")
            #expect(again.errors.contains("nothing to do"), "\(mode): \(again.errors)")
        }
    }

    @Test
    func `a DHCP client starts anew when it is to ask for something else, and only then`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>\n\t\t<IP>192.0.2.10</IP>",
                with: "<ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1", "--dns", "192.0.2.2"])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let client = try #require(try bed.dhcpClient())
        #expect(try bed.routes().contains { $0.hasPrefix("default via 192.0.2.1 dev xenbr0") })
        #expect(try bed.host("cat", "/etc/resolv.conf").contains("nameserver 192.0.2.2"))

        // A change of the MTU is none of the client's business.
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>1500<", with: "<MTU>1400<") }
        let mtu = try bed.run("--force", "xenbr0", "up")
        #expect(mtu.status == 0 && mtu.errors.contains("set xenbr0 mtu 1400"), "\(mtu.errors)")
        #expect(try bed.dhcpClient() == client)

        // Another network, which is there, is to provide the gateway: this one no longer asks for it.
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<device>eth1</device>",
                with: "<device>eth1</device><other_config><defaultroute>true</defaultroute></other_config>")
        }
        #expect(try bed.run("--force", "xenbr1", "up").status == 0)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.dhcpClient() != client)
        #expect(try bed.dhcpClient() != nil)
        #expect(try bed.device("xenbr0").addresses.count == 1)
        #expect(try bed.routes() == ["default via 198.51.100.1 dev xenbr1 proto static"])
    }

    @Test(arguments: Datapath.allCases)
    func `the default route moves from a static gateway to that of a lease and back`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>\n\t\t<IP>198.51.100.6</IP>",
                with: "<ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1", "--range", "192.0.2.100,192.0.2.100"])
        for (name, route) in [
            ("xenbr0", "default via 192.0.2.1 dev xenbr0 proto static"), ("xenbr1", "default via 192.0.2.1 dev xenbr1"),
            ("xenbr0", "default via 192.0.2.1 dev xenbr0 proto static"),
        ] {
            let up = try bed.run("--management", "--force", name, "up")
            #expect(up.status == 0, "\(up.errors)")
            #expect(try bed.routes() == [route])
        }
    }

    @Test
    func `a default route that another program made stays, with a warning`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.host("ip", "link", "set", "eth1", "up")
        try bed.host("ip", "address", "add", "203.0.113.5/24", "dev", "eth1")
        try bed.host("ip", "route", "add", "default", "via", "203.0.113.1")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(
            up.errors.contains(
                "default via 192.0.2.1 skipped: another route to the same destination exists ('default via 203.0.113.1 dev eth1')"
            ))
        #expect(try bed.routes() == ["default via 203.0.113.1 dev eth1"])
    }

    @Test
    func `a PIF without bridge gets its address by DHCP itself`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/bridgeless.dbcache")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("Static", with: "DHCP") }
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        let up = try bed.run("--force", "eth0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.device("eth0").addresses.count == 1)
        #expect(try bed.dhcpClient() != nil)
        #expect(try bed.run("--force", "eth0", "down").status == 0)
        #expect(try bed.dhcpClient() == nil)
        #expect(try bed.device("eth0").addresses.isEmpty)
    }

    /// The one test that waits for as long as a host would.
    @Test
    func
        `without a cable there is no lease: a warning says why, the bridge stays, and the client has one when it is plugged in`()
        throws
    {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try bed.neighbour("ip", "link", "set", "dev", "p0", "down")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0)
        let message =
            "no DHCP lease on xenbr0 within 60 s, because the link of eth0 has no carrier; the client keeps trying"
        #expect(up.errors.contains("warning: ") && up.errors.contains(message), "\(up.errors)")
        let client = try #require(try bed.dhcpClient())
        try bed.neighbour("ip", "link", "set", "dev", "p0", "up")
        try bed.wait("the lease") { try !bed.device("xenbr0").addresses.isEmpty }
        #expect(try bed.dhcpClient() == client)
        #expect(bed.text("/run/interface-reconfigure/attached") == "xenbr0\n")
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.dhcpClient() == nil)
    }
}
