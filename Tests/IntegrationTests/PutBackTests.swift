import Foundation
import NetConfigCore
import Testing

/// What all is put back of a change that is not confirmed, and what is left alone.
@Suite("what an unconfirmed change leaves", .serialized, .needsTestBed)
struct PutBackTests {
    // MARK: DHCP

    @Test(arguments: Datapath.allCases)
    func `no client, no lease and no name servers of DHCP`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1", "--dns", "192.0.2.2"])
        // The client's script knows nothing of a root prefix: the host's own directory is the one below it as well.
        try bed.host("sh", "-c", "cp -r \(bed.root)/etc/. /etc && mount --bind /etc \(bed.root)/etc")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.host("cat", "/etc/resolv.conf").contains("nameserver 192.0.2.53"))
        try bed.use(cache: "plan/_topologies/physical-dhcp.dbcache")
        let before = try bed.snapshot()
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm", "60")
        #expect(try bed.dhcpClient() != nil)
        #expect(try bed.host("cat", "/etc/resolv.conf").contains("nameserver 192.0.2.2\n"))
        #expect(try up.interrupt() == 1)
        #expect(try bed.dhcpClient() == nil)
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: Datapath.allCases)
    func `the client that ran before, with its lease`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.use(cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let up = try bed.run("--force", "xenbr0", "up", "--confirm", "1")
        #expect(up.status == 1)
        #expect(up.errors.contains("start DHCP client on xenbr0"), "\(up.errors)")
        #expect(try bed.dhcpClient() != nil)
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: Datapath.allCases)
    func `the default route of a lease that another device took`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try bed.edit("/var/xapi/network.dbcache") { text in
            var text = text
            let mode = text.range(of: "<ip_configuration_mode>Static<")
            if let mode { text.replaceSubrange(mode, with: "<ip_configuration_mode>DHCP<") }
            return text
        }
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let before = try bed.snapshot()
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0"])
        let up = try bed.startUnconfirmed("--management", "--force", "xenbr1", "up", "--confirm", "60")
        #expect(try bed.routes() == ["default via 198.51.100.1 dev xenbr1 proto static"])
        #expect(try up.interrupt() == 1)
        #expect(!up.errors.contains("could not be put back"), "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `nothing where the change is not complete: DHCP without a server`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        let before = try bed.snapshot()
        let up = try bed.run("--force", "xenbr0", "up", "--confirm", "1")
        #expect(up.status == 1)
        #expect(up.errors.contains("no DHCP lease on xenbr0 within 60 s; the client keeps trying"), "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `no client that its program was killed over`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical-dhcp.dbcache")
        let before = try bed.snapshot()
        let up = try bed.start("--force", "xenbr0", "up", "--confirm", "60")
        try bed.wait("the client runs") { try bed.script("pgrep --ns $$ --nslist net dhclient").status == 0 }
        try bed.host("kill", "-KILL", "\(up.process)")
        try bed.awaitGuardsEnd()
        #expect(bed.outcome.contains("the program was killed while it changed the network"), "\(bed.outcome)")
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: Datapath.allCases)
    func `no address that a router has brought`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.bed(["router6", bed.directory])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>",
                with: "<ip_configuration_mode>Static</ip_configuration_mode>"
                    + "<ipv6_configuration_mode>Autoconf</ipv6_configuration_mode>")
        }
        let before = try bed.snapshot()
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm", "60")
        try bed.wait("the router is heard") { try bed.device("xenbr0").addresses.count == 2 }
        #expect(try up.interrupt() == 1, "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    // MARK: Open vSwitch

    @Test
    func `mirrors and controllers of a bridge that was taken away`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/two-cards.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        _ = try bed.vsctl(
            "set", "bridge", "xenbr0", "mirrors=@m", "--", "--id=@p", "get", "port", "eth0", "--", "--id=@o", "get",
            "port", "xenbr0", "--", "--id=@m", "create", "mirror", "name=m", "select_src_port=@p", "output_port=@o",
            "--", "set-controller", "xenbr0", "tcp:127.0.0.1:6653", "--", "set", "bridge", "xenbr0",
            "external_ids:theirs=1")
        /// With the names of ports in place of their identities, which are others afterwards.
        func decorations() throws -> String {
            var text = try bed.vsctl(
                "get-controller", "xenbr0", "--", "get", "bridge", "xenbr0", "external_ids", "--", "get", "mirror", "m",
                "select_src_port", "output_port")
            for port in ["eth0", "xenbr0"] {
                text.replace(try bed.vsctl("get", "port", port, "_uuid"), with: port)
            }
            return text
        }
        let before = try decorations()
        #expect(before.contains("[eth0]\nxenbr0") && before.contains("theirs"))
        try bed.use(cache: "plan/_topologies/bond.dbcache")
        let up = try bed.startUnconfirmed("--force", "xapi1", "up", "--confirm", "60")
        #expect(try bed.vsctl("list-br") == "xapi1")
        #expect(try up.interrupt() == 1)
        #expect(try decorations() == before)
    }

    @Test
    func `the flows that a bridge had`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        func flows() throws -> [String] {
            try bed.flows(of: "xenbr0").compactMap { line in
                line.firstMatch(of: #/priority=.*/#).map { String($0.0) }
            }
        }
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        let flowsBefore = try flows()
        try bed.makePoolSecure()
        let before = try bed.snapshot()
        let up = try bed.startUnconfirmed("--management", "--force", "xenbr0", "up", "--confirm", "60")
        #expect(try flows().count == 4)
        #expect(try up.interrupt() == 1)
        #expect(try flows() == flowsBefore)
        try bed.expectPutBack(to: before)
    }

    // MARK: Others

    @Test(arguments: Datapath.allCases)
    func `what others have done meanwhile`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        #expect(try bed.run("--force", "xenbr1", "up").status == 0)
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm", "60")
        for (guest, bridge) in [("tap0", "xenbr0"), ("tap1", "xenbr1")] {
            try bed.host("ip", "tuntap", "add", guest, "mode", "tap")
            if datapath == .bridge {
                try bed.host("ip", "link", "set", guest, "master", bridge)
            } else {
                _ = try bed.vsctl("add-port", bridge, guest, "--", "set", "port", guest, "external_ids:vm=x")
            }
        }
        try bed.host("ip", "address", "add", "203.0.113.5/24", "dev", "xenbr1")
        #expect(try up.interrupt() == 1)
        #expect(up.errors.contains("was put back") && !up.errors.contains("could not be"), "\(up.errors)")
        // The bridge stays for its guest alone: without card, without address, without route.
        #expect(try bed.device("xenbr0").addresses == [])
        #expect(try bed.device("xenbr1").addresses.contains("203.0.113.5/24"))
        #expect(try !bed.routes().contains { $0.contains("xenbr0") })
        #expect(try !bed.device("eth0").isUp)
        if datapath == .bridge {
            #expect(try bed.bridgePorts("xenbr0").keys.sorted() == ["tap0"])
            #expect(try bed.bridgePorts("xenbr1").keys.sorted() == ["eth1", "tap1"])
        } else {
            #expect(try bed.vsctl("list-ports", "xenbr0") == "tap0")
            #expect(try bed.vsctl("list-ports", "xenbr1") == "eth1\ntap1")
            #expect(try bed.vsctl("get", "port", "tap0", "external_ids:vm") == "x")
        }
        // And it can be had again.
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    // MARK: Others' addresses

    @Test(arguments: Datapath.allCases)
    func `an address that others gave for a limited time, with its route`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.host(
            "sh", "-c",
            "ip link set eth0 up; ip address add 192.0.2.77/24 dev eth0 valid_lft 3000 preferred_lft 3000; "
                + "ip route add default via 192.0.2.1")
        let up = try bed.run("--force", "xenbr0", "up", "--confirm", "1")
        #expect(up.status == 1 && !up.errors.contains("could not be put back"), "\(up.errors)")
        #expect(try bed.device("eth0").addresses == ["192.0.2.77/24"])
        #expect(try bed.routes() == ["default via 192.0.2.1 dev eth0"])
        #expect(try bed.host("ip", "address", "show", "dev", "eth0").contains("dynamic"))
    }

    // MARK: Live data

    @Test(arguments: [false, true])
    func `the cache as it was, and a new one when it is confirmed`(_ isKilled: Bool) throws {
        let cache = "plan/_topologies/physical.dbcache"
        let bed = try TestBed(.openvswitch, cache: cache)
        let xapi = try XAPIServer(bed, cache: cache)
        let before = try bed.snapshot()
        let pif = ["--session", XAPIServer.session, "--pif", "pif-eth0"]
        let unconfirmed = try bed.run(pif + ["up", "--confirm", "1"])
        #expect(unconfirmed.status == 1 && unconfirmed.errors.contains("--session … --pif pif-eth0"))
        #expect(!unconfirmed.errors.contains("secret"))
        try bed.expectPutBack(to: before)

        let up = try bed.start(pif + ["up", "--confirm", "60"])
        try bed.awaitStage("unconfirmed")
        let old = try #require(bed.text("/var/xapi/network.dbcache"))
        if isKilled { try bed.host("kill", "-KILL", "\(up.process)") }
        #expect(try bed.run("confirm").status == 0)
        #expect(try up.status() == (isKilled ? 137 : 0), "\(up.errors)")
        let new = try #require(bed.text("/var/xapi/network.dbcache"))
        #expect(new != old && new.contains("<currently_attached>False<"))
        #expect(bed.text("/var/xapi/network.dbcache.last-good") == old)
        let again = try bed.run(pif + ["up", "--confirm", "60"])
        #expect(again.status == 0 && again.errors.contains("is up to date"), "\(again.errors)")
        withExtendedLifetime(xapi) {}
    }
}
