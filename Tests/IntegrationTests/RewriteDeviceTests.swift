import NetConfigCore
import Testing

/// Names that `rewrite` is given in a hurry and that are none of a network card.
@Suite("the device of the emergency cache", .serialized, .needsTestBed)
struct RewriteDeviceTests {
    private static func rewrite(_ device: String) -> [String] {
        ["--force", "xenbr0", "rewrite", "--mac=x", "--device=\(device)", "--mode=dhcp"]
    }

    @Test
    func `a name that is no card's is refused, with what to give instead`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/bond.dbcache")
        try bed.host(
            "sh", "-ec",
            """
            ip link property add dev eth1 altname enp3s0
            ip link add xenbr9 type bridge
            ip link set eth1 master xenbr9
            ip link add vif7.0 type veth peer name p7
            ip tuntap add tap0 mode tap
            """)
        let cards = "use a network card: --device=eth0, or eth1"
        let refusals = [
            ("enp3s0", "enp3s0 is an alternative name of eth1; use --device=eth1"),
            ("bond0", "bond0 is a bond of eth0, eth1; XAPI recreates it later; \(cards)"),
            ("xenbr9", "xenbr9 is a bridge; use a network card: --device=eth1\n"),
            ("lo", "'lo' is not a network card; \(cards)"),
            ("vif7.0", "vif7.0 is a virtual machine's device; \(cards)"),
            ("tap0", "tap0 is a device of a virtual machine or a program; \(cards)"),
            ("eth0.5", "eth0.5 is VLAN 5 of eth0; use --device=eth0 --vlan=5"),
        ]
        for (name, message) in refusals {
            try bed.refuses(Self.rewrite(name), saying: [message])
            try bed.refuses(Self.rewrite(name) + ["--dry-run"], saying: [message])
        }
        let usage = try bed.run(Self.rewrite("eth0:5"))
        #expect(usage.errors.contains("for a VLAN use --device=eth0 --vlan=5"), "\(usage.errors)")
        #expect(try bed.run(Self.rewrite("eth0")).status == 0)
        // The records that this cache replaced know the bond.
        try bed.refuses(Self.rewrite("bond0"), saying: ["bond0 is a bond of eth0, eth1"])
    }

    @Test
    func `so is a device of Open vSwitch`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/bond.dbcache")
        let up = try bed.run("--force", "xapi1", "up")
        #expect(up.status == 0, "\(up.errors)")
        for name in ["bond0", "xapi1"] {
            try bed.refuses(Self.rewrite(name), saying: ["use a network card: --device=eth0"])
        }
    }

    @Test
    func `a record whose device is another name of a card is told the card's own`() throws {
        for datapath in Datapath.allCases {
            let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
            try bed.edit("/var/xapi/network.dbcache") {
                $0.replacing("<device>eth0</device>", with: "<device>enp3s0</device>")
            }
            try bed.host("ip", "link", "property", "add", "dev", "eth0", "altname", "enp3s0")
            try bed.refuses(["--force", "xenbr0", "up"], saying: ["enp3s0 is an alternative name of eth0"])
        }
    }
}
