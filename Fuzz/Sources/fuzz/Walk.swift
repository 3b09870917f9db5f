@testable import NetConfigCore

/// A host that has the cards which a model needs, and goes up and down with each of its PIFs in turn.
struct Walk {
    private let model: NetworkModel
    private let facts: HostFacts
    /// The host as it is now.
    var state: ObservedState

    /// PIFs that take part: enough for each to meet what another left, and few enough to be fast.
    private static let limit = 8

    /// Walks on both datapaths.
    static func through(_ model: NetworkModel) {
        for datapath in Datapath.allCases {
            let rows = datapath == .openvswitch ? VswitchState() : nil
            var walk = Walk(model: model, facts: HostFacts(datapath: datapath), rows: rows)
            walk.go()
        }
    }

    /// Starts on a host with the rows that Open vSwitch has.
    init(model: NetworkModel, facts: HostFacts, rows: VswitchState?) {
        self.model = model
        self.facts = facts
        state = ObservedState(
            vswitch: rows, directories: [HostFile.scripts], programs: [HostFile.updateIssue])
        for (number, card) in model.pifsInOrder.flatMap(model.uplinks(of:)).enumerated() {
            let mac = card.mac ?? MACAddress(bits: 0x5254_0000_0000 + UInt64(number))
            state.links[card.device] = Link(
                kind: .other(nil), mac: mac, ipv6: IPv6Settings(acceptRA: 1, autoconf: true), offloads: [.gro: true])
        }
    }

    /// Up with all, down with all.
    mutating func go() {
        let pifs = model.pifsInOrder.prefix(Self.limit)
        for (number, pif) in pifs.enumerated() { take(Request(.up, pif.ref, isManagement: number % 3 == 1)) }
        Planner.planRewrite(model: model, observed: state).check()
        try? Overview(of: model, facts: facts, state: state, source: "cache").check()
        if state.vswitch != nil { checkManagement() }
        for pif in pifs { take(Request(.down, pif.ref)) }
    }

    private mutating func take(_ request: Request) {
        _ = ObservationScope(for: request, in: model)
        guard let plan = plan(request) else { return }
        plan.check()
        for step in plan.steps { state = state.applying(step.action) }
    }

    /// What XAPI's plugin may do at this point.
    private func checkManagement() {
        let controller = model.pool?.vswitchController.flatMap { VswitchController(address: $0) }
        for plugin in VswitchPlugin.allCases {
            for controller in [controller, .passive, nil] {
                let request = UpdateRequest(as: plugin, controller: controller, model: model)
                Planner.planUpdate(request, observed: state).check()
            }
        }
        Planner.planEmergencyReset(observed: state).check()
    }

    /// A request that cannot be planned is refused with a sentence.
    func plan(_ request: Request) -> Plan? {
        do throws(PlanError) {
            return try Planner.plan(request, model: model, facts: facts, observed: state)
        } catch {
            expect(!error.description.isEmpty, "a refusal without a reason")
            return nil
        }
    }
}
