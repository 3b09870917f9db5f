import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// `show` and the planner have the same rules: what one of them makes is right to the other.
@Suite("what show says of what a plan leads to") struct OverviewLawTests {
    @Test func `all that up was asked for is as configured`() throws {
        var examined = 0
        for seed in PlanLawTests.seeds {
            try PlanLawTests().forEachRequest(seed) { situation in
                // What cannot be used, or is refused, is not there; it is shown so.
                guard situation.request.verb == .up, situation.plan.shortfalls.isEmpty,
                    situation.plan.warnings.allSatisfy(\.isRemark)
                else { return }
                var state = situation.start
                for step in situation.plan.steps { state.happen(step.action) }
                let model = situation.host.model
                let overview = try Overview(
                    of: model, facts: situation.host.facts, state: state.settled,
                    only: model.ipDevice(of: situation.pif)?.text, source: "network.dbcache")
                // A plan does not know which lease there will be.
                let settings = overview.nodes.flatMap(\.settingsOfNetwork)
                let drift = settings.filter { $0.isDrift && $0.actual != "no lease" }
                #expect(!settings.isEmpty && drift.isEmpty, "seed \(seed): \(drift)\n\(situation)")
                examined += 1
            }
        }
        #expect(examined > PlanLawTests.seeds.count)
    }
}

extension Overview.Node {
    /// Its settings and those of what is below it: its cards, its bond.
    var settingsOfNetwork: [Overview.Comparison] {
        settings + children.filter { $0.kind != .vlan }.flatMap(\.settingsOfNetwork)
    }
}
