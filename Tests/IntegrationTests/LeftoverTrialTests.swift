import Foundation
import NetConfigCore
import Testing

/// What others, or earlier records, have left on the host.
@Suite("leftovers in the field", .serialized, .needsTestBed)
struct LeftoverTrialTests {
    /// Brings a bridge up, twice: the second time there is nothing to do, and nothing to complain of.
    private func up(
        _ bed: TestBed, _ bridge: String, _ options: [String] = [], keeping address: String? = nil, gap: Int = 0,
        location: SourceLocation = #_sourceLocation
    ) throws {
        try bed.pinging(address, gap: gap, location: location) {
            let first = try bed.run(["--force", bridge, "up"] + options)
            #expect(first.status == 0, "\(first.errors)", sourceLocation: location)
        }
        let second = try bed.run("--force", bridge, "up")
        #expect(
            second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)", sourceLocation: location)
        let show = try bed.run("show", bridge).output
        #expect(show.hasSuffix("all attached networks are as configured\n"), "\(show)", sourceLocation: location)
    }

    private func physical(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        return bed
    }

    @Test(arguments: [
        ["set", "port", "eth0", "tag=10", "vlan_mode=access"],
        ["set", "port", "eth0", "trunks=5,6", "vlan_mode=trunk"],
        ["set", "port", "eth0", "bond_mode=balance-slb", "protected=true"],
        ["set", "interface", "eth0", "type=internal"],
        ["set", "interface", "eth0", "type=patch", "options:peer=x"],
        ["set", "interface", "eth0", "mtu_request=1400"],
    ])
    func `rows that keep the card from being an uplink are put right`(_ command: [String]) throws {
        let bed = try physical(.openvswitch)
        try up(bed, "xenbr0")
        _ = try bed.host(["ovs-vsctl", "--no-wait"] + command)
        try bed.host("sleep", "0.3")
        let show = try bed.run("show", "xenbr0").output
        #expect(!show.hasSuffix("all attached networks are as configured\n"), "\(show)")
        // The others stop all frames.
        let passes = command.contains { $0.hasPrefix("mtu_request") || $0.hasPrefix("bond_mode") }
        try up(bed, "xenbr0", keeping: passes ? "192.0.2.10" : nil)
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `a card that Open vSwitch could not open is tried again`() throws {
        let bed = try physical(.openvswitch)
        try up(bed, "xenbr0")
        // What is a port of a Linux bridge cannot be one of Open vSwitch's.
        try bed.host("ovs-vsctl", "del-port", "eth0")
        try bed.host("ip", "link", "add", "name", "theirs", "type", "bridge")
        try bed.host("ip", "link", "set", "dev", "eth0", "master", "theirs")
        _ = try bed.script("ovs-vsctl --timeout=5 add-port xenbr0 eth0")
        try bed.host("ip", "link", "delete", "theirs")
        try up(bed, "xenbr0")
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test(arguments: [
        "bridge link set dev eth0 isolated on; ip link set tap9 type bridge_slave isolated on",
        "bridge link set dev eth0 flood off mcast_flood off; ip link set dev eth0 type bridge_slave bcast_flood off",
        "bridge link set dev eth0 learning off", "ip link set dev xenbr0 arp off",
        "ip link set dev xenbr0 type bridge stp_state 1",
    ])
    func `flags that stop frames are put right`(_ command: String) throws {
        let bed = try physical(.bridge)
        try up(bed, "xenbr0")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        try bed.host("ip", "link", "set", "dev", "tap9", "master", "xenbr0", "up")
        try bed.host("sh", "-ec", command)
        let show = try bed.run("show", "xenbr0").output
        #expect(!show.hasSuffix("all attached networks are as configured\n"), "\(show)")
        // A bridge that begins with the spanning tree, or without ARP, is deaf.
        try up(bed, "xenbr0", keeping: command.contains("dev eth0") ? "192.0.2.10" : nil)
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.device("tap9").master == "xenbr0")
    }

    @Test
    func `a second card leaves the bridge, and a virtual machine's port stays`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed, "xenbr0")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        for port in ["tap9", "eth1"] { try bed.host("ip", "link", "set", "dev", port, "master", "xenbr0", "up") }
        // Both uplinks are on one segment: it may have learnt that the host is behind the one that leaves.
        try up(bed, "xenbr0", keeping: "192.0.2.10", gap: 100)
        let devices = try bed.devices()
        #expect(devices["tap9"]?.master == "xenbr0" && devices["eth0"]?.master == "xenbr0")
        #expect(devices["eth1"]?.master == nil && devices["eth1"]?.isUp == false)
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `another fake bridge of the same VLAN goes, with its address and default route`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        try up(bed, "xapi5")
        let address = try #require(try bed.device("xapi5").addresses.first)
        _ = try bed.run("--force", "xapi5", "down")
        try bed.vsctlDone(
            "add-br", "xenbr0", "--", "set", "bridge", "xenbr0", "datapath_type=\(bed.datapathType)", "--", "add-port",
            "xenbr0", "eth0",
            "--", "add-br", "xentemp", "xenbr0", "5")
        try bed.host("ip", "address", "add", address, "dev", "xentemp")
        try bed.host("ip", "link", "set", "dev", "xentemp", "up")
        try bed.host("ip", "route", "add", "default", "dev", "xentemp")
        #expect(try bed.routes() == ["default dev xentemp scope link"])
        try up(bed, "xapi5")
        let devices = try bed.devices()
        #expect(devices["xentemp"] == nil && devices["xapi5"]?.addresses == [address])
        #expect(try bed.routes() == [])
    }

    @Test(arguments: ["xapi0", "xapi5", "xapi6"])
    func `the emergency cache takes the card from a running bond or VLAN`(_ old: String) throws {
        let bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.run("--management", "--force", old, "up").status == 0)
        try bed.rewriteEmergency()
        try up(bed, "xenbr0")
        try bed.expectEmergencyNetwork()
    }

    @Test
    func `the emergency cache with the address of the bond costs what Open vSwitch needs to move the card`() throws {
        let bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.run("--management", "--force", "xapi0", "up").status == 0)
        try bed.rewriteEmergency(address: "192.0.2.20")
        try up(bed, "xenbr0", keeping: "192.0.2.20", gap: 1000)
    }

    @Test(arguments: ["xapi0", "xapi6"])
    func `what made room in the emergency is put back where the gateway does not answer`(_ old: String) throws {
        let bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        #expect(try bed.run("--management", "--force", old, "up").status == 0)
        try bed.rewriteEmergency()
        try bed.takesBack(["--force", "xenbr0", "up", "--check-gateway", "1"], saying: ["was put back"])
    }

    @Test
    func `flags and a second card are put back where the gateway does not answer`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host("ip", "link", "set", "dev", "eth1", "master", "xenbr0", "up")
        let flags = "bridge link set dev eth0 isolated on learning off; ip link set dev xenbr0 arp off"
        try bed.host("sh", "-ec", flags)
        try bed.takesBack(["--force", "xenbr0", "up", "--check-gateway", "1"], saying: ["was put back"])
    }

    @Test
    func `a bridge in the emergency keeps its virtual machines' ports, and gives up card and address`() throws {
        let bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.run("--management", "--force", "xapi0", "up").status == 0)
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        try bed.vsctlDone("add-port", "xapi0", "tap9")
        try bed.rewriteEmergency()
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(try bed.device("xapi0").addresses.isEmpty)
        #expect(try bed.vsctl("list-ports", "xapi0").contains("tap9"))
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test
    func `an emergency over a DHCP client's bridge ends the client`() throws {
        let bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>\n\t\t<IP>192.0.2.20</IP>",
                with: "<ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.100"])
        #expect(try bed.run("--management", "--force", "xapi0", "up").status == 0)
        #expect(try bed.dhcpClient() != nil)
        try bed.rewriteEmergency()
        try up(bed, "xenbr0")
        #expect(try bed.dhcpClient() == nil)
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
    }

    @Test(arguments: Datapath.allCases, [false, true])
    func `in the emergency another card takes the place of a management bridge whose cable is dead`(
        datapath: Datapath, hasLease: Bool
    ) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        try bed.neighbour("ip", "link", "set", "dev", "p0", "down")
        let addresses =
            hasLease
            ? ["--mode=dhcp"]
            : ["--mode=static", "--ip=192.0.2.10", "--netmask=255.255.255.0", "--gateway=192.0.2.1"]
        let rewrite = try bed.run(["--force", "xenbr1", "rewrite", "--device=eth1", "--mac=x"] + addresses)
        #expect(rewrite.status == 0, "\(rewrite.errors)")
        try up(bed, "xenbr1")
        #expect(try bed.device("xenbr0").addresses == [])
        let address = try #require(try bed.device("xenbr1").addresses.first?.split(separator: "/").first)
        #expect(try bed.neighbourReaches(String(address)))
    }

    @Test(arguments: Datapath.allCases)
    func `of two records with one card the one that is attached keeps it`(datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing("<device>eth1<", with: "<device>eth0<")
                .replacing("52:54:00:00:00:11", with: "52:54:00:00:00:10")
        }
        let boot = try bed.run("--management", "--force", "xenbr0", "--force", "xenbr1", "up")
        #expect(boot.status == 1 && boot.errors.contains("has the same card as the network"), "\(boot.errors)")
        try bed.addNeighbour("192.0.2.1/24")
        try up(bed, "xenbr0", keeping: "192.0.2.10")
        try bed.pinging("192.0.2.10") {
            try bed.refuses(["--force", "xenbr1", "up"], saying: ["has the same card", "xenbr0"])
        }
        #expect(try bed.run("check").output.contains("has the same card eth0"))
    }

    @Test
    func `a card in a stranger's bridge is taken only on demand`() throws {
        let bed = try physical(.bridge)
        try bed.host("ip", "link", "add", "name", "theirs", "type", "bridge")
        try bed.host("ip", "link", "set", "dev", "eth0", "master", "theirs", "up")
        try bed.host("ip", "link", "set", "dev", "theirs", "up")
        try bed.host("ip", "address", "add", "192.0.2.99/24", "dev", "theirs")
        try bed.host("ip", "route", "add", "default", "via", "192.0.2.1")
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["it belongs to theirs", "--take takes it from there"])
        try up(bed, "xenbr0", ["--take"])
        #expect(try bed.device("theirs").addresses.isEmpty)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test(arguments: [(Datapath.bridge, "xenbr0"), (.openvswitch, "xenbr0"), (.openvswitch, "xapi5")])
    func `a network whose records are gone is taken down; what was never ours is not`(
        datapath: Datapath, bridge: String
    ) throws {
        let bed = try TestBed(datapath, cache: "cache/movement.xml")
        #expect(try bed.run("--force", bridge, "up").status == 0)
        let rewrite = try bed.run("--force", "xenbr1", "rewrite", "--device=eth1", "--mac=x", "--mode=none")
        #expect(rewrite.status == 0, "\(rewrite.errors)")
        #expect(try bed.run("show").output.contains("`--force \(bridge) down` removes it"))
        let plan = try bed.run("--force", bridge, "down", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains(bridge), "\(plan)")
        let down = try bed.run("--force", bridge, "down")
        #expect(down.status == 0, "\(down.errors)")
        let devices = try bed.devices()
        #expect(devices[bridge] == nil && devices["xenbr0"] == nil)
        #expect(devices["eth0"]?.isUp == false)
        #expect(try bed.run("--force", bridge, "down").errors.contains("nothing to do"))
        if datapath == .bridge {
            try bed.host("ip", "link", "add", "name", "theirs", "type", "bridge")
        } else {
            _ = try bed.host(["ovs-vsctl", "--no-wait", "add-br", "theirs"])
        }
        try bed.refuses(["--force", "theirs", "down"], saying: ["theirs is not a network of this host"])
    }

    @Test(arguments: Datapath.allCases)
    func `a bridge that xcp-networkd's database describes is ours`(datapath: Datapath) throws {
        let bed = try physical(datapath)
        if datapath == .bridge {
            try bed.host("ip", "link", "add", "name", "xapi9", "type", "bridge")
            try bed.host("ip", "link", "set", "dev", "eth0", "master", "xapi9")
        } else {
            try bed.vsctlDone(
                "add-br", "xapi9", "--", "set", "bridge", "xapi9", "datapath_type=\(bed.datapathType)", "--",
                "add-port",
                "xapi9", "eth0")
        }
        let unknown = ["xapi9 is not a network of this host"]
        try bed.refuses(["--force", "xapi9", "down"], saying: unknown)
        let file = "/var/lib/xcp/networkd.db"
        try bed.host("mkdir", "-p", "\(bed.root)/var/lib/xcp")
        try bed.write(#"{"bridge_config": {"xapi9""#, to: file)
        let place = "networkd.db: line 1, column 27: bridge_config: the value ends too early"
        try bed.refuses(["--force", "xapi9", "down"], saying: unknown + [place])
        if datapath == .bridge { try bed.refuses(["--force", "xenbr0", "up"], saying: ["it belongs to xapi9"]) }
        try bed.write(#"{"bridge_config": {"xapi9": {"ports": {"eth0": {"interfaces": ["eth0"]}}}}}"#, to: file)
        #expect(try bed.run("show").output.contains("xapi9  in xcp-networkd's database"))
        let down = try bed.run("--force", "xapi9", "down", "--dry-run")
        #expect(down.status == 0 && down.output.contains("xapi9"), "\(down)")
        try up(bed, "xenbr0")
        #expect(try bed.devices()["xapi9"] == nil)
    }

    @Test
    func `a network.conf that says nothing stands for Open vSwitch, with a warning`() throws {
        let bed = try physical(.openvswitch)
        try bed.write("# bridge or openvswitch\n", to: "/etc/xensource/network.conf")
        let words = "network.conf: says neither bridge nor openvswitch; openvswitch is used"
        let first = try bed.run("--force", "xenbr0", "up")
        #expect(first.status == 0 && first.errors.contains(words), "\(first.errors)")
        #expect(first.errors.contains(" with 1 warning"))
        #expect(try bed.vsctl("list-br") == "xenbr0")
        let show = try bed.run("show").output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(show.contains(words), "\(show)")
        try bed.write("switch\n", to: "/etc/xensource/network.conf")
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["the first line is 'switch'"])
    }

    @Test
    func `a controller that no record asks for is named, and stays`() throws {
        let bed = try physical(.openvswitch)
        try up(bed, "xenbr0")
        _ = try bed.host("ovs-vsctl", "--timeout=10", "set-controller", "xenbr0", "tcp:192.0.2.99:6653")
        let words = "warning: xenbr0: it has the controller tcp:192.0.2.99:6653"
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains(words), "\(again.errors)")
        #expect(try bed.run("show", "xenbr0").output.contains("tcp:192.0.2.99:6653"))
        #expect(try bed.vsctl("get-controller", "xenbr0") == "tcp:192.0.2.99:6653")
        // A manager may set what it likes.
        _ = try bed.host("ovs-vsctl", "--timeout=10", "set-manager", "ptcp:6640:127.0.0.1")
        #expect(try !bed.run("--force", "xenbr0", "up").errors.contains(words))
    }

    @Test
    func `after a change of the datapath the way on is told, and no down is done over what is left`() throws {
        let bed = try physical(.openvswitch)
        try bed.host("ip", "link", "add", "name", "xenbr0", "type", "bridge")
        let way = ["a Linux bridge of that name remains from the other datapath", "`ip link delete xenbr0`"]
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["cannot create bridge xenbr0"] + way)
        try bed.refuses(["--force", "xenbr0", "down"], saying: ["cannot take down xenbr0"] + way)
        try bed.host("ip", "link", "delete", "xenbr0")
        try up(bed, "xenbr0")
        try bed.write("bridge\n", to: "/etc/xensource/network.conf")
        try bed.pinging("192.0.2.10") {
            try bed.refuses(["--force", "xenbr0", "down"], saying: ["`ovs-vsctl del-br xenbr0`"])
        }
    }
}

extension TestBed {
    /// Changes Open vSwitch as another program does.
    func vsctlDone(_ arguments: String...) throws {
        _ = try host(["ovs-vsctl", "--timeout=10"] + arguments)
    }

    /// Expects that the host is managed over the first card, as the cache of an emergency says.
    func expectEmergencyNetwork() throws {
        try expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
        #expect(try routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(try neighbourReaches("192.0.2.10"))
    }

    /// Writes the cache of an emergency: the first card alone.
    func rewriteEmergency(bridge: String = "xenbr0", address: String = "192.0.2.10", _ options: String...) throws {
        let rewrite = try run(
            [
                "--force", bridge, "rewrite", "--device=eth0", "--mac=52:54:00:00:00:10", "--mode=static",
                "--ip=\(address)", "--netmask=255.255.255.0", "--gateway=192.0.2.1",
            ] + options)
        #expect(rewrite.status == 0, "\(rewrite.errors)")
    }
}
