@testable import NetConfigCore
import Testing

/// Every topology on a real Open vSwitch: up, up again, down.
@Suite("on Open vSwitch", .serialized, .needsTestBed)
struct OpenVswitchTests {
    /// Brings a bridge up twice and gives the host; the second time must find nothing to do.
    private func upTwice(_ topology: String, _ bridge: String) throws -> TestBed {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/\(topology).dbcache")
        let first = try bed.run("--force", bridge, "up")
        #expect(first.status == 0, "\(first.errors)")
        let before = try bed.snapshot()
        let second = try bed.run("--force", bridge, "up")
        #expect(second.status == 0)
        #expect(second.errors.contains("nothing to do"), "\(second.errors)")
        try bed.expectUntouched(since: before)
        return bed
    }

    /// Takes a bridge down: no bridge is left, and the cards are down and bare.
    private func downToNothing(_ bed: TestBed, _ bridge: String) throws {
        let down = try bed.run("--force", bridge, "down")
        #expect(down.status == 0, "\(down.errors)")
        #expect(try bed.vsctl("list-br") == "")
        let cards = try bed.devices().filter { $0.key.hasPrefix("eth") }
        #expect(!cards.isEmpty)
        for (name, device) in cards {
            #expect(!device.isUp, "\(name) is up")
            #expect(device.addresses.isEmpty)
        }
        #expect(try bed.routes().isEmpty)
        #expect(bed.text("/run/interface-reconfigure/attached") == nil)
        let again = try bed.run("--force", bridge, "down")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
    }

    @Test(arguments: [
        ("physical", "xenbr0"), ("bond", "xapi1"), ("vlan-on-bond", "xapi5"), ("tunnel", "xapi2"),
        ("bridgeless", "eth0"),
    ])
    func `down of what is not there succeeds and touches nothing`(_ topology: String, _ bridge: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/\(topology).dbcache")
        let before = try bed.snapshot()
        let down = try bed.run("--force", bridge, "down")
        #expect(down.status == 0 && down.errors.contains("nothing to do"), "\(down.errors)")
        try bed.expectUntouched(since: before)
    }

