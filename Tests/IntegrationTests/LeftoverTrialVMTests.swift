import NetConfigCore
import Testing

/// What others, or earlier records, have left on the host, where bonding, 802.1Q and Open vSwitch's kernel module are.
@Suite("leftovers in the field, with bonds and VLANs", .serialized, .needsTestBed)
struct LeftoverTrialVMTests {
    private func movement(_ datapath: Datapath, cards: Int = 3) throws -> TestBed {
        let macs = (0..<cards).map { "52:54:00:00:00:1\($0)" }
        let bed = try TestBed(datapath, cache: "cache/movement.xml", nics: macs)
        try bed.addNeighbour("192.0.2.1/24")
        return bed
    }

    /// Brings a bridge up, twice: the second time there is nothing to do.
    @discardableResult
    private func up(
        _ bed: TestBed, _ bridge: String, keeping address: String? = nil, gap: Int = 0,
        location: SourceLocation = #_sourceLocation
    ) throws -> String {
        var first = TestBed.Result(status: -1, output: "", errors: "")
        try bed.pinging(address, gap: gap, location: location) {
            first = try bed.run("--management", "--force", bridge, "up")
        }
        #expect(first.status == 0, "\(first.errors)", sourceLocation: location)
        let second = try bed.run("--management", "--force", bridge, "up")
        #expect(
            second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)", sourceLocation: location)
        return first.errors
    }

    @Test(
        arguments: Datapath.allCases,
        ["xapi0", "xapi5", "xapi6"])
    func `the emergency cache takes the card from a running bond or VLAN`(_ datapath: Datapath, _ old: String) throws {
        let bed = try movement(datapath)
        try up(bed, old)
        try bed.rewriteEmergency()
        try up(bed, "xenbr0")
        try bed.expectEmergencyNetwork()
    }

    @Test(arguments: Datapath.allCases)
    func `the emergency cache with the address of the bond costs what it takes to move the card`(_ datapath: Datapath)
        throws
    {
        let bed = try movement(datapath)
        try up(bed, "xapi0")
        try bed.rewriteEmergency(address: "192.0.2.20")
        try up(bed, "xenbr0", keeping: "192.0.2.20", gap: 2000)
    }

    @Test(
        arguments: Datapath.allCases,
        ["xapi0", "xapi5", "xapi6"])
    func `what made room in the emergency is put back where the gateway does not answer`(
        _ datapath: Datapath, _ old: String
    ) throws {
        let bed = try movement(datapath)
        try up(bed, old)
        try bed.rewriteEmergency()
        try bed.neighbour("ip", "address", "flush", "dev", "lan")
        try bed.takesBack(["--force", "xenbr0", "up", "--check-gateway", "1"], saying: ["was put back"])
    }

    @Test(arguments: Datapath.allCases)
    func `the emergency cache has the VLAN of a running network under another name`(_ datapath: Datapath) throws {
        let bed = try movement(datapath)
        try up(bed, "xapi5")
        try bed.rewriteEmergency(bridge: "xentemp", "--vlan=5")
        let first = try bed.run("--force", "xentemp", "up")
        #expect(first.status == 0, "\(first.errors)")
        let layout = try bed.layout()
        #expect(!layout.contains { $0.hasPrefix("xapi5") }, "\(layout)")
        #expect(layout.contains { $0.hasPrefix("xentemp up") && $0.hasSuffix("192.0.2.10/24") }, "\(layout)")
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xentemp proto static"])
        #expect(try bed.run("--force", "xentemp", "up").errors.contains("nothing to do"))
    }

    @Test(
        arguments: Datapath.allCases,
        ["xapi0", "xapi5", "xapi6"])
    func `a bond or VLAN whose records are gone is taken down`(_ datapath: Datapath, _ bridge: String) throws {
        let bed = try movement(datapath)
        let before = try bed.layout().map { $0.split(separator: " ")[0] }
        try up(bed, bridge)
        let rewrite = try bed.run("--force", "xenbr2", "rewrite", "--device=eth2", "--mac=x", "--mode=none")
        #expect(rewrite.status == 0, "\(rewrite.errors)")
        #expect(try bed.run("show").output.contains("`--force \(bridge) down` removes it"))
        let down = try bed.run("--force", bridge, "down")
        #expect(down.status == 0, "\(down.errors)")
        let layout = try bed.layout()
        #expect(layout.map { $0.split(separator: " ")[0] } == before, "\(layout)")
        #expect(!layout.contains { $0.contains(" up") }, "\(layout)")
        #expect(try bed.run("--force", bridge, "down").errors.contains("nothing to do"))
    }

    @Test
    func `a bridge in the emergency keeps its virtual machines' ports, and gives up card and address`() throws {
        let bed = try movement(.bridge)
        try up(bed, "xapi0")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        try bed.host("ip", "link", "set", "dev", "tap9", "master", "xapi0", "up")
        try bed.rewriteEmergency()
        try up(bed, "xenbr0")
        try bed.expect(
            """
            eth0 up in xenbr0
            xenbr0 up 192.0.2.10/24
            eth1 up in bond0
            bond0 up in xapi0
            tap9 up in xapi0
            xapi0 up
            """)
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test(arguments: ["eth0.5", "vlan5"])
    func `another bridge with the same VLAN makes room, and its guests move`(_ link: String) throws {
        let bed = try movement(.bridge)
        try bed.host("ip", "link", "set", "dev", "eth0", "up")
        try bed.host("ip", "link", "add", "link", "eth0", "name", link, "type", "vlan", "id", "5")
        try bed.host("ip", "link", "add", "name", "xentemp", "type", "bridge")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        for port in [link, "tap9"] { try bed.host("ip", "link", "set", "dev", port, "master", "xentemp", "up") }
        try bed.host("ip", "link", "set", "dev", "xentemp", "up")
        try bed.host("ip", "address", "add", "10.5.0.2/24", "dev", "xentemp")
        try bed.host("ip", "route", "add", "default", "via", "10.5.0.1")
        try bed.addVLANNeighbour()
        // The link leaves the one bridge for the other, and the address follows; one of another name is recreated.
        try up(bed, "xapi5", keeping: "10.5.0.2", gap: 200)
        try bed.expect("eth0 up\neth0.5 up on eth0 tag 5 in xapi5\ntap9 up in xapi5\nxapi5 up 10.5.0.2/24")
        #expect(try bed.routes() == ["default via 10.5.0.1 dev xapi5 proto static"])
    }

    @Test
    func `a link of the kernel's does not take a VLAN's frames away from Open vSwitch`() throws {
        let bed = try movement(.openvswitch)
        try bed.host("ip", "link", "add", "link", "eth0", "name", "vlan5", "type", "vlan", "id", "5")
        try bed.host("ip", "link", "set", "dev", "eth0", "up")
        try bed.host("ip", "link", "set", "dev", "vlan5", "up")
        try up(bed, "xapi5")
        #expect(try bed.devices()["vlan5"] == nil)
        try bed.addVLANNeighbour()
        #expect(try bed.neighbourReaches("10.5.0.2"))
    }

    @Test
    func `the link of a VLAN that moved to another card leaves its bridge`() throws {
        let bed = try movement(.bridge)
        try up(bed, "xapi5")
        try bed.addVLANNeighbour()
        try bed.host("ip", "link", "add", "link", "eth1", "name", "eth1.5", "type", "vlan", "id", "5")
        for name in ["eth1", "eth1.5"] { try bed.host("ip", "link", "set", "dev", name, "up") }
        try bed.host("ip", "link", "set", "dev", "eth1.5", "master", "xapi5")
        try up(bed, "xapi5", keeping: "10.5.0.2")
        let devices = try bed.devices()
        #expect(devices["eth1.5"] == nil && devices["eth0.5"]?.master == "xapi5")
    }

    @Test
    func `VLAN filtering is put off`() throws {
        let bed = try movement(.bridge)
        try up(bed, "xenbr0")
        try bed.host(
            "ip", "link", "set", "dev", "xenbr0", "type", "bridge", "vlan_filtering", "1", "vlan_default_pvid", "0")
        #expect(try bed.run("show", "xenbr0").output.contains("VLAN filtering"))
        #expect(try !bed.neighbourReaches("192.0.2.10"))
        try up(bed, "xenbr0")
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test(arguments: Datapath.allCases)
    func `a bond comes up with the slave that is there`(_ datapath: Datapath) throws {
        let bed = try movement(datapath)
        try bed.host("ip", "link", "set", "dev", "eth0", "name", "away")
        let errors = try up(bed, "xapi0")
        #expect(errors.contains("network card eth0 (MAC 52:54:00:00:00:10) is missing"), "\(errors)")
        #expect(try bed.device("xapi0").address == "52:54:00:00:00:10")
        try bed.host("ip", "link", "set", "dev", "away", "name", "eth0")
        try up(bed, "xapi0", keeping: "192.0.2.20")
        try bed.expect("eth0 up in bond0\neth1 up in bond0\nbond0 up in xapi0\nxapi0 up 192.0.2.20/24")
        #expect(try bed.neighbourReaches("192.0.2.20"))
    }

    @Test(arguments: Datapath.allCases)
    func `a slave that the kernel refuses costs the bond nothing else`(_ datapath: Datapath) throws {
        let bed = try movement(datapath)
        try bed.host("ip", "link", "add", "link", "eth1", "name", "theirs", "type", "macvlan", "mode", "bridge")
        try bed.takesBack(["--management", "--force", "xapi0", "up", "--strict"], saying: ["eth1"])
        for _ in 1...2 {
            let result = try bed.run("--management", "--force", "xapi0", "up")
            #expect(result.status == 0 && result.errors.contains("it carries macvlan theirs"), "\(result.errors)")
            #expect(try bed.neighbourReaches("192.0.2.20"))
        }
        try bed.host("ip", "link", "delete", "theirs")
        let errors = try up(bed, "xapi0", keeping: "192.0.2.20")
        #expect(!errors.contains("macvlan"), "\(errors)")
        try bed.expect("eth0 up in bond0\neth1 up in bond0\nbond0 up in xapi0\nxapi0 up 192.0.2.20/24")
    }

    @Test(arguments: Datapath.allCases)
    func `a slave that cannot have the bond's MTU bounds it`(_ datapath: Datapath) throws {
        let bed = try movement(datapath)
        try bed.host("ip", "link", "set", "dev", "eth1", "name", "below")
        // It takes the address of what stands on it, and what it said by itself would draw the bond's frames to this cable.
        try bed.host("sysctl", "-qw", "net.ipv6.conf.below.disable_ipv6=1")
        try bed.host("ip", "link", "set", "dev", "below", "up")
        try bed.host(
            "ip", "link", "add", "link", "below", "name", "eth1", "address", "52:54:00:00:00:11", "type", "macvlan",
            "mode", "passthru")
        try up(bed, "xapi0")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>1500<", with: "<MTU>9000<") }
        let errors = try up(bed, "xapi0", keeping: "192.0.2.20")
        #expect(errors.contains("above the maximum of eth1; using 1500"), "\(errors)")
        for name in ["eth0", "eth1", "xapi0"] { #expect(try bed.device(name).mtu == 1500) }
    }
}

extension TestBed {
    /// Gives the other end of the host's cables an address in VLAN 5.
    func addVLANNeighbour(_ address: String = "10.5.0.1/24") throws {
        try neighbour("ip", "link", "add", "link", "lan", "name", "lan5", "type", "vlan", "id", "5")
        try neighbour("ip", "address", "add", address, "dev", "lan5")
        try neighbour("ip", "link", "set", "dev", "lan5", "up")
    }
}
