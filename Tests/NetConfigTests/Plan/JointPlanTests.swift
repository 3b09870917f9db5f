import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// Several requests as one plan, on random hosts in random states.
@Suite("several bridges as one plan")
struct JointPlanTests {
    @Test(arguments: PlanLawTests.seeds)
    func `leads to where each request alone has nothing left to do`(seed: UInt64) throws {
        var examined = 0
        try forEachJointPlan(seed) { host, requests, start, joint in
            var state = start
            for step in joint.plan.steps { state.happen(step.action) }
            state = state.settled
            let refused = Set(joint.refusals.map(\.pif))
            for request in requests where !refused.contains(request.pif) {
                let rest = try Planner.plan(request, model: host.model, facts: host.facts, observed: state)
                let isEmpty = rest.steps.isEmpty
                #expect(isEmpty, "\(request)\n\(joint.plan.text())\nthen:\n\(rest.text())")
                examined += 1
            }
        }
        #expect(examined > 0)
    }

    @Test(arguments: PlanLawTests.seeds)
    func `asks for nothing that is refused, and its undo gives back the start`(seed: UInt64) throws {
        var examined = 0
        try forEachJointPlan(seed) { _, _, start, joint in
            var state = start
            for step in joint.plan.steps {
                let refusal = state.refusal(of: step.action)
                #expect(refusal == nil, "\(step.action)\n\(joint.plan.text())")
                state.happen(step.action)
            }
            for action in joint.plan.steps.reversed().flatMap(\.undo) { state.happen(action) }
            let isSame = state.withoutLeases == start.withoutLeases
            #expect(isSame, "\(start.differences(from: state))\n\(joint.plan.text(undo: true))")
            examined += joint.plan.steps.count
        }
        #expect(examined > 0)
    }

    @Test func `changes Open vSwitch's rows in one transaction, and the record of what is attached once`() throws {
        var (transactions, records) = (0, 0)
        for seed: UInt64 in 0..<50 {
            try forEachJointPlan(seed) { _, _, _, joint in
                let actions = joint.plan.steps.map(\.action)
                let rows = actions.count { if case .changeVswitch = $0 { true } else { false } }
                let attached = actions.count {
                    if case .replaceFile(HostFile.attached, _, _) = $0 { true } else { false }
                }
                #expect(rows <= 1 && attached <= 1, "seed \(seed): \(joint.plan.text())")
                transactions += rows
                records += attached
            }
        }
        #expect(transactions > 20 && records > 20)
    }

    @Test(arguments: 0..<50)
    func `refuses what cannot be planned, and plans the rest as if it had not been asked for`(seed: UInt64) throws {
        var refused = 0
        try forEachJointPlan(seed, breaking: true) { host, requests, start, joint in
            refused += joint.refusals.count
            let gone = Set(joint.refusals.map(\.pif))
            let rest = Planner.plan(
                requests.filter { !gone.contains($0.pif) }, model: host.model, facts: host.facts, observed: start)
            #expect(rest == JointPlan(plan: joint.plan, refusals: []))
        }
        #expect(refused > 0)
    }

    @Test func `keeps management reachable on bridges that it makes secure`() throws {
        var examined = 0
        for seed in PlanLawTests.seeds {
            try forEachJointPlan(seed) { host, requests, start, joint in
                var state = start
                for step in joint.plan.steps { state.happen(step.action) }
                let refused = Set(joint.refusals.map(\.pif))
                let asked = requests.filter { !refused.contains($0.pif) }.compactMap { host.model.pifs[$0.pif] }
                examined += expectManagementReachable(host.model, asked, from: start, to: state, seed: seed)
            }
        }
        #expect(examined > PlanLawTests.seeds.count / 10)
    }

