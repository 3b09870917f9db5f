import NetConfigCore
import Testing

/// Layouts that occur more than once.
private enum Layout {
    /// The layout with one bond, without what is stacked on it.
    static let bond = """
        eth0 up in bond0
        eth1 up in bond0
        bond0 up in xapi0
        xapi0 up 192.0.2.20/24
        """

    /// The layout with the VLAN on the first card.
    static let vlan = """
        eth0 up (bridge)
        eth0.5 up on eth0 tag 5 in xapi5 (bridge)
        xapi5 up 10.5.0.2/24 (bridge)
        eth0 up in xenbr0 (openvswitch)
        xenbr0 up (openvswitch)
        xapi5 up in xenbr0 tag 5 10.5.0.2/24 (openvswitch)
        """

    /// The layout with the first card's bridge and the VLAN on that card.
    static let cardAndVLAN = """
        eth0 up in xenbr0
        xenbr0 up 192.0.2.10/24
        eth0.5 up on eth0 tag 5 in xapi5 (bridge)
        xapi5 up 10.5.0.2/24 (bridge)
        xapi5 up in xenbr0 tag 5 10.5.0.2/24 (openvswitch)
        """

    static let card = """
        eth0 up in xenbr0
        xenbr0 up 192.0.2.10/24
        """
}

/// From one configuration to another, on both datapaths: which devices there are after each step, whether they are up, what
/// they belong to and which addresses they have. Network cards that are not named are down and free.
@Suite("from one configuration to another", .serialized, .needsTestBed)
struct MovementVMTests {
    private static let cards = ["52:54:00:00:00:10", "52:54:00:00:00:11", "52:54:00:00:00:12"]

    private func makeBed(_ datapath: Datapath) throws -> TestBed {
        try TestBed(datapath, cache: "cache/movement.xml", nics: Self.cards)
    }

