import Testing

@testable import NetConfigCore

/// Requests that stand back for the sake of what is there: PIFs that XAPI does not manage, a VLAN that another network has,
/// a bond that comes first.
@Suite struct StackRefusalTests {
    /// Two cards with a bridge each, a bond over both, and VLANs 5 and 6 on the first.
    private static func records() throws -> NetworkModel {
        func pif(_ ref: String, _ device: String, _ bridge: String, _ more: String = "") -> String {
            "<pif ref='\(ref)'><device>\(device)</device><network>n\(ref)</network>\(more)</pif>"
                + "<network ref='n\(ref)'><bridge>\(bridge)</bridge></network>"
        }
        return try NetworkModel(
            records: pif("p", "eth0", "xenbr0") + pif("q", "eth1", "xenbr1")
                + pif("v", "eth0", "xapi5", "<VLAN>5</VLAN>") + pif("w", "eth0", "xapi6", "<VLAN>6</VLAN>")
                + pif("m", "bond0", "xapi0", "<management>True</management>")
                + "<vlan ref='V'><tagged_PIF>p</tagged_PIF><untagged_PIF>v</untagged_PIF></vlan>"
                + "<vlan ref='W'><tagged_PIF>p</tagged_PIF><untagged_PIF>w</untagged_PIF></vlan>"
                + "<bond ref='B'><master>m</master><slaves><slave>p</slave><slave>q</slave></slaves></bond>")
    }

