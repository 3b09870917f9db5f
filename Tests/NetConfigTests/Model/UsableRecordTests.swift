import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// An error in the records blocks what it is about, and nothing else.
@Suite struct UsableRecordTests {
    /// A managed card, VLAN 5 on it, a bond of two cards, and what a case adds.
    private static func records(_ more: String) -> String {
        """
        <pif ref='p'><device>eth0</device><network>np</network></pif>
        <network ref='np'><bridge>xenbr0</bridge></network>
        <pif ref='q'><device>eth0</device><VLAN>5</VLAN><network>nq</network></pif>
        <network ref='nq'><bridge>xapi5</bridge></network>
        <vlan ref='v'><tagged_PIF>p</tagged_PIF><untagged_PIF>q</untagged_PIF></vlan>
        <pif ref='a'><device>eth1</device><network>na</network></pif>
        <network ref='na'><bridge>xenbr1</bridge></network>
        <pif ref='b'><device>eth2</device><network>nb</network></pif>
        <network ref='nb'><bridge>xenbr2</bridge></network>
        <pif ref='m'><device>bond0</device><network>nm</network></pif>
        <network ref='nm'><bridge>xapi0</bridge></network>
        <bond ref='B'><master>m</master><slaves><slave>a</slave><slave>b</slave></slaves></bond>
        \(more)
        """
    }

    /// The records with one text put in the place of another.
    private func model(_ old: String, _ new: String, adding more: String = "") throws -> NetworkModel {
        let text = Self.records(more)
        let changed = text.replacing(old, with: new)
        try #require(old.isEmpty || changed != text)
        return try NetworkModel(records: changed)
    }

    private func expectPlanned(_ model: NetworkModel, _ names: [String]) throws {
        for name in names {
            let pif = try model.pif(named: name)
            var state = ObservedState(vswitch: VswitchState())
            for card in model.uplinks(of: pif) { state.links[card.device] = Link(kind: .other(nil)) }
            let facts = HostFacts(datapath: .openvswitch)
            let plan = try Planner.plan(Request(.up, pif.ref), model: model, facts: facts, observed: state)
            #expect(!plan.steps.isEmpty, "\(name)")
        }
    }

    /// What is wrong with a record, the bridges that it leaves out, and what is said of them.
    private static let cases: [(old: String, new: String, more: String, leftOut: [String], fault: String)] = [
        ("<network>na<", "<network>x<", "", ["eth1"], "pif a, field network: there is no network x"),
        ("<untagged_PIF>q<", "<untagged_PIF>x<", "", ["xapi5"], "vlan v, field untagged_PIF: there is no pif x"),
        ("<tagged_PIF>p<", "<tagged_PIF>x<", "", ["xapi5"], "vlan v, field tagged_PIF: there is no pif x"),
        ("<VLAN>5<", "<VLAN>4095<", "", ["xapi5"], "pif q, field VLAN: '4095' is not a VLAN tag"),
        ("<master>m<", "<master>x<", "", [], "bond B, field master: there is no pif x"),
        ("<slave>b<", "<slave>x<", "", [], "bond B, field slaves: there is no pif x"),
        ("<slave>b<", "<slave>a<", "", [], "bond B, field slaves: a slave is listed twice"),
        ("<slave>a</slave><slave>b</slave>", "", "", ["xapi0"], "bond B, field slaves: the bond has no slaves"),
        (
            "<device>eth2<", "<bond_slave_of>x</bond_slave_of><device>eth2<", "", [],
            "pif b, field bond_slave_of: there is"
        ),
        (
            "<device>eth0</device><network>np<",
            "<VLAN_slave_of><master>x</master></VLAN_slave_of><device>eth0</device><network>np<", "", [],
            "pif p, field VLAN_slave_of: there is no vlan x"
        ),
        (
            "", "", "<tunnel ref='t'><access_PIF>x</access_PIF><transport_PIF>p</transport_PIF></tunnel>", [],
            "tunnel t, field access_PIF: there is no pif x"
        ),
        (
            "<bridge>xenbr2<", "<bridge>xenbr1<", "", ["xenbr1", "xapi0"],
            "network nb, field bridge: network na has the same bridge xenbr1"
        ),
        (
            "<network>nb<", "<network>na<", "", ["xenbr1", "xapi0"],
            "pif b, field network: PIF eth2 is on the same network"
        ),
        ("<bridge>xenbr1<", "<managed>perhaps</managed><bridge>xenbr1<", "", ["xenbr1"], "network na, field managed"),
        ("<device>eth1<", "<device>e th1<", "", [], "pif a, field device: 'e th1' is not a device name"),
        (
            "", "", "<network ref='np'><bridge>xenbr0</bridge></network>", ["xenbr0", "xapi5"],
            "network np: another network"
        ),
    ]

