import Testing

@testable import NetConfigCore

/// `down` of networks of ours that the records do not describe any more.
@Suite("networks that no record describes any more")
struct FormerNetworkTests {
    /// A host with networks that are up, and whose records are gone but for those of the last card.
    private func host(
        _ datapath: Datapath, up bridges: [String], knowsCards: Bool = true
    ) throws -> (FieldHost, cards: Set<DeviceName>) {
        var host = try FieldHost(datapath)
        for bridge in bridges { try host.run(.up, bridge) }
        let cards = knowsCards ? PlanBuilder.described(by: host.model, on: .bridge) : []
        host.model = try NetworkModel(
            records: """
                <pif ref="p"><uuid>p</uuid><device>eth2</device><network>n</network></pif>
                <network ref="n"><uuid>n</uuid><bridge>xenbr2</bridge></network>
                """)
        return (host, cards)
    }

    @Test(
        arguments: Datapath.allCases,
        ["xenbr0", "xapi0", "xapi5", "xapi6"])
    func `the bridge goes with whatever carries it and nothing else needs`(_ datapath: Datapath, _ bridge: String)
        throws
    {
        for knowsCards in [true, false] {
            var (host, cards) = try host(datapath, up: [bridge], knowsCards: knowsCards)
            try host.model.add(former: name(bridge), in: host.state, cards: cards)
            let plan = try host.run(.down, bridge)
            #expect(host.state.links.keys.map(\.text).sorted() == ["eth0", "eth1", "eth2"], "\(plan.text())")
            #expect(host.state.links.values.allSatisfy { !$0.isUp && $0.master == nil }, "\(plan.text())")
            #expect(host.state.vswitch?.bridges.isEmpty ?? true)
            #expect(host.state.files[HostFile.attached] == nil)
        }
    }

    @Test(arguments: Datapath.allCases)
    func `the datapath stays for what else is on it`(_ datapath: Datapath) throws {
        var (host, cards) = try host(datapath, up: ["xenbr0", "xapi5"])
        let before = host
        try host.model.add(former: name("xapi5"), in: host.state, cards: cards)
        try host.run(.down, "xapi5")
        #expect(host.link("xapi5") == nil && host.link("eth0.5") == nil)
        #expect(host.link("xenbr0")?.addresses == before.link("xenbr0")?.addresses)
        #expect(host.state.recordedNames == [try name("xenbr0")])
        host = before
        try host.model.add(former: name("xenbr0"), in: host.state, cards: cards)
        try host.run(.down, "xenbr0")
        #expect(host.link("xapi5")?.addresses == before.link("xapi5")?.addresses && host.link("eth0")?.isUp == true)
    }

    @Test(arguments: Datapath.allCases)
    func `ports of virtual machines stay, and keep their bridge`(_ datapath: Datapath) throws {
        var (host, cards) = try host(datapath, up: ["xenbr0"])
        try host.add("tap1", .other("tun"), in: datapath == .bridge ? "xenbr0" : nil)
        if datapath == .openvswitch {
            host.state.vswitch?.bridges["xenbr0"]?.insert("tap1")
            host.state.vswitch?.ports["tap1"] = VswitchRow(members: ["tap1"])
            host.state.vswitch?.interfaces["tap1"] = VswitchRow()
        }
        try host.model.add(former: name("xenbr0"), in: host.state, cards: cards)
        let plan = try host.run(.down, "xenbr0")
        #expect(plan.complaints == ["xenbr0: keeps its ports tap1, which now have no uplink"])
        #expect(host.link("xenbr0")?.addresses == [] && host.link("tap1") != nil)
    }

    @Test
    func `a card that is not managed is left alone under its old network's name as well`() throws {
        var (host, cards) = try host(.bridge, up: ["xenbr0"])
        host.model.pifs[try host.pif("xenbr2").ref]?.device = try name("eth0")
        host.model.pifs[try host.pif("xenbr2").ref]?.managed = false
        try host.model.add(former: name("xenbr0"), in: host.state, cards: cards)
        #expect(try host.refusal(.down, "xenbr0").includes("managed=false"))
    }

    @Test(arguments: Datapath.allCases)
    func `show lists it, with what takes it away`(_ datapath: Datapath) throws {
        var (host, cards) = try host(datapath, up: ["xapi5"])
        host.state.files[HostFile.attached] = nil
        func text() throws -> String {
            try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache").text()
        }
        func lines() throws -> [Substring] { try text().lines().filter { $0.includes("xapi5") } }
        #expect(try text().includes("xenbr2") && !text().includes("removes it"))
        host.facts.formerDevices = cards
        #expect(try lines().contains { $0.includes("no longer in any record; `--force xapi5 down` removes it") })
        host.facts.formerDevices = []
        host.state.files[HostFile.attached] = FileContents("xapi5\n")
        #expect(try lines().contains { $0.includes("no longer in any record") })
    }

    // MARK: Cards of a bridge that has another one by now

    /// As after `rewrite` to another card: the bridge keeps its name.
    private func rewritten(_ datapath: Datapath) throws -> FieldHost {
        var (host, _) = try host(datapath, up: ["xenbr0"])
        host.model = try NetworkModel(
            records: """
                <pif ref="p"><uuid>p</uuid><device>eth1</device><network>n</network></pif>
                <network ref="n"><uuid>n</uuid><bridge>xenbr0</bridge></network>
                """)
        return host
    }

    private func isIn(_ card: String, _ host: FieldHost) -> Bool {
        guard let rows = host.state.vswitch else { return host.link(card)?.master?.text == "xenbr0" }
        return rows.port(ofInterface: card).flatMap(rows.bridge(ofPort:)) == "xenbr0"
    }

    private func overview(_ host: FieldHost) throws -> String {
        try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache").text()
    }

    @Test(arguments: Datapath.allCases)
    func `the card that another one has replaced leaves their bridge`(_ datapath: Datapath) throws {
        var host = try rewritten(datapath)
        #expect(isIn("eth0", host))
        let plan = try host.run(.up, "xenbr0")
        #expect(isIn("eth1", host) && !isIn("eth0", host), "\(plan.text())")
        #expect(host.link("eth0")?.isUp == false && plan.complaints.isEmpty, "\(plan.text())")
        #expect(try !overview(host).includes("other uplink"))
    }

    @Test(arguments: Datapath.allCases)
    func `a card of others in the bridge stays, and is named`(_ datapath: Datapath) throws {
        var host = try rewritten(datapath)
        try host.run(.up, "xenbr0")
        try host.add("eth9", .other(nil), in: datapath == .bridge ? "xenbr0" : nil)
        try host.change("eth9") { $0.mac = MACAddress(bits: 0x5254_0000_0099) }
        host.state.vswitch?.bridges["xenbr0"]?.insert("eth9")
        host.state.vswitch?.ports["eth9"] = VswitchRow(members: ["eth9"])
        host.state.vswitch?.interfaces["eth9"] = VswitchRow()
        let plan = try host.run(.up, "xenbr0")
        #expect(plan.steps.isEmpty && isIn("eth9", host), "\(plan.text())")
        #expect(plan.complaints.contains { $0.begins(with: "eth9: is a port of xenbr0") }, "\(plan.complaints)")
        let text = try overview(host)
        #expect(text.includes("other uplink"), "\(text)")
    }
}