    private static func bare(_ datapath: Datapath) throws -> ObservedState {
        var state = ObservedState(vswitch: datapath == .openvswitch ? VswitchState() : nil)
        for name in ["eth0", "eth1"] { state.links[try #require(DeviceName(name))] = Link(kind: .other(nil)) }
        return state
    }

    private func plan(
        _ verb: Verb, _ names: [String], _ model: NetworkModel, _ datapath: Datapath, from state: ObservedState,
        attachment: HostFacts.Attachment = .recorded
    ) throws -> JointPlan {
        let requests = try names.map { Request(verb, try model.pif(named: $0).ref) }
        let facts = HostFacts(datapath: datapath, attachment: attachment)
        return Planner.plan(requests, model: model, facts: facts, observed: state)
    }

    private func change(_ model: inout NetworkModel, _ name: String, _ change: (inout PIF) -> Void) throws {
        var pif = try model.pif(named: name)
        change(&pif)
        model.pifs[pif.ref] = pif
    }

    // MARK: Not managed

    @Test(
        arguments: Datapath.allCases,
        [("xapi5", "xenbr0", "PIF eth0"), ("xapi0", "xenbr1", "PIF eth1"), ("xapi0", "xenbr0", "PIF eth0")])
    func `what needs the card of a PIF that is not managed is refused and names it`(
        datapath: Datapath, names: (asked: String, unmanaged: String, pif: String)
    ) throws {
        var model = try Self.records()
        try change(&model, names.unmanaged) { $0.managed = false }
        for verb in [Verb.up, .down] {
            let joint = try plan(verb, [names.asked], model, datapath, from: Self.bare(datapath))
            #expect(joint.plan.steps.isEmpty && joint.refusals.count == 1)
            let message = "needs the card of \(names.pif), which is not managed by XAPI (managed=false)"
            #expect(joint.refusals.first?.description.contains(message) == true, "\(joint.refusals)")
        }
    }

    @Test(
        arguments: Datapath.allCases,
        [("xapi0", "xapi6", "PIF eth0 VLAN 6"), ("xenbr0", "xapi0", "PIF bond0"), ("xapi5", "xapi0", "PIF bond0")])
    func `a card that a PIF which is not managed has now is left to it`(
        datapath: Datapath, names: (asked: String, unmanaged: String, pif: String)
    ) throws {
        var model = try Self.records()
        let before = try plan(.up, [names.unmanaged], model, datapath, from: Self.bare(datapath)).plan.end
        try change(&model, names.unmanaged) { $0.managed = false }
        let joint = try plan(.up, [names.asked], model, datapath, from: before)
        #expect(joint.plan.steps.isEmpty)
        #expect(joint.refusals.first?.description.contains("needs the card of \(names.pif)") == true, "\(joint)")
        // One that is not there has nothing to lose.
        let free = try plan(.up, [names.asked], model, datapath, from: Self.bare(datapath))
        #expect(free.refusals.isEmpty && !free.plan.steps.isEmpty)
    }

    @Test(arguments: Datapath.allCases)
    func `a VLAN on top of what is asked for may be unmanaged`(datapath: Datapath) throws {
        var model = try Self.records()
        let before = try plan(.up, ["xapi5"], model, datapath, from: Self.bare(datapath)).plan.end
        try change(&model, "xapi5") { $0.managed = false }
        let joint = try plan(.up, ["xenbr0"], model, datapath, from: before)
        let vlan = try #require(DeviceName("xapi5"))
        #expect(joint.refusals.isEmpty && joint.plan.end.links[vlan] != nil)
    }

    // MARK: Two networks on one VLAN

    @Test(
        arguments: Datapath.allCases,
        [HostFacts.Attachment.recorded, .xapi])
    func `of two networks on one VLAN the one that is attached stays`(
        datapath: Datapath, attachment: HostFacts.Attachment
    ) throws {
        var model = try Self.records()
        try change(&model, "xapi6") { $0.vlan = 5 }
        let first = try plan(.up, ["xapi5"], model, datapath, from: Self.bare(datapath))
        #expect(first.refusals.isEmpty)
        try change(&model, "xapi5") { $0.currentlyAttached = true }
        let state = first.plan.end
        let second = try plan(.up, ["xapi6"], model, datapath, from: state, attachment: attachment)
        #expect(second.plan.steps.isEmpty)
        let message = "has the same tag on the same card as the network of PIF eth0 VLAN 5 (xapi5), which is attached"
        #expect(second.refusals.first?.description.contains(message) == true, "\(second.refusals)")
        // The one that is attached has nothing to do, and makes room when it is told to.
        let again = try plan(.up, ["xapi5"], model, datapath, from: state, attachment: attachment)
        #expect(again.refusals.isEmpty && again.plan.steps.isEmpty, "\(again)")
        let down = try plan(.down, ["xapi5"], model, datapath, from: state, attachment: attachment)
        try change(&model, "xapi5") { $0.currentlyAttached = false }
        let moved = try plan(.up, ["xapi6"], model, datapath, from: down.plan.end, attachment: attachment)
        #expect(moved.refusals.isEmpty && !moved.plan.steps.isEmpty)
    }

    @Test(arguments: Datapath.allCases)
    func `of two networks on one VLAN that are asked for together the first is had`(datapath: Datapath) throws {
        var model = try Self.records()
        try change(&model, "xapi6") { $0.vlan = 5 }
        for names in [["xapi5", "xapi6"], ["xapi6", "xapi5"]] {
            let joint = try plan(.up, names, model, datapath, from: Self.bare(datapath))
            #expect(joint.refusals.map(\.pif?.text) == ["w"])
            let alone = try plan(.up, ["xapi5"], model, datapath, from: Self.bare(datapath))
            #expect(joint.plan == alone.plan)
        }
    }

    // MARK: A bond and its slaves

    @Test(arguments: Datapath.allCases)
    func `a slave's bridge, and a VLAN on it, are skipped beside the bond, in any order`(datapath: Datapath) throws {
        let model = try Self.records()
        let alone = try plan(.up, ["xapi0"], model, datapath, from: Self.bare(datapath))
        for names in [["xenbr0", "xenbr1", "xapi0"], ["xapi0", "xenbr1", "xenbr0"], ["xapi5", "xapi0"]] {
            let joint = try plan(.up, names, model, datapath, from: Self.bare(datapath))
            #expect(joint.plan == alone.plan)
            #expect(joint.refusals.count == names.count - 1 && joint.refusals.allSatisfy(\.isSkip), "\(joint.refusals)")
            let message = joint.refusals.first?.description ?? ""
            #expect(
                message.hasSuffix("is skipped: its card is in PIF bond0, which is brought up as well"), "\(message)")
        }
    }

    @Test
    func `as the management interface a slave's bridge that has no address any more stands for its bond's`() throws {
        for (bond, slave, expected) in [
            (true, false, "xapi0"), (true, true, "xenbr0"), (false, false, "xenbr0"), (false, true, "xenbr0"),
        ] {
            var model = try Self.records()
            try change(&model, "xapi0") { $0.ipv4.mode = bond ? .static : .none }
            try change(&model, "xenbr0") { $0.ipv4.mode = slave ? .dhcp : .none }
            #expect(model.managing(["xenbr0", "xenbr1"]) == [expected, "xenbr1"])
            let said = model.warnings.map(\.description).filter { $0.contains("xenbr0") && $0.contains("xapi0") }
            #expect(said.count == (expected == "xapi0" ? 1 : 0), "\(model.warnings)")
            for names in [[], ["xapi0", "xenbr0"], ["xapi9"], ["xapi5"]] { #expect(model.managing(names) == names) }
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a bond that shares a card with a more important one is missed, and so is one whose slave is`(
        datapath: Datapath
    ) throws {
        let model = try Self.records()
        let requests = [
            Request(.up, try model.pif(named: "xapi0").ref),
            Request(.up, try model.pif(named: "xenbr0").ref, isManagement: true),
        ]
        let joint = Planner.plan(
            requests, model: model, facts: HostFacts(datapath: datapath), observed: try Self.bare(datapath))
        #expect(joint.refusals.map(\.pif?.text) == ["m"] && joint.refusals.allSatisfy { !$0.isSkip })
    }

    // MARK: Addresses

    @Test(arguments: Datapath.allCases, [IPAddress.Family.v4, .v6])
    func `a family without a valid address is left out, unless it is the one that the host needs`(
        datapath: Datapath, good: IPAddress.Family
    ) throws {
        var model = try Self.records()
        var state = try Self.bare(datapath)
        for name in state.links.keys { state.links[name]?.ipv6 = IPv6Settings(acceptRA: 1, autoconf: true) }
        try change(&model, "xenbr0") { pif in
            (pif.ipv4.mode, pif.ipv6.mode) = (.static, .static)
            pif.primaryAddressType = good
            if good == .v4 {
                (pif.ipv4.address, pif.ipv4.netmask) = (IPAddress("192.0.2.10"), IPAddress("255.255.255.0"))
            } else {
                pif.ipv6.addresses = [IPPrefix("2001:db8::10/64")].compactMap { $0 }
            }
        }
        let joint = try plan(.up, ["xenbr0"], model, datapath, from: state)
        #expect(joint.refusals.isEmpty)
        let bridge = try #require(DeviceName("xenbr0"))
        let expected = good == .v4 ? "192.0.2.10/24" : "2001:db8::10/64"
        #expect(joint.plan.end.links[bridge]?.addresses.map(\.prefix.description) == [expected])
        let name = good == .v6 ? "IPv4" : "IPv6"
        let warning = "its static \(name) configuration has no valid address and is ignored"
        #expect(joint.plan.warnings.contains { $0.message == warning }, "\(joint.plan.warnings)")
        try change(&model, "xenbr0") { $0.primaryAddressType = good == .v4 ? .v6 : .v4 }
        let other = try plan(.up, ["xenbr0"], model, datapath, from: state)
        #expect(other.plan.shortfalls.map(\.rule) == [.noAddress(pif: "PIF eth0", family: good == .v4 ? .v6 : .v4)])
    }
}
