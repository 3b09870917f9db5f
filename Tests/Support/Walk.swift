package import NetConfigCore

/// A host that has the cards which a model needs, and goes up and down with each of its PIFs in turn.
package struct Walk {
    private let model: NetworkModel
    private let facts: HostFacts
    /// The host as it is now.
    package var state: ObservedState

    /// PIFs that take part: enough for each to meet what another left, and few enough to be fast.
    private static let limit = 8

    /// Walks on both datapaths.
    package static func through(_ model: NetworkModel) throws(BrokenPromise) {
        for datapath in Datapath.allCases {
            let rows = datapath == .openvswitch ? VswitchState() : nil
            var walk = Walk(model: model, facts: HostFacts(datapath: datapath), rows: rows)
            try walk.go()
        }
    }

    /// Starts on a host with the rows that Open vSwitch has.
    package init(model: NetworkModel, facts: HostFacts, rows: VswitchState?) {
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
    package mutating func go() throws(BrokenPromise) {
        let pifs = model.pifsInOrder.prefix(Self.limit)
        for (number, pif) in pifs.enumerated() { try take(Request(.up, pif.ref, isManagement: number % 3 == 1)) }
        try Planner.planRewrite(model: model, observed: state).check()
        guard let overview = try? Overview(of: model, facts: facts, state: state, source: "cache") else {
            throw BrokenPromise("an overview of everything is refused")
        }
        try overview.check()
        if state.vswitch != nil { try checkManagement() }
        for pif in pifs { try take(Request(.down, pif.ref)) }
    }

    private mutating func take(_ request: Request) throws(BrokenPromise) {
        _ = ObservationScope(for: request, in: model)
        guard let plan = try plan(request) else { return }
        try plan.check()
        for step in plan.steps { state = state.applying(step.action) }
    }

    /// What XAPI's plugin may do at this point.
    private func checkManagement() throws(BrokenPromise) {
        let controller = model.pool?.vswitchController.flatMap { VswitchController(address: $0) }
        for plugin in VswitchPlugin.allCases {
            for controller in [controller, .passive, nil] {
                let request = UpdateRequest(as: plugin, controller: controller, model: model)
                try Planner.planUpdate(request, observed: state).check()
            }
        }
        try Planner.planEmergencyReset(observed: state).check()
    }

    /// A request that cannot be planned is refused with a sentence.
    package func plan(_ request: Request) throws(BrokenPromise) -> Plan? {
        do throws(PlanError) {
            return try Planner.plan(request, model: model, facts: facts, observed: state)
        } catch {
            try expect(!error.description.isEmpty, "a refusal without a reason")
            return nil
        }
    }
}
