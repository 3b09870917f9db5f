import Foundation
import NetConfigCore
import Testing

/// Cards as they are in the field: missing, exchanged for others, or unable to do what the records ask for.
@Suite("cards in the field", .serialized, .needsTestBed)
struct CardTrialTests {
    /// Brings a bridge up, twice: the second time there is nothing to do.
    private func up(
        _ bed: TestBed, _ bridge: String, _ options: [String] = [], keeping address: String? = nil, gap: Int = 0,
        location: SourceLocation = #_sourceLocation
    ) throws -> String {
        var first = TestBed.Result(status: -1, output: "", errors: "")
        try bed.pinging(address, gap: gap, location: location) {
            first = try bed.run(["--force", bridge, "up"] + options)
        }
        #expect(first.status == 0, "\(first.errors)", sourceLocation: location)
        let second = try bed.run("--force", bridge, "up")
        #expect(
            second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)", sourceLocation: location)
        return first.errors
    }

    @Test(arguments: Datapath.allCases)
    func `another card in the place of the recorded one keeps its own MAC address`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache", nics: ["52:54:00:00:00:77"])
        try bed.addNeighbour("192.0.2.1/24")
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        let errors = try up(bed, "xenbr0")
        #expect(errors.contains("using 52:54:00:00:00:77"), "\(errors)")
        #expect(try bed.device("xenbr0").address == "52:54:00:00:00:77")
        if datapath == .bridge {
            #expect(bed.text("/etc/sysconfig/network-scripts/ifcfg-eth0")?.contains("HWADDR=52:54:00:00:00:77") == true)
        }
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test(arguments: Datapath.allCases)
    func `a card on another one has no larger MTU than that`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache", nics: [])
        try bed.host("ip", "link", "add", "name", "below", "type", "veth")
        try bed.host("ip", "link", "set", "dev", "below", "up")
        try bed.host(
            "ip", "link", "add", "link", "below", "name", "eth0", "address", "52:54:00:00:00:10", "type", "macvlan",
            "mode", "passthru")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>1500<", with: "<MTU>9000<") }
        let errors = try up(bed, "xenbr0")
        #expect(errors.contains("is above the maximum of eth0; using 1500"), "\(errors)")
        for name in ["eth0", "xenbr0"] { #expect(try bed.device(name).mtu == 1500) }
    }

    @Test
    func `a card that a macvlan device has a share of is refused before anything is touched, and taken on demand`()
        throws
    {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.host("ip", "link", "add", "link", "eth0", "name", "theirs", "type", "macvlan", "mode", "bridge")
        try bed.refuses(
            ["--force", "xenbr0", "up"],
            saying: ["cannot use eth0: it carries macvlan theirs", "delete it with --take"])
        let errors = try up(bed, "xenbr0", ["--take"])
        #expect(errors.contains("warning: eth0: macvlan theirs is deleted, which cannot be undone"), "\(errors)")
        #expect(try bed.devices()["theirs"] == nil && bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `a bond on Open vSwitch comes up with the slave that is there, and takes the other one when it comes`() throws
    {
        let bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.host("ip", "link", "set", "dev", "eth0", "name", "away")
        let errors = try up(bed, "xapi0")
        #expect(errors.contains("network card eth0 (MAC 52:54:00:00:00:10) is missing"), "\(errors)")
        #expect(try bed.device("xapi0").address == "52:54:00:00:00:10")
        try bed.host("ip", "link", "set", "dev", "eth1", "name", "gone")
        try bed.refuses(["--force", "xapi0", "up"], saying: ["eth0 (MAC 52:54:00:00:00:10), which is missing"])
        try bed.host("ip", "link", "set", "dev", "gone", "name", "eth1")
        try bed.host("ip", "link", "set", "dev", "away", "name", "eth0")
        _ = try up(bed, "xapi0", keeping: "192.0.2.20")
        let layout = try bed.layout()
        #expect(layout.contains("eth0 up in bond0") && layout.contains("eth1 up in bond0"), "\(layout)")
        // One that goes stays in the rows, and nothing else is touched.
        try bed.host("ip", "link", "delete", "eth1")
        let again = try bed.run("--force", "xapi0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        #expect(try bed.vsctl("get", "port", "bond0", "interfaces").split(separator: ",").count == 2)
    }

    @Test(arguments: Datapath.allCases)
    func `names that stand for others are refused`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        for name in ["br%d", "all", "default", "lo", "bonding_masters"] {
            try bed.use(cache: "plan/_topologies/physical.dbcache")
            try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<bridge>xenbr0<", with: "<bridge>\(name)<") }
            try bed.refuses(["--force", name, "up"], saying: ["cannot have a device named '\(name)'"])
        }
    }

    @Test(arguments: Datapath.allCases)
    func `another MAC address costs neither routes nor IPv6, and neighbours hear of it`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<VLAN>-1</VLAN>",
                with: """
                    <VLAN>-1</VLAN><ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>2001:db8::10/64</IPv6>
                    <ipv6_gateway>2001:db8::1</ipv6_gateway>
                    <other_config><static-routes>203.0.113.0/24/192.0.2.2</static-routes></other_config>
                    """)
        }
        _ = try up(bed, "xenbr0")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        let (routes, layout) = (try bed.routes(), try bed.layout())
        let new = "52:54:00:00:00:55"
        try bed.host("ip", "link", "set", "dev", "eth0", "address", new)
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("52:54:00:00:00:10", with: new) }
        _ = try up(bed, "xenbr0", keeping: "192.0.2.10", gap: 200)
        #expect(try bed.device("xenbr0").address == new)
        #expect(try bed.routes().sorted() == routes.sorted() && routes.count >= 3, "\(routes)")
        #expect(try bed.layout() == layout)
        // Told, and not asked for.
        #expect(try bed.neighbour("ip", "neighbour", "show", "192.0.2.10").contains(new))
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test(arguments: Datapath.allCases)
    func `a lease and its route survive another MAC address`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        _ = try up(bed, "xenbr0")
        let (routes, layout) = (try bed.routes(), try bed.layout())
        #expect(!routes.isEmpty)
        let new = "52:54:00:00:00:55"
        try bed.host("ip", "link", "set", "dev", "eth0", "address", new)
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("52:54:00:00:00:10", with: new) }
        _ = try up(bed, "xenbr0", keeping: bed.leasedAddress("xenbr0"), gap: 200)
        #expect(try bed.device("xenbr0").address == new)
        #expect(try bed.routes() == routes && bed.layout() == layout)
    }
}