    @Test
    func `a network card's bridge carries its address and the traffic`() throws {
        let bed = try upTwice("physical", "xenbr0")
        #expect(try bed.vsctl("list-ports", "xenbr0") == "eth0")
        let bridge = try bed.device("xenbr0")
        #expect(bridge.isUp && bridge.addresses == ["192.0.2.10/24"] && bridge.address == "52:54:00:00:00:10")
        #expect(try bed.device("eth0").isUp)
        #expect(try bed.device("eth0").addresses.isEmpty)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "fail_mode") == "standalone")
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "external_ids:xs-network-uuids") == "net-eth0")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try downToNothing(bed, "xenbr0")
    }

    @Test
    func `a bond is one port with two interfaces, and carries the traffic`() throws {
        let bed = try upTwice("bond", "xapi1")
        #expect(try bed.vsctl("list-ports", "xapi1") == "bond0")
        #expect(bed.lines(try bed.vsctl("list-ifaces", "xapi1")).sorted() == ["eth0", "eth1"])
        #expect(try bed.vsctl("get", "port", "bond0", "bond_mode") == "balance-slb")
        #expect(try bed.vsctl("get", "port", "bond0", "bond_updelay") == "31000")
        #expect(try bed.vsctl("get", "port", "bond0", "lacp") == "off")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.20"))
        try downToNothing(bed, "xapi1")
    }

    @Test
    func `a bond goes on with one cable when the other is pulled out`() throws {
        let bed = try upTwice("bond", "xapi1")
        try bed.addNeighbour("192.0.2.1/24")
        for (pulled, plugged) in [("p0", "p1"), ("p1", "p0")] {
            try bed.neighbour("ip", "link", "set", plugged, "up")
            try bed.neighbour("ip", "link", "set", pulled, "down")
            // The record's updelay, 31 s, does not hold up a cable when there is no other.
            let ping = "until ping -c 1 -w 1 -q 192.0.2.20; do sleep 0.1; done"
            try bed.neighbour("timeout", "5", "sh", "-c", ping)
        }
    }

    @Test
    func `a bond with LACP negotiates, as its record says`() throws {
        let bed = try upTwice("bond-lacp", "xapi1")
        #expect(try bed.vsctl("get", "port", "bond0", "lacp", "bond_mode") == "active\nbalance-slb")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<mode>lacp</mode>",
                with: "<mode>lacp</mode><properties><hashing_algorithm>tcpudp_ports</hashing_algorithm>"
                    + "<lacp-time>fast</lacp-time></properties>")
        }
        let row = try bed.vsctl("get", "port", "bond0", "_uuid")
        #expect(try bed.run("--force", "xapi1", "up").status == 0)
        let port = try bed.vsctl("get", "port", "bond0", "lacp", "bond_mode", "other_config:lacp-time", "_uuid")
        #expect(bed.lines(port) == ["active", "balance-tcp", "fast", row])
        try downToNothing(bed, "xapi1")
    }

    @Test
    func `large frames fit through the card, the bridge and the VLAN`() throws {
        let bed = try upTwice("vlan-9000", "xapi5")
        for device in ["eth0", "xenbr0", "xapi5"] { #expect(try bed.device(device).mtu == 9000, "\(device)") }
        try downToNothing(bed, "xapi5")
    }

    @Test
    func `a VLAN is a fake bridge on the bridge of its card, and reaches the VLAN's neighbour`() throws {
        let bed = try upTwice("vlan-static", "xapi5")
        #expect(try bed.vsctl("br-to-parent", "xapi5") == "xenbr0")
        #expect(try bed.vsctl("br-to-vlan", "xapi5") == "5")
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"])
        #expect(try bed.device("xenbr0").addresses.isEmpty, "the PIF underneath is not attached")
        try bed.bed(["vlan", bed.directory, "5", "198.51.100.1/24"])
        #expect(try bed.neighbourReaches("198.51.100.5"))
        try downToNothing(bed, "xapi5")
    }

    @Test
    func `a VLAN on a bond comes and goes without the bond's own network`() throws {
        let bed = try upTwice("vlan-on-bond", "xapi5")
        #expect(try bed.vsctl("br-to-parent", "xapi5") == "xapi1")
        #expect(bed.lines(try bed.vsctl("list-ifaces", "xapi1")).sorted() == ["eth0", "eth1"])
        let up = try bed.run("--force", "xapi1", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"])
        let down = try bed.run("--force", "xapi1", "down")
        #expect(down.status == 0)
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"], "the VLAN stays usable")
        #expect(try bed.device("xapi1").addresses.isEmpty)
        try downToNothing(bed, "xapi5")
    }

    @Test
    func `a tunnel's access bridge has no card`() throws {
        let bed = try upTwice("tunnel", "xapi2")
        #expect(try bed.vsctl("list-br") == "xapi2")
        #expect(try bed.vsctl("list-ports", "xapi2") == "")
        try downToNothing(bed, "xapi2")
    }

    @Test
    func `a PIF without bridge carries its address itself`() throws {
        let bed = try upTwice("bridgeless", "eth0")
        #expect(try bed.vsctl("list-br") == "")
        #expect(try bed.device("eth0").addresses == ["192.0.2.10/24"])
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try downToNothing(bed, "eth0")
    }

    @Test
    func `a bond gives way to one of its slaves and comes back`() throws {
        let bed = try upTwice("bond", "xapi1")
        let slave = try bed.run("--force", "xenbr0", "up")
        #expect(slave.status == 0, "\(slave.errors)")
        #expect(try bed.vsctl("list-br") == "xenbr0")
        #expect(try bed.vsctl("list-ports", "xenbr0") == "eth0")
        #expect(try !bed.device("eth1").isUp, "the other slave has nothing to do")
        #expect(bed.text("/run/interface-reconfigure/attached") == "xenbr0\n")
        let back = try bed.run("--force", "xapi1", "up")
        #expect(back.status == 0, "\(back.errors)")
        #expect(try bed.vsctl("list-br") == "xapi1")
        #expect(try bed.device("xapi1").addresses == ["192.0.2.20/24"])
        try downToNothing(bed, "xapi1")
    }

    @Test
    func
        `a virtual machine's port survives what does not concern its bridge, and keeps its bridge when the uplink goes`()
        throws
    {
        let bed = try upTwice("two-cards", "xenbr0")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        _ = try bed.vsctl("add-port", "xenbr0", "tap9", "tag=7", "--", "set", "port", "tap9", "external_ids:vm=one")
        let row = try bed.vsctl("get", "port", "tap9", "_uuid")
        for arguments in [["xenbr1", "up"], ["xenbr1", "down"], ["xenbr0", "up"]] {
            #expect(try bed.run("--force", arguments[0], arguments[1]).status == 0)
            #expect(try bed.vsctl("get", "port", "tap9", "_uuid") == row)
        }
        let down = try bed.run("--force", "xenbr0", "down")
        #expect(down.status == 0 && down.errors.contains("warning: xenbr0: keeps its ports tap9"), "\(down.errors)")
        #expect(try bed.vsctl("list-ports", "xenbr0") == "tap9")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.vsctl("get", "port", "tap9", "_uuid", "external_ids:vm", "tag") == "\(row)\none\n7")
    }

    @Test
    func `a real bridge that is in a VLAN's way becomes its fake bridge, with what is plugged into it`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        _ = try bed.vsctl("add-br", "xapi5", "--", "set", "bridge", "xapi5", "datapath_type=\(bed.datapathType)")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        _ = try bed.vsctl("add-port", "xapi5", "tap9")
        let up = try bed.run("--force", "xapi5", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.vsctl("br-to-vlan", "xapi5") == "5")
        #expect(try bed.vsctl("list-ports", "xapi5") == "tap9")
        #expect(try bed.vsctl("get", "port", "tap9", "tag") == "5")
    }

    @Test
    func `what others set on our rows is kept`() throws {
        let bed = try upTwice("physical", "xenbr0")
        _ = try bed.vsctl(
            "set", "bridge", "xenbr0", "other_config:their=1", "external_ids:bridge-id=xenbr0", "fail_mode=secure")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "fail_mode") == "standalone")
        #expect(
            try bed.vsctl("get", "bridge", "xenbr0", "other_config:their", "external_ids:bridge-id") == "\"1\"\nxenbr0")
    }
}
