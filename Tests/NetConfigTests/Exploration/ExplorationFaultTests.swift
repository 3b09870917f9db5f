import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem
@testable import NetConfigTestSupport

/// The walk through the transitions of a small host sees what a planner does wrong: here it is given wrong ones.
@Suite("exploring sees a planner that")
struct ExplorationFaultTests {
    @Test(arguments: [SmallHost.Switching.bridge, .secure])
    func `is right, and has nothing to say of it`(_ switching: SmallHost.Switching) {
        let exploration = explored(host(.card(0), switching), to: host(.card(1), switching)) { $0 }
        #expect(exploration.found.isEmpty, "\(exploration.found.values.map(\.description))")
        #expect(exploration.figures.deaths > 2 && exploration.figures.runs > exploration.figures.deaths / 2)
    }

    @Test func `adds the management address before it removes it elsewhere`() {
        let faults = faults(host(.card(0), .bridge), to: host(.card(1), .bridge)) { steps in
            let removals = steps.filter { if case .removeAddress = $0.action { true } else { false } }
            return steps.filter { step in !removals.contains(step) } + removals
        }
        #expect(faults.contains(.breach(.oneAddress)), "\(faults)")
    }

    @Test func `puts a second uplink into a bridge`() {
        let faults = faults(host(.card(0), .bridge, vlan: .card(1)), to: host(.card(0), .bridge, vlan: .card(0))) {
            steps in
            let removals = steps.filter {
                if case .deleteLink = $0.action {
                    true
                } else if case .setMaster(_, nil) = $0.action {
                    true
                } else {
                    false
                }
            }
            return steps.filter { step in !removals.contains(step) } + removals
        }
        #expect(faults.contains(.breach(.oneUplink)), "\(faults)")
    }

    @Test func `leaves a secure bridge without flows`() {
        let faults = faults(host(.card(0), .secure), to: host(.card(1), .secure)) { steps in
            steps.filter { if case .addFlows = $0.action { false } else { true } }
        }
        #expect(faults.contains(.breach(.flows)), "\(faults)")
    }

    @Test func `asks for what the kernel refuses`() {
        let faults = faults(host(.card(0), .bridge), to: host(.bond, .bridge)) { $0.reversed() }
        #expect(faults.contains(.impossible), "\(faults)")
    }

    @Test func `always has something left to do`() {
        let again = Step(.announce(SmallHost.card(0), []), because: "test", undo: [])
        let faults = faults(host(.card(0), .bridge), to: host(.card(1), .bridge)) { $0 + [again] }
        #expect(faults.contains(.unfinished), "\(faults)")
    }

    @Test func `does nothing`() {
        let faults = faults(host(.card(0), .bridge), to: host(.card(1), .bridge)) { _ in [] }
        #expect(faults == [.shortfall])
    }

    @Test func `refuses`() {
        var exploration = Exploration(Transition(to: host(.card(0), .bridge), .all)) { transition, _ in
            JointPlan(refusals: [PlanError(transition.requests[0].pif, .unknown)])
        }
        exploration.explore(host(.card(0), .bridge).bare)
        #expect(exploration.found.values.contains { $0.fault == .refused })
    }

    /// What is found with flows left out needs neither the bond nor the VLAN, and comes out as a golden case that gives the plan.
    @Test func `goes wrong on a large host, and shows it on a small one`() throws {
        let (from, to) = (host(.bond, .secure, vlan: .bond), host(.card(0), .secure, vlan: .card(1)))
        func withoutFlows(_ steps: [Step]) -> [Step] {
            steps.filter { if case .addFlows = $0.action { false } else { true } }
        }
        let found = explored(from, to: to, withoutFlows).found.values.first { $0.fault == .breach(.flows) }
        let example = try #require(found)
        let smallest = example.shrunk { Self.doctored($0, $1, withoutFlows) }
        #expect(smallest.fault == example.fault)
        #expect(smallest.transition.host.vlans.allSatisfy { $0 == nil })
        #expect(smallest.transition.requests.count == 1)
        let files = try Dictionary(uniqueKeysWithValues: smallest.goldenCase().map { ($0.name, $0.contents) })
        let input = try PlannerInput(
            String(decoding: #require(files["request"]), as: UTF8.self),
            model: CacheReader.read(Array(#require(files["network.dbcache"])), name: "network.dbcache"),
            observed: JSONDecoder().decode(ObservedState.self, from: #require(files["observed.json"])))
        #expect(
            try input.plan().steps.map(\.action)
                == smallest.transition.plan(from: smallest.start).plan.steps.map(\.action))
    }

    // MARK: Hosts and planners

    private func host(
        _ management: SmallHost.Base, _ switching: SmallHost.Switching, vlan: SmallHost.Base? = nil
    ) -> SmallHost {
        SmallHost(
            cards: 2, bonded: management == .bond ? [0, 1] : [], vlans: [vlan], management: .untagged(management),
            switching: switching)
    }

    private static func doctored(
        _ transition: Transition, _ state: ObservedState, _ change: ([Step]) -> [Step]
    ) -> JointPlan {
        var joint = transition.plan(from: state)
        joint.plan.steps = change(joint.plan.steps)
        return joint
    }

    private func explored(
        _ start: SmallHost, to end: SmallHost, _ change: @escaping ([Step]) -> [Step]
    ) -> Exploration {
        var exploration = Exploration(Transition(to: end, .all)) { Self.doctored($0, $1, change) }
        exploration.explore(Transition(to: start, .all).end(from: start.bare))
        return exploration
    }

    private func faults(
        _ start: SmallHost, to end: SmallHost, _ change: @escaping ([Step]) -> [Step]
    ) -> Set<Counterexample.Fault> {
        Set(explored(start, to: end, change).found.values.map(\.fault))
    }
}
