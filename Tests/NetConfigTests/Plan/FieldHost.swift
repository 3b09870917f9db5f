import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// A host with the records and cards of `testdata/cache/movement.xml`, on which plans are carried out on the model of the
/// kernel, each step checked against what the kernel refuses.
struct FieldHost {
    var model: NetworkModel
    var facts: HostFacts
    var state = ObservedState(hasBalanceSLB: true)

    init(_ datapath: Datapath, cache: String = "movement.xml", cards: ClosedRange<Int> = 0...2) throws {
        model = try CacheSample(cache).model()
        facts = HostFacts(datapath: datapath)
        for number in cards {
            state.links[try name("eth\(number)")] = Self.card(number)
        }
        if datapath == .openvswitch { state.vswitch = VswitchState() }
    }

    /// A card as it is after boot.
    static func card(_ number: Int) -> Link {
        Link(
            kind: .other("veth"), mac: MACAddress(bits: 0x5254_0000_0010 + UInt64(number)),
            ipv6: IPv6Settings(acceptRA: 1, autoconf: true), offloads: [.gro: false, .lro: false, .tso: true])
    }

    /// The IP device's PIF.
    func pif(_ device: String) throws -> PIF { try model.pif(onDevice: device) }

    /// A device.
    func link(_ name: String) -> Link? { DeviceName(name).flatMap { state.links[$0] } }

    /// Adds a device that another program has made.
    mutating func add(_ device: String, _ kind: LinkKind, in master: String? = nil) throws {
        state.links[try name(device)] = Link(
            kind: kind, mac: link("eth0")?.mac, isUp: true, master: try master.map(name),
            ipv6: IPv6Settings(acceptRA: 1, autoconf: true), offloads: [.gro: true, .lro: false, .tso: true])
    }

    /// Adds a VLAN link that another program has made.
    mutating func add(_ device: String, vlan tag: UInt16, on parent: String, in master: String? = nil) throws {
        try change(parent) { $0.isUp = true }
        try add(device, .vlan(VLANAttributes(parent: try name(parent), tag: tag)), in: master)
        let mac = link(parent)?.mac
        try change(device) { $0.mac = mac }
    }

    /// Takes the bonds out of the records: then the first card's is the management interface.
    mutating func removeBonds() {
        let masters = Set(model.pifs.values.filter { !$0.bondMasterOf.isEmpty }.map(\.device))
        model.bonds = [:]
        model.pifs = model.pifs.filter { !masters.contains($0.value.device) }
        model.vlans = model.vlans.filter { model.pifs[$0.value.untaggedPIF] != nil }
        for ref in Array(model.pifs.keys) { model.pifs[ref]?.bondSlaveOf = nil }
    }

    /// Changes a device.
    mutating func change(_ device: String, _ change: (inout Link) -> Void) throws {
        let name = try name(device)
        var link = try #require(state.links[name])
        change(&link)
        state.links[name] = link
    }

    /// A plan, not carried out.
    func plan(
        _ verb: Verb, _ device: String, taking: Bool = false
    ) throws -> Plan {
        try Planner.plan(
            Request(verb, try pif(device).ref, takesCards: taking), model: model, facts: facts, observed: state)
    }

    /// Carries out a plan; a second one then has nothing to do, and its undo leads back.
    @discardableResult
    mutating func run(
        _ verb: Verb, _ device: String, taking: Bool = false, location: SourceLocation = #_sourceLocation
    ) throws -> Plan {
        let plan = try plan(verb, device, taking: taking)
        let start = state
        for step in plan.steps {
            let refusal = state.refusal(of: step.action)
            #expect(refusal == nil, "\(step.action)\n\(plan.text())", sourceLocation: location)
            state.happen(step.action)
        }
        var back = state
        for action in plan.steps.reversed().flatMap(\.undo) { back.happen(action) }
        // How interfaces fare only ovs-vswitchd can say.
        back.vswitch?.failing = start.vswitch?.failing ?? [:]
        let isSame = back.withoutLeases == start.withoutLeases
        #expect(isSame, "\(start.differences(from: back))\n\(plan.text(undo: true))", sourceLocation: location)
        state = state.settled
        let again = try self.plan(verb, device, taking: taking)
        #expect(again.steps.isEmpty, "\(plan.text())\nthen:\n\(again.text())", sourceLocation: location)
        return plan
    }

    /// Expects that a request is refused, and says with which words.
    func refusal(
        _ verb: Verb, _ device: String, location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let error = #expect(throws: PlanError.self, sourceLocation: location) { try plan(verb, device) }
        return error.map { "\($0)" } ?? ""
    }

    /// The interfaces of a port of Open vSwitch; `nil` where there is none.
    func interfaces(of port: String) -> [String]? { state.vswitch?.ports[port]?.members }
}

/// A name that is one.
func name(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }

extension Plan {
    /// The warnings as text.
    var complaints: [String] { warnings.map(\.description) }
}
