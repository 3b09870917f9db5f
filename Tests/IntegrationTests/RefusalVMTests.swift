import NetConfigCore
import Testing

/// Topologies that cannot be made: each is told, and nothing is touched.
@Suite("what cannot be made", .serialized, .needsTestBed)
struct RefusalVMTests {
    private static let cards = ["52:54:00:00:00:10", "52:54:00:00:00:11", "52:54:00:00:00:12"]

    private func makeBed(_ datapath: Datapath, cards: Int = 3) throws -> TestBed {
        try TestBed(datapath, cache: "cache/movement.xml", nics: Array(Self.cards.prefix(cards)))
    }

    @Test(arguments: Datapath.allCases)
    func `a card that belongs to another program's bridge or bond is left there`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.host("ip", "link", "add", "name", "theirs", "type", "bridge")
        try bed.host("ip", "link", "set", "dev", "eth0", "master", "theirs")
        try bed.host("ip", "link", "add", "name", "bond9", "type", "bond", "mode", "active-backup")
        try bed.host("ip", "link", "set", "dev", "eth2", "master", "bond9")
        for name in ["xenbr0", "xapi0", "xapi5", "xapi6"] {
            try bed.refuses(["--force", name, "up"], saying: ["cannot use eth0: it belongs to theirs"])
        }
        for name in ["xenbr2", "xapi1"] {
            try bed.refuses(["--force", name, "up"], saying: ["cannot use eth2: it belongs to bond9"])
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a bond without any of its slaves is not made`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath, cards: 1)
        try bed.refuses(
            ["--force", "xapi1", "up"],
            saying: ["needs network card eth1 (MAC 52:54:00:00:00:11)", "cards present: eth0 (52:54:00:00:00:10)"])
    }

    @Test(arguments: Datapath.allCases, ["4095", "70000", "five"])
    func `a VLAN tag out of range is told`(_ datapath: Datapath, _ tag: String) throws {
        let bed = try makeBed(datapath)
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<VLAN>5<", with: "<VLAN>\(tag)<") }
        try bed.refuses(["--force", "xapi5", "up"], saying: ["VLAN", tag])
    }

    @Test(arguments: Datapath.allCases)
    func `a bridge that has the name of a card, or of a device of the wrong kind, is not made`(_ datapath: Datapath)
        throws
    {
        let bed = try makeBed(datapath)
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<bridge>xenbr0<", with: "<bridge>eth2<") }
        try bed.refuses(["--force", "eth2", "up"], saying: ["eth2"])
        try bed.use(cache: "cache/movement.xml")
        let other = datapath == .bridge ? "bond" : "bridge"
        try bed.host("ip", "link", "add", "name", "xenbr0", "type", other)
        try bed.refuses(
            ["--force", "xenbr0", "up"],
            saying: ["cannot create bridge xenbr0", "a \(datapath == .bridge ? "bond" : "Linux bridge")"])
        try bed.host("ip", "link", "delete", "xenbr0")
        guard datapath == .bridge else { return }
        try bed.host("ip", "link", "add", "name", "bond0", "type", "bridge")
        try bed.refuses(["--force", "xapi0", "up"], saying: ["cannot create bond bond0", "a Linux bridge"])
    }

    @Test(
        arguments: [
            (.openvswitch, "bridgeless-bond", "bond0", "cannot create a"),
            (.openvswitch, "bridgeless-vlan", "eth0.5", "cannot create a"),
            (.bridge, "tunnel", "xapi2", "tunnels need Open vSwitch"),
        ] as [(Datapath, String, String, String)])
    func `what a datapath does not have is refused, and there is nothing to take down`(
        _ datapath: Datapath, _ topology: String, _ name: String, _ message: String
    ) throws {
        let bed = try makeBed(datapath)
        try bed.use(cache: "plan/_topologies/\(topology).dbcache")
        try bed.refuses(["--force", name, "up"], saying: [message])
        let down = try bed.run("--force", name, "down")
        #expect(down.status == 0 && down.errors.contains("nothing to do"), "\(down.errors)")
    }
}