    @Test(arguments: Datapath.allCases)
    func `a card is attached and detached`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.step("xenbr0", .up, Layout.card)
        try bed.step("xenbr2", .up, Layout.card + "\neth2 up in xenbr2\nxenbr2 up")
        try bed.step("xenbr0", .down, "eth2 up in xenbr2\nxenbr2 up")
        try bed.step("xenbr2", .down, "")
    }

    @Test(
        arguments: Datapath.allCases,
        [
            [("xapi5", .up, Layout.vlan), ("xapi5", .down, "")],
            [
                ("xapi5", .up, Layout.vlan), ("xenbr0", .up, Layout.cardAndVLAN), ("xenbr0", .down, Layout.vlan),
                ("xapi5", .down, ""),
            ],
            [
                ("xapi5", .up, Layout.vlan), ("xenbr0", .up, Layout.cardAndVLAN), ("xapi5", .down, Layout.card),
                ("xenbr0", .down, ""),
            ],
            [
                ("xenbr0", .up, Layout.card), ("xapi5", .up, Layout.cardAndVLAN), ("xapi5", .down, Layout.card),
                ("xenbr0", .down, ""),
            ],
            [
                ("xenbr0", .up, Layout.card), ("xapi5", .up, Layout.cardAndVLAN), ("xenbr0", .down, Layout.vlan),
                ("xapi5", .down, ""),
            ],
        ] as [[(String, Verb, String)]])
    func `a VLAN and the card below it are attached and detached in every order`(
        _ datapath: Datapath, _ steps: [(String, Verb, String)]
    ) throws {
        let bed = try makeBed(datapath)
        for (name, verb, layout) in steps { try bed.step(name, verb, layout) }
    }

    @Test(arguments: Datapath.allCases)
    func `a bond takes its slaves with their bridges, addresses and DHCP clients away`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>\n\t\t<IP>198.51.100.11</IP>",
                with: "<ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.100"])
        try bed.step("xenbr0", .up, Layout.card)
        try bed.step("xenbr1", .up, Layout.card + "\neth1 up in xenbr1\nxenbr1 up 192.0.2.100/24 dhcp")
        try bed.step("xapi0", .up, Layout.bond)
        #expect(bed.text("/run/interface-reconfigure/attached") == "xapi0\n")
        try bed.step("xapi0", .down, "")
        for (index, mac) in Self.cards.enumerated() { #expect(try bed.device("eth\(index)").address == mac) }
    }

    @Test(arguments: Datapath.allCases)
    func `VLANs on a bond come with the bond and the last one goes with it`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        let slaves = "eth0 up in bond0\neth1 up in bond0\n"
        let bare = slaves + "bond0 up (bridge)\nbond0 up in xapi0 (openvswitch)\nxapi0 up (openvswitch)\n"
        func vlan(_ tag: Int) -> String {
            """
            bond0.\(tag) up on bond0 tag \(tag) in xapi\(tag) (bridge)
            xapi\(tag) up 10.\(tag).0.2/24 (bridge)
            xapi\(tag) up in xapi0 tag \(tag) 10.\(tag).0.2/24 (openvswitch)

            """
        }
        try bed.step("xapi6", .up, bare + vlan(6))
        try bed.step("xapi7", .up, bare + vlan(6) + vlan(7))
        try bed.step("xapi8", .up, bare + vlan(6) + vlan(7) + vlan(8))
        try bed.step("xapi0", .up, Layout.bond + "\n" + vlan(6) + vlan(7) + vlan(8))
        try bed.step("xapi7", .down, Layout.bond + "\n" + vlan(6) + vlan(8))
        try bed.step("xapi0", .down, bare + vlan(6) + vlan(8))
        try bed.step("xapi6", .down, bare + vlan(8))
        try bed.step("xapi8", .down, "")
    }

    @Test(arguments: Datapath.allCases)
    func `a bond gives way to one of its slaves, and comes back`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.step("xapi0", .up, Layout.bond)
        try bed.step("xenbr0", .up, Layout.card)
        try bed.step("xapi0", .up, Layout.bond)
        // A VLAN of the slave's own is the slave too.
        try bed.step("xapi5", .up, Layout.vlan)
        try bed.step("xapi0", .up, Layout.bond)
        try bed.step("xapi0", .down, "")
    }

    @Test(arguments: Datapath.allCases)
    func `of two bonds that share a card one gives way to the other`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        let other = "eth1 up in bond1\neth2 up in bond1\nbond1 up in xapi1\nxapi1 up 203.0.113.21/24"
        try bed.step("xapi0", .up, Layout.bond)
        try bed.step("xapi1", .up, other)
        try bed.step("xenbr0", .up, Layout.card + "\n" + other)
        try bed.step("xapi0", .up, Layout.bond)
        try bed.step("xapi0", .down, "")
    }

    @Test(arguments: Datapath.allCases)
    func `the management address moves from a card to a bond, to a VLAN on it, and back`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        func manage(_ name: String, _ layout: String, _ gateway: String, location: SourceLocation = #_sourceLocation)
            throws
        {
            let up = try bed.run("--management", "--force", name, "up")
            #expect(up.status == 0, "\(up.errors)", sourceLocation: location)
            try bed.expect(layout, location: location)
            let routes = try bed.routes()
            #expect(routes == ["default via \(gateway) dev \(name) proto static"], sourceLocation: location)
        }
        try manage("xenbr0", Layout.card, "192.0.2.1")
        try manage("xapi0", Layout.bond, "192.0.2.1")
        let both =
            Layout.bond + """

                bond0.6 up on bond0 tag 6 in xapi6 (bridge)
                xapi6 up 10.6.0.2/24 (bridge)
                xapi6 up in xapi0 tag 6 10.6.0.2/24 (openvswitch)
                """
        try manage("xapi6", both, "10.6.0.1")
        try manage("xapi0", both, "192.0.2.1")
        try manage("xenbr0", Layout.card, "192.0.2.1")
    }

    @Test(arguments: Datapath.allCases)
    func `an MTU rises and falls again below an attached VLAN`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        let devices = datapath == .bridge ? ["eth0", "xenbr0", "eth0.5", "xapi5"] : ["eth0", "xenbr0", "xapi5"]
        try bed.step("xenbr0", .up, Layout.card)
        try bed.step("xapi5", .up, Layout.cardAndVLAN)
        for (old, new) in [("1500", "9000"), ("9000", "1500")] {
            try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>\(old)<", with: "<MTU>\(new)<") }
            try bed.step("xenbr0", .up, Layout.cardAndVLAN)
            try bed.step("xapi5", .up, Layout.cardAndVLAN)
            let all = try bed.devices()
            for name in devices { #expect(all[name]?.mtu == Int(new), "\(name)") }
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a VLAN keeps an MTU of its own, whatever happens to the MTU below it`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.step("xapi5", .up, Layout.vlan)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<bridge>xenbr0</bridge>\n\t\t<MTU>1500</MTU>", with: "<bridge>xenbr0</bridge>\n\t\t<MTU>9000</MTU>")
        }
        try bed.step("xenbr0", .up, Layout.cardAndVLAN)
        // ovs-vswitchd hears of a card's new MTU later than of its own rows.
        for mtu in ["8000", "9000"] {
            try bed.host("ip", "link", "set", "dev", "eth0", "mtu", mtu)
            try bed.host("sleep", "0.5")
            #expect(try bed.device("xapi5").mtu == 1500)
        }
        #expect(try bed.device("xenbr0").mtu == 9000)
        for name in ["xenbr0", "xapi5"] {
            let again = try bed.run("--force", name, "up")
            #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        }
    }

    @Test(arguments: Datapath.allCases)
    func `the port of a virtual machine survives whatever does not concern its bridge`(_ datapath: Datapath) throws {
        let bed = try makeBed(datapath)
        try bed.step("xenbr2", .up, "eth2 up in xenbr2\nxenbr2 up")
        try bed.host("ip", "tuntap", "add", "dev", "tap9", "mode", "tap")
        if datapath == .bridge {
            try bed.host("ip", "link", "set", "dev", "tap9", "master", "xenbr2")
        } else {
            _ = try bed.vsctl("add-port", "xenbr2", "tap9", "--", "set", "port", "tap9", "external_ids:vm=one")
        }
        try bed.host("ip", "link", "set", "dev", "tap9", "up")
        let guest = "\neth2 up in xenbr2\nxenbr2 up\ntap9 up in xenbr2"
        let identity = try bed.guestPort()
        for (name, verb, layout) in [
            ("xenbr0", .up, Layout.card), ("xapi0", .up, Layout.bond), ("xapi5", .up, Layout.vlan),
            ("xapi5", .down, ""),
            ("xenbr2", .up, ""),
        ] as [(String, Verb, String)] {
            try bed.step(name, verb, layout + guest)
            #expect(try bed.guestPort() == identity)
        }
        // A bond that takes the card leaves the bridge, without an uplink, to the guest.
        let bond = "eth1 up in bond1\neth2 up in bond1\nbond1 up in xapi1\nxapi1 up 203.0.113.21/24"
        try bed.step("xapi1", .up, bond + "\nxenbr2 up\ntap9 up in xenbr2")
        #expect(try bed.guestPort() == identity)
    }
}

extension TestBed {
    /// Brings a bridge up or down and expects a layout.
    fileprivate func step(
        _ name: String, _ verb: Verb, _ layout: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let run = try run("--force", name, verb.rawValue)
        #expect(run.status == 0, "\(verb) \(name): \(run.errors)", sourceLocation: location)
        try expect(layout, location: location)
    }

    /// What the virtual machine's port is: the device and, on Open vSwitch, its row and its number on the bridge.
    fileprivate func guestPort() throws -> String {
        try host("cat", "/sys/class/net/tap9/ifindex")
            + (datapath == .bridge
                ? "" : vsctl("get", "port", "tap9", "_uuid", "--", "get", "interface", "tap9", "ofport"))
    }
}
