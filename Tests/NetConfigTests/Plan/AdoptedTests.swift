import Testing

@testable import NetConfigCore

/// What xcp-networkd does with settings, and this program as well.
@Suite("settings as xcp-networkd has them")
struct AdoptedTests {
    @Test
    func `lro is off on bond and VLAN device too, and gro as their PIF's properties say`() throws {
        for (device, link) in [("xapi0", "bond0"), ("xapi6", "bond0.6"), ("xapi5", "eth0.5")] {
            var host = try FieldHost(.bridge)
            try host.run(.up, device)
            try host.change(link) { $0.offloads = [.lro: true, .gro: true] }
            try host.run(.up, device)
            #expect(host.link(link)?.offloads[.lro] == false && host.link(link)?.offloads[.gro] == true, "\(link)")
            host.model.pifs[try host.pif(device).ref]?.properties["gro"] = "off"
            let plan = try host.run(.up, device)
            #expect(host.link(link)?.offloads[.gro] == false, "\(link)")
            #expect(plan.steps.map(\.reason).contains { $0.includes("properties:gro") })
        }
    }

    @Test(arguments: Datapath.allCases)
    func `lro is off on a bridge too; where it cannot change nothing is tried, and nothing said`(_ datapath: Datapath)
        throws
    {
        var host = try FieldHost(datapath)
        let first = try host.run(.up, "xenbr0")
        #expect(!first.actionTexts.contains { $0.includes("xenbr0 offload") })
        try host.change("xenbr0") { $0.offloads = [.lro: true] }
        let plan = try host.run(.up, "xenbr0")
        #expect(plan.actionTexts == ["set xenbr0 offload lro off"])
        for isOn in [true, false] {
            try host.change("xenbr0") { ($0.offloads, $0.fixedOffloads) = ([.lro: isOn], [.lro]) }
            let plan = try host.plan(.up, "xenbr0")
            #expect(plan.steps.isEmpty && plan.warnings.isEmpty && plan.strictRefusal == nil, "\(plan.text())")
        }
    }

    @Test(
        arguments: [
            ("0x020", [0x20]), ("3F", [0x3F]), ("0X1000000000002", [2, 0x10000]), ("0", nil), ("", nil), ("0x", nil),
            ("1000baseT/Full", nil), ("0x\u{301}1", nil), (String(repeating: "f", count: 33), nil),
        ] as [(String, [UInt32]?)])
    func `ethtool-advertise is a mask as ethtool has it`(_ text: String, _ expected: [UInt32]?) throws {
        #expect(LinkSettings.modes(text) == expected)
        var host = try FieldHost(.bridge)
        try host.change("eth0") { $0.settings = LinkSettings(autonegotiation: true, advertised: [0x3F]) }
        host.model.pifs[try host.pif("xenbr0").ref]?.otherConfig = OtherConfig(
            ["ethtool-advertise": text], of: .pif)
        let plan = try host.run(.up, "xenbr0")
        #expect(host.link("eth0")?.settings?.advertised == expected ?? [0x3F])
        #expect(plan.complaints.contains { $0.includes("hexadecimal") } == (expected == nil))
    }

    @Test
    func `pause frames and connectors stay among what is advertised`() throws {
        var host = try FieldHost(.bridge)
        try host.change("eth0") { $0.settings = LinkSettings(autonegotiation: true, advertised: [0x60FF, 0x20001]) }
        host.model.pifs[try host.pif("xenbr0").ref]?.otherConfig = OtherConfig(["ethtool-advertise": "0x20"], of: .pif)
        try host.run(.up, "xenbr0")
        #expect(host.link("eth0")?.settings?.advertised == [0x60E0, 0x20000])
    }

    @Test
    func `LACP with an unknown hashing goes by ports on Open vSwitch, with a warning`() throws {
        var host = try FieldHost(.openvswitch)
        for ref in Array(host.model.bonds.keys) {
            host.model.bonds[ref]?.mode = "lacp"
            host.model.bonds[ref]?.properties = ["hashing_algorithm": "best"]
        }
        let plan = try host.run(.up, "xapi0")
        #expect(host.state.vswitch?.ports["bond0"]?["bond_mode"] == .string("balance-tcp"))
        #expect(plan.complaints.contains { $0.includes("'best' ignored") && $0.includes("using tcpudp_ports") })
    }

