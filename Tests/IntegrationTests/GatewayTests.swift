import Foundation
import NetConfigCore
import Testing

/// `up --check-gateway`: a change whose gateway does not answer is put back.
@Suite("a change whose gateway is asked", .serialized, .needsTestBed)
struct GatewayTests {
    /// A host with a card whose PIF has these modes, and both families' addresses and gateways.
    private func makeBed(_ datapath: Datapath, ipv4: String = "Static", ipv6: String = "None") throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>",
                with: "<ip_configuration_mode>\(ipv4)</ip_configuration_mode>"
                    + "<ipv6_configuration_mode>\(ipv6)</ipv6_configuration_mode>"
                    + "<IPv6>2001:db8::20/64</IPv6><ipv6_gateway>2001:db8::1</ipv6_gateway>")
        }
        return bed
    }

    private func expectKept(_ bed: TestBed, location: SourceLocation = #_sourceLocation) throws {
        let up = try bed.run("--force", "xenbr0", "up", "--check-gateway", "20")
        #expect(up.status == 0, "\(up.errors)", sourceLocation: location)
        #expect(up.errors.contains("was kept at"), "\(up.errors)", sourceLocation: location)
        #expect(try bed.device("xenbr0").isUp, sourceLocation: location)
    }

    private func expectPutBack(
        _ bed: TestBed, seconds: Int = 2, because reason: String, location: SourceLocation = #_sourceLocation
    ) throws {
        try bed.takesBack(
            ["--force", "xenbr0", "up", "--check-gateway", "\(seconds)"],
            saying: ["was put back", "\(reason) within \(seconds) s"], location: location)
    }

    @Test(arguments: Datapath.allCases)
    func `stays when the gateway answers, and is put back when it does not`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        // Another station on the network is no gateway.
        try bed.addNeighbour("192.0.2.7/24")
        try expectPutBack(bed, because: "no answer from gateway 192.0.2.1 on xenbr0")
        try bed.addNeighbour("192.0.2.1/24")
        try expectKept(bed)
        try bed.pinging("192.0.2.10") {}
    }

    @Test(arguments: Datapath.allCases)
    func `stays when the IPv6 gateway answers, and is put back when it does not`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv4: "None", ipv6: "Static")
        try expectPutBack(bed, seconds: 4, because: "no answer from gateway 2001:db8::1 on xenbr0")
        try bed.addNeighbour("2001:db8::1/64")
        try expectKept(bed)
    }

    @Test(arguments: Datapath.allCases)
    func `is put back where another host has the primary address of IPv6`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv4: "None", ipv6: "Static")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing("</pif>", with: "<primary_address_type>IPv6</primary_address_type></pif>")
        }
        for address in ["2001:db8::1/64", "2001:db8::20/64"] { try bed.addNeighbour(address) }
        try bed.takesBack(
            ["--force", "xenbr0", "up", "--check-gateway", "10"],
            saying: ["was put back", "another host on the link of xenbr0 has 2001:db8::20"])
        try bed.neighbour("ip", "address", "del", "2001:db8::20/64", "dev", "lan")
        try expectKept(bed)
    }

    @Test
    func `needs the gateways of both families`() throws {
        let bed = try makeBed(.bridge, ipv6: "Static")
        try bed.addNeighbour("192.0.2.1/24")
        try expectPutBack(bed, seconds: 4, because: "no answer from gateway 2001:db8::1 on xenbr0")
        try bed.addNeighbour("2001:db8::1/64")
        try expectKept(bed)
    }

    @Test(arguments: Datapath.allCases)
    func `asks the gateway that the lease brings`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, ipv4: "DHCP")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.9"])
        try expectPutBack(bed, because: "no answer from gateway 192.0.2.9 on xenbr0")
        try bed.bed(["dhcp-server-stop", bed.directory])
        try bed.bed(["dhcp-server", bed.directory, "--router", "none"])
        try expectPutBack(bed, because: "no DHCP server or router named a gateway on xenbr0")
        try bed.bed(["dhcp-server-stop", bed.directory])
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try expectKept(bed)
    }

    @Test
    func `asks the router that announces itself`() throws {
        let bed = try makeBed(.bridge, ipv4: "None", ipv6: "Autoconf")
        try expectPutBack(bed, because: "no DHCP server or router named a gateway on xenbr0")
        try bed.bed(["router6", bed.directory])
        try expectKept(bed)
    }

    @Test
    func `waits to be confirmed after the gateway has answered`() throws {
        let bed = try makeBed(.openvswitch)
        let before = try bed.snapshot()
        let unanswered = try bed.run("--force", "xenbr0", "up", "--check-gateway", "2", "--confirm", "60")
        #expect(unanswered.status == 1 && unanswered.errors.contains("no answer"), "\(unanswered.errors)")
        try bed.expectPutBack(to: before)
        try bed.addNeighbour("192.0.2.1/24")
        let unconfirmed = try bed.run("--force", "xenbr0", "up", "--check-gateway", "20", "--confirm", "1")
        #expect(unconfirmed.status == 1 && unconfirmed.errors.contains("not confirmed"), "\(unconfirmed.errors)")
        try bed.expectPutBack(to: before)
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--check-gateway", "20", "--confirm", "60")
        #expect(try bed.run("confirm").status == 0)
        #expect(try up.status() == 0)
    }

    @Test
    func `is still put back when the program is killed while its gateway is asked`() throws {
        let bed = try makeBed(.bridge)
        let before = try bed.snapshot()
        let up = try bed.start("--force", "xenbr0", "up", "--check-gateway", "3")
        try bed.awaitStage("changed")
        try bed.host("kill", "-KILL", "\(up.process)")
        try bed.awaitGuardsEnd()
        #expect(bed.outcome.contains("no answer from gateway 192.0.2.1"), "\(bed.outcome)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `is refused where there is no gateway to ask`() throws {
        for gateway in ["", "192.0.2.255"] {
            let bed = try makeBed(.bridge)
            try bed.edit("/var/xapi/network.dbcache") {
                $0.replacing("<gateway>192.0.2.1</gateway>", with: "<gateway>\(gateway)</gateway>")
            }
            try bed.refuses(
                ["--force", "xenbr0", "up", "--check-gateway", "5"], saying: ["has no gateway that could be asked"])
        }
    }

    @Test
    func `a dry run says on what the change would be kept, and neither waits nor asks`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let conditions = ["--check-gateway", "3", "--confirm", "60"]
        let dry = try bed.run(["--force", "xenbr0", "up", "--dry-run"] + conditions)
        #expect(dry.status == 0)
        #expect(
            dry.output.contains(
                "note: the change would be put back unless the gateway answers within 3 s, and then it is confirmed within 60 s\n"
            ),
            "\(dry.output)")
        try bed.expectUntouched(since: before)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let again = try bed.run(["--force", "xenbr0", "up", "--dry-run"] + conditions)
        #expect(!again.output.contains("put back"), "there is nothing to put back: \(again.output)")
    }
}
