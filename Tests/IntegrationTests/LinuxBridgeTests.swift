@testable import NetConfigCore
import Testing

/// The topologies that this machine's kernel can do on its own bridge: it has no bonding and no 802.1Q.
@Suite("on the Linux bridge", .serialized, .needsTestBed)
struct LinuxBridgeTests {
    @Test
    func `a network card's bridge carries its address and the traffic, up, up again and down`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let bridge = try bed.device("xenbr0")
        #expect(bridge.isUp && bridge.linkinfo?.info_kind == "bridge" && bridge.address == "52:54:00:00:00:10")
        #expect(bridge.addresses == ["192.0.2.10/24"])
        #expect(try bed.bridgePorts("xenbr0") == ["eth0": "forwarding"])
        #expect(try bed.device("eth0").isUp)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        let details = try bed.host("ip", "-details", "link", "show", "xenbr0")
        #expect(details.contains("forward_delay 0") && details.contains("stp_state 0"))
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        let before = try bed.snapshot()
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"))
        try bed.expectUntouched(since: before)
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.devices()["xenbr0"] == nil)
        #expect(try !bed.device("eth0").isUp)
        #expect(try bed.run("--force", "xenbr0", "down").errors.contains("nothing to do"))
    }

    @Test
    func `a PIF without bridge carries its address itself`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/bridgeless.dbcache")
        #expect(try bed.run("--force", "eth0", "up").status == 0)
        #expect(try bed.device("eth0").addresses == ["192.0.2.10/24"])
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.run("--force", "eth0", "up").errors.contains("nothing to do"))
        #expect(try bed.run("--force", "eth0", "down").status == 0)
        #expect(try bed.device("eth0").addresses.isEmpty)
        #expect(try !bed.device("eth0").isUp)
    }

    @Test
    func `a card's addresses leave it when it joins a bridge, and mode None leaves none`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-none.dbcache")
        try bed.host("ip", "link", "set", "dev", "eth0", "up")
        try bed.host("ip", "address", "add", "203.0.113.9/24", "dev", "eth0")
        try bed.host("ip", "address", "add", "2001:db8::9/64", "dev", "eth0", "nodad")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.device("eth0").addresses.isEmpty)
        #expect(try bed.device("xenbr0").isUp)
        try bed.host("ip", "address", "add", "203.0.113.9/24", "dev", "xenbr0")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.device("xenbr0").addresses.isEmpty)
    }

    @Test
    func `a virtual machine's port stays on its bridge, and on the bridge without uplink`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        try bed.host("ip", "link", "set", "dev", "tap9", "master", "xenbr0", "up")
        let number = try bed.host("cat", "/sys/class/net/tap9/ifindex")
        for arguments in [["xenbr1", "up"], ["xenbr0", "up"], ["xenbr1", "down"]] {
            #expect(try bed.run("--force", arguments[0], arguments[1]).status == 0)
            #expect(try bed.bridgePorts("xenbr0").keys.sorted() == ["eth0", "tap9"])
        }
        let down = try bed.run("--force", "xenbr0", "down")
        #expect(down.status == 0, "\(down.errors)")
        #expect(down.errors.contains("tap9"), "who loses the network is told: \(down.errors)")
        #expect(try bed.host("cat", "/sys/class/net/tap9/ifindex") == number, "it is not ours to remove")
    }

    @Test
    func `a port, and a VLAN link's parent, of a name that cannot be asked for is there all the same`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let script =
            #"name=$(printf 'tap\377'); ip tuntap add dev "$name" mode tap; ip link set dev "$name" master xenbr0 up"#
        try bed.host("sh", "-c", script)
        let port = "cat /sys/class/net/xenbr0/brif/*/../../ifindex >/dev/null; ls /sys/class/net/xenbr0/brif | wc -l"
        #expect(try bed.host("sh", "-c", port) == "2\n")
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
        // The bridge stays for it.
        let down = try bed.run("--force", "xenbr0", "down")
        #expect(down.status == 0 && down.errors.contains("tap:ff"), "\(down.errors)")
        #expect(try bed.host("sh", "-c", "ls /sys/class/net/xenbr0/brif | wc -l") == "1\n")
    }

    @Test(arguments: [
        ("physical", "xenbr0"), ("bond", "xapi1"), ("vlan-on-bond", "xapi5"), ("bridgeless", "eth0"),
    ])
    func `down of what is not there succeeds and touches nothing`(_ topology: String, _ bridge: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/\(topology).dbcache")
        let before = try bed.snapshot()
        let down = try bed.run("--force", bridge, "down")
        #expect(down.status == 0 && down.errors.contains("nothing to do"), "\(down.errors)")
        try bed.expectUntouched(since: before)
    }

    @Test
    func `routes of a network come and go with its record, and an administrator's stay`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        func up(routes: String) throws {
            try bed.edit("/var/xapi/network.dbcache") {
                $0.replacing(#/<other_config>.*<\/other_config>/#, with: "").replacing(
                    "<bridge>",
                    with: "<other_config><static-routes>\(routes)</static-routes></other_config><bridge>")
            }
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(up.status == 0, "\(up.errors)")
        }
        let gateway = "default via 192.0.2.1 dev xenbr0 proto static"
        try up(routes: "198.51.100.0/24/192.0.2.2,nonsense,203.0.113.0/25/192.0.2.3")
        try bed.host("ip", "route", "add", "203.0.113.128/25", "via", "192.0.2.9")
        let theirs = "203.0.113.128/25 via 192.0.2.9 dev xenbr0"
        #expect(
            try Set(bed.routes()) == [
                gateway, theirs, "198.51.100.0/24 via 192.0.2.2 dev xenbr0 proto static",
                "203.0.113.0/25 via 192.0.2.3 dev xenbr0 proto static",
            ])
        try up(routes: "203.0.113.0/25/192.0.2.4")
        #expect(try Set(bed.routes()) == [gateway, theirs, "203.0.113.0/25 via 192.0.2.4 dev xenbr0 proto static"])
    }
}