    @Test(arguments: cases.indices)
    func `an error leaves out what cannot be without it`(index: Int) throws {
        let (old, new, more, leftOut, fault) = Self.cases[index]
        let model = try model(old, new, adding: more)
        #expect(model.faults.contains { $0.description.contains(fault) }, "\(model.faults)")
        #expect(model.warnings.contains { $0.subject == "records" && $0.message.contains(fault) })
        #expect(ModelValidation(model).blocked.isEmpty)
        for name in leftOut {
            let error = try #require(throws: UnknownBridge.self) { try model.pif(named: name) }
            #expect(error.description.hasPrefix("\(name) cannot be used: line "), "\(error)")
        }
        let gone = Set(model.unusable.compactMap(\.device?.text))
        #expect(gone == Set(leftOut), "\(gone)")
        try expectPlanned(
            model, model.pifs.values.filter { $0.bondSlaveOf == nil }.compactMap(model.ipDevice).map(\.text))
    }

    @Test func `a bond whose slave is gone is a bond of the others, and a slave whose bond is gone a card`() throws {
        let lessened = try model("<slave>b<", "<slave>x<")
        #expect(lessened.uplinks(of: try lessened.pif(named: "xapi0")).map(\.device.text) == ["eth1"])
        let freed = try model("<master>m<", "<master>x<")
        #expect(freed.pif("PIF eth1")?.bondSlaveOf == nil && freed.bonds.isEmpty)
        try expectPlanned(freed, ["xenbr1", "xenbr2"])
    }

    @Test func `what goes because of another record is told with what is wrong there`() throws {
        let model = try model(
            "<device>eth0</device><network>np<", "<managed>perhaps</managed><device>eth0</device><network>np<")
        for name in ["xenbr0", "xapi5"] {
            let error = try #require(throws: UnknownBridge.self) { try model.pif(named: name) }
            #expect(error.description.contains("pif p, field managed: 'perhaps' is neither True nor False"), "\(error)")
        }
        try expectPlanned(model, ["xapi0"])
    }

    @Test func `errors without end are told as so many, and one in a long chain still leaves the rest`() throws {
        let broken = (0..<2000).map { "<pif ref='x\($0)'><device>eth9</device><network>gone</network></pif>" }.joined()
        let model = try model("", "", adding: broken)
        #expect(model.pifs.count == 5 && model.unusable.count == 2000 && model.faults.count == 1000)
        #expect(model.warnings.count == 9)
        #expect(model.warnings.last?.message == "992 more errors: `interface-reconfigure check` shows all")
    }

    @Test func `of live data a reference that leads nowhere is told apart from other errors, where it is in the stack`()
        throws
    {
        func isTorn(_ old: String, _ new: String, _ pif: String) throws -> Bool {
            try model(old, new).isTorn { $0.ref.text == pif }
        }
        for (old, new, pif, expected) in [
            ("<network>np<", "<network>x<", "p", true),
            // The card under the VLAN.
            ("<network>np<", "<network>x<", "q", true),
            ("<slave>b<", "<slave>x<", "m", true), ("<network>na<", "<network>x<", "m", true),
            ("<slave>b<", "<slave>x<", "p", false), ("<network>np<", "<network>x<", "m", false),
            ("<VLAN>5<", "<VLAN>4095<", "q", false), ("<VLAN>5<", "<VLAN>0<", "q", false),
        ] {
            #expect(try isTorn(old, new, pif) == expected, "\(new) of \(pif)")
        }
    }

    @Test(arguments: [
        "<pool/>", "<pool ref=''/>", "<pool ref='OpaqueRef:NULL'/>", "<pool ref='OpaqueRef:NULL'><uuid/></pool>",
    ])
    func `a pool without reference is none`(pool: String) throws {
        let model = try model("", "", adding: pool)
        #expect(model.pool == nil && model.faults.isEmpty && model.warnings.isEmpty)
        let check = Inspection(ofCache: try CacheWriter.bytes(of: model), name: "cache")
        #expect(check.errors == 0)
    }

    @Test func `a bad value of the pool costs that value`() throws {
        let model = try model(
            "", "", adding: "<pool ref='o'><igmp_snooping_enabled>maybe</igmp_snooping_enabled></pool>")
        #expect(model.pool?.igmpSnoopingEnabled == nil && model.faults.isEmpty)
        #expect(model.warnings.map(\.message) == ["igmp_snooping_enabled 'maybe' ignored: expected True or False"])
    }

    @Test func `of a field that is given twice the last one counts`() throws {
        let model = try model("<device>eth1<", "<device>eth7</device><device>eth1<")
        #expect(model.pif("PIF eth1") != nil && model.faults.isEmpty)
        #expect(model.warnings.map(\.message) == ["device is given twice; the last one is used"])
    }

    @Test func `tags go from 0 to 4094`() throws {
        for tag in ["0", "1", "4094"] { try expectPlanned(model("<VLAN>5<", "<VLAN>\(tag)<"), ["xapi5"]) }
    }

    @Test func `two networks on one VLAN are an error that blocks neither`() throws {
        let twin = """
            <pif ref='r'><device>eth0</device><VLAN>5</VLAN><network>nr</network></pif>
            <network ref='nr'><bridge>xapi6</bridge></network>
            <vlan ref='w'><tagged_PIF>p</tagged_PIF><untagged_PIF>r</untagged_PIF></vlan>
            """
        let model = try model("", "", adding: twin)
        #expect(
            model.faults.map(\.message) == [
                "pif q has the same tag 5 on the same PIF, but a VLAN can be in one network only"
            ])
        #expect(model.unusable.isEmpty && model.pifs.count == 6)
        try expectPlanned(model, ["xapi5", "xapi6"])
    }
}
