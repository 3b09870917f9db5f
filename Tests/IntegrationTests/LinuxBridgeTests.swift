import NetConfig
import Testing

/// The topologies that this machine's kernel can do on its own bridge: it has no bonding and no 802.1Q.
@Suite("on the Linux bridge", .serialized)
struct LinuxBridgeTests {
    @Test("a network card's bridge carries its address and the traffic, up, up again and down")
    func physical() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let bridge = try bed.device("xenbr0")
        #expect(bridge.isUp && bridge.linkinfo?.info_kind == "bridge" && bridge.address == "52:54:00:00:00:10")
        #expect(bridge.addresses == ["192.0.2.10/24"])
        #expect(try bed.device("eth0").master == "xenbr0")
        #expect(try bed.device("eth0").isUp)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        let details = try bed.host("ip", "-details", "link", "show", "xenbr0")
        #expect(details.contains("forward_delay 0") && details.contains("stp_state 0"))
        try bed.neighbour("ip", "address", "add", "192.0.2.1/24", "dev", "lan")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        let before = try bed.snapshot()
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"))
        #expect(try bed.snapshot() == before)
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.devices()["xenbr0"] == nil)
        #expect(try !bed.device("eth0").isUp)
        #expect(try bed.run("--force", "xenbr0", "down").errors.contains("nothing to do"))
    }

    @Test("a PIF without bridge carries its address itself")
    func bridgeless() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/bridgeless.dbcache")
        #expect(try bed.run("--force", "eth0", "up").status == 0)
        #expect(try bed.device("eth0").addresses == ["192.0.2.10/24"])
        try bed.neighbour("ip", "address", "add", "192.0.2.1/24", "dev", "lan")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.run("--force", "eth0", "up").errors.contains("nothing to do"))
        #expect(try bed.run("--force", "eth0", "down").status == 0)
        #expect(try bed.device("eth0").addresses.isEmpty)
        #expect(try !bed.device("eth0").isUp)
    }

    @Test("a card's addresses leave it when it joins a bridge, and mode None leaves none")
    func cardAddresses() throws {
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

    @Test("an action that the kernel refuses puts everything back: this kernel has no bonds")
    func bondIsRefused() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/bond.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let before = try bed.snapshot()
        let up = try bed.run("--force", "xapi1", "up")
        #expect(up.status == 1)
        #expect(up.errors.contains("create bond bond0"), "\(up.errors)")
        #expect(up.errors.lowercased().contains("operation not supported"))
        #expect(up.errors.contains("put back what was there"))
        #expect(try withoutIndexes(bed.snapshot()) == withoutIndexes(before))
    }

    /// A device that was taken away and made again has a new number.
    private func withoutIndexes(_ text: String) -> String {
        text.replacing(#/(?m)^[0-9]+: /#, with: "").replacing(#/(designated|uptime|gc_timer|multicast_).*/#, with: "")
    }
}