    @Test(arguments: PlanLawTests.seeds)
    func `is the same in whatever order the requests are made`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed ^ 0x0D)
        try forEachJointPlan(seed) { host, requests, start, joint in
            for _ in 0..<3 {
                let other = Planner.plan(
                    requests.shuffled(using: &random), model: host.model, facts: host.facts, observed: start)
                let isSame = other == joint
                #expect(isSame, "\(joint.plan.text(undo: true))\nin another order:\n\(other.plan.text(undo: true))")
            }
        }
    }

    @Test(arguments: Datapath.allCases)
    func `of a bond and its slave the bond has the card, unless the host is managed over the slave`(datapath: Datapath)
        throws
    {
        var model = try CacheReader.read(
            contentsOf: GoldenCase.root.appending(path: "_topologies/bond.dbcache").path)
        let pifs = try ["xenbr0", "xapi1"].map { try model.pif(named: $0) }
        for pif in model.pifs.keys { model.pifs[pif]?.management = false }
        var state = ObservedState(vswitch: datapath == .openvswitch ? VswitchState() : nil)
        for card in pifs.flatMap(model.uplinks) { state.links[card.device] = Link(kind: .other(nil), mac: card.mac) }
        for (order, isManagement) in [(pifs, false), (pifs.reversed(), false), (pifs, true), (pifs.reversed(), true)] {
            let requests = order.map { Request(.up, $0.ref, isManagement: isManagement && $0.ref == pifs[0].ref) }
            let joint = Planner.plan(requests, model: model, facts: HostFacts(datapath: datapath), observed: state)
            let (first, second) = isManagement ? (pifs[0], pifs[1]) : (pifs[1], pifs[0])
            #expect(joint.refusals.map(\.pif) == [second.ref])
            #expect(joint.refusals[0].isSkip != isManagement, "only the slave's bridge is not missed")
            let message =
                isManagement
                ? "together with \(first): they share a network card"
                : "its card is in \(first), which is brought up as well"
            #expect(joint.refusals[0].description.contains(message))
            let alone = try Planner.plan(
                Request(.up, first.ref, isManagement: isManagement), model: model,
                facts: HostFacts(datapath: datapath), observed: state)
            #expect(joint.plan == alone)
        }
    }

    @Test
    func `an unknown PIF is refused, and stops no other`() throws {
        let host = try #require((0..<100).lazy.compactMap { Host(seed: $0) }.first)
        let (known, unknown) = (host.model.pifsInOrder[0], try #require(Ref<PIF>("OpaqueRef:1-2-3")))
        func plan(_ pifs: [Ref<PIF>]) -> JointPlan {
            Planner.plan(pifs.map { Request(.up, $0) }, model: host.model, facts: host.facts, observed: host.bare)
        }
        let (joint, alone) = (plan([unknown, known.ref]), plan([known.ref]))
        #expect(joint.plan == alone.plan)
        #expect(joint.refusals.last?.pif == unknown && joint.refusals.last?.rule == .unknown)
    }

    /// Has a random host in a random state bring up several of its PIFs.
    private func forEachJointPlan(
        _ seed: UInt64, breaking: Bool = false,
        _ law: (Host, [Request], ObservedState, JointPlan) throws -> Void
    ) throws {
        var host = try #require(Host(seed: seed))
        var random = SeededGenerator(seed: seed ^ 0x5E)
        var state = host.bare
        for _ in 0..<4 {
            if random.oneIn(2) {
                let pif = random.one(of: host.model.pifsInOrder)
                if let earlier = Situation(host, Request(.up, pif.ref), from: state) {
                    for step in earlier.plan.steps { state.happen(step.action) }
                    if random.oneIn(2) { state.plugGuest(&random) }
                    for _ in 0..<2 where random.oneIn(2) { state.meddle(&random) }
                    state = state.settled
                }
            }
            var pifs = host.model.pifsInOrder.shuffled(using: &random)
            pifs = Array(pifs.prefix(Int.random(in: 2...max(2, pifs.count), using: &random)))
            if breaking { host.model.pifs[pifs[0].ref]?.managed = false }
            host.model.leaveDefaultRoute(to: pifs)
            let requests = pifs.map { Request(.up, $0.ref) }
            let joint = Planner.plan(requests, model: host.model, facts: host.facts, observed: state)
            try law(host, requests, state, joint)
            for step in joint.plan.steps { state.happen(step.action) }
            state = state.settled
        }
    }
}

extension NetworkModel {
    /// Takes the addresses from slaves and from what has to go for some PIFs. Who has the default route would otherwise depend
    /// on which of these are asked for.
    fileprivate mutating func leaveDefaultRoute(to wanted: [PIF]) {
        let slaves = bonds.values.flatMap(\.slaves)
        for ref in slaves + conflictingPIFs(ofAll: stacks(of: wanted)).map(\.ref) {
            pifs[ref]?.ipv4.mode = .none
            pifs[ref]?.ipv6.mode = .none
        }
    }
}