    @Test
    func `a key for the default route on a PIF that is not attached leaves the route with the management interface`()
        throws
    {
        var host = try FieldHost(.bridge)
        host.removeBonds()
        let key = OtherConfig(["defaultroute": "true"], of: .pif)
        host.model.pifs[try host.pif("xenbr1").ref]?.otherConfig = key
        host.model.pifs[try host.pif("xenbr1").ref]?.ipv4.gateway = IPAddress("198.51.100.1")
        let plan = try host.run(.up, "xenbr0")
        #expect(host.link("xenbr0")?.routes.map(\.text) == ["default via 192.0.2.1"])
        #expect(plan.notices.contains { $0.includes("defaultroute is set on PIF eth1, which is not attached") })
        #expect(plan.strictRefusal == nil)
        var overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
        #expect(!overview.hasDrift, "\(overview.text())")
        // Once it is there it has the route, and keeps it.
        try host.run(.up, "xenbr1")
        #expect(
            host.link("xenbr0")?.routes == [] && host.link("xenbr1")?.routes.map(\.text) == ["default via 198.51.100.1"]
        )
        #expect(try host.plan(.up, "xenbr0").steps.isEmpty)
        overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
        #expect(!overview.hasDrift, "\(overview.text())")
    }

    @Test
    func `a bridge's fail mode is its own PIF's, whoever is asked for; a VLAN's, and a word that is none, is left out`()
        throws
    {
        func config(_ mode: String) -> OtherConfig { OtherConfig([OtherConfigKey.failMode.rawValue: mode], of: .pif) }
        var host = try FieldHost(.openvswitch)
        host.removeBonds()
        let (card, tagged) = (try host.pif("xenbr0"), try host.pif("xapi5"))
        host.model.networks[card.network]?.otherConfig = OtherConfig(
            [OtherConfigKey.failMode.rawValue: "secure"], of: .network)
        host.model.pifs[card.ref]?.otherConfig = config("standalone")
        host.model.pifs[tagged.ref]?.otherConfig = config("secure")
        try host.run(.up, "xapi5")
        func mode() -> OVSDBValue? { host.state.vswitch?.bridges["xenbr0"]?["fail_mode"] }
        #expect(mode() == .string("standalone"))
        host.model.pifs[card.ref]?.otherConfig = config("sicher")
        try host.run(.up, "xapi5")
        #expect(mode() == .string("secure"), "the network's")
        try host.run(.up, "xenbr0")
        // The text is broken into lines.
        let overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
            .text(why: true).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(overview.includes("'sicher' of PIF eth0: neither secure nor standalone"), "\(overview)")
        let tag = "'secure' of PIF eth0 VLAN 5: a VLAN's bridge uses the mode of the bridge below"
        #expect(overview.includes(tag), "\(overview)")
        host.model.networks[card.network]?.otherConfig = OtherConfig()
        try host.run(.up, "xenbr0")
        #expect(mode() == .string("standalone"), "the default")
    }

    @Test
    func `a controller that the records do not ask for is named; one that they ask for is not`() throws {
        var host = try FieldHost(.openvswitch)
        try host.run(.up, "xenbr0")
        host.state.vswitch?.controllers = ["xenbr0": ["tcp:192.0.2.99:6653"]]
        let plan = try host.plan(.up, "xenbr0")
        #expect(plan.steps.isEmpty && plan.strictRefusal == nil)
        #expect(plan.complaints.contains { $0.includes("tcp:192.0.2.99:6653") && $0.includes("del-controller xenbr0") })
        let network = try host.pif("xenbr0").network
        host.model.networks[network]?.otherConfig = OtherConfig(
            ["vswitch-controller-fail-mode": "secure"], of: .network)
        #expect(try host.plan(.up, "xenbr0").complaints.isEmpty)
    }
}
