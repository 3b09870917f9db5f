import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore

/// The laws of the planner, on random hosts in random states. A failure names its seed: `PlanLawTests.seeds` can be narrowed
/// to it.
@Suite struct PlanLawTests {
    static let seeds = TestLength.seeds

    @Test(arguments: seeds)
    func `planning again after a plan gives no steps`(seed: UInt64) throws {
        try forEachRequest(seed) { situation in
            var state = situation.start
            for step in situation.plan.steps { state.happen(step.action) }
            let again = try situation.plan(from: state.settled)
            let isEmpty = again.steps.isEmpty
            #expect(isEmpty, "\(situation)\nthen:\n\(again.text())")
        }
    }

    @Test(arguments: seeds)
    func `no step and no undo asks for what is refused`(seed: UInt64) throws {
        try forEachRequest(seed) { situation in
            var state = situation.start
            for step in situation.plan.steps {
                let refusal = state.refusal(of: step.action)
                #expect(refusal == nil, "\(step.action)\n\(situation)")
                state.happen(step.action)
                var back = state
                for action in step.undo {
                    let refusal = back.refusal(of: action)
                    #expect(refusal == nil, "undo of \(step.action): \(action)\n\(situation)")
                    back.happen(action)
                }
            }
        }
    }

    @Test(arguments: seeds)
    func `steps and then their undos, last first, give back the start`(seed: UInt64) throws {
        try forEachRequest(seed) { situation in
            for count in 0...situation.plan.steps.count {
                let steps = situation.plan.steps.prefix(count)
                var state = situation.start
                for step in steps { state.happen(step.action) }
                for action in steps.reversed().flatMap(\.undo) { state.happen(action) }
                let (back, start) = (state.withoutLeases, situation.start.withoutLeases)
                let isSame = back == start
                #expect(isSame, "after \(count) steps: \(start.differences(from: back))\n\(situation)")
                guard isSame else { return }
            }
        }
    }

    @Test(arguments: seeds)
    func `equal input gives the equal plan, in whatever order dictionaries hold it`(seed: UInt64) throws {
        try forEachRequest(seed) { situation in
            var other = situation
            other.host.model.pifs = situation.host.model.pifs.reordered
            other.host.model.networks = situation.host.model.networks.reordered
            other.host.model.bonds = situation.host.model.bonds.reordered
            other.host.model.vlans = situation.host.model.vlans.reordered
            other.start.links = situation.start.links.reordered
            other.start.vswitch?.bridges = situation.start.vswitch?.bridges.reordered ?? [:]
            other.start.vswitch?.ports = situation.start.vswitch?.ports.reordered ?? [:]
            let plan = try other.plan(from: other.start)
            let isSame = plan == situation.plan && plan.text(undo: true) == situation.plan.text(undo: true)
            #expect(isSame, "\(situation)")
        }
    }

    @Test func `up gives the same from any state as from nothing`() throws {
        var examined = 0
        for seed in Self.seeds {
            try forEachRequest(seed) { situation in
                guard situation.request.verb == .up else { return }
                var (state, fresh) = (situation.start, situation.host.bare)
                for step in situation.plan.steps { state.happen(step.action) }
                let plan = try situation.plan(from: fresh)
                for step in plan.steps { fresh.happen(step.action) }
                let (left, right) = (situation.end(state.settled), situation.end(fresh.settled))
                let isSame = left == right
                let differences = right.differences(from: left)
                #expect(isSame, "seed \(seed): \(differences)\n\(situation)\nfrom nothing:\n\(plan.text())")
                examined += 1
            }
        }
        #expect(examined > Self.seeds.count)
    }

    @Test func `what a request does not concern stays as it was`() throws {
        var examined = 0
        for seed in Self.seeds {
            // With the same records throughout: when bridges have changed their names, devices of two PIFs are one.
            try forEachRequest(seed, reconfigures: false) { situation in
                var state = situation.start
                for step in situation.plan.steps { state.happen(step.action) }
                let (before, after) = (situation.bystanders(situation.start), situation.bystanders(state.settled))
                let isSame = before == after
                #expect(isSame, "seed \(seed): \(before.differences(from: after))\n\(situation)")
                if !before.links.isEmpty { examined += 1 }
            }
        }
        #expect(examined > Self.seeds.count)
    }

    @Test func `a bridge that is secure, or becomes so, under the management interface has its flows`() throws {
        var examined = 0
        for seed in Self.seeds {
            try forEachRequest(seed) { situation in
                guard situation.request.verb == .up else { return }
                var state = situation.start
                for step in situation.plan.steps { state.happen(step.action) }
                examined += expectManagementReachable(
                    situation.host.model, [situation.pif], from: situation.start, to: state, seed: seed)
            }
        }
        #expect(examined > Self.seeds.count / 10)
    }

    @Test(arguments: seeds)
    func `down after up leaves nothing behind`(seed: UInt64) throws {
        var host = try #require(Host(seed: seed))
        var random = SeededGenerator(seed: seed ^ 0xD0)
        host.facts.attachment = .recorded
        var examined = 0
        for _ in 0..<4 {
            let pif = random.one(of: host.model.pifsInOrder)
            let bare = host.bare
            guard let up = Situation(host, Request(.up, pif.ref), from: bare) else { continue }
            var state = bare
            for step in up.plan.steps { state.happen(step.action) }
            let down = try #require(Situation(host, Request(.down, pif.ref), from: state.settled))
            for step in down.plan.steps { state.happen(step.action) }
            let (left, right) = (state.withoutSettings, bare.withoutSettings)
            let isSame = left == right
            #expect(isSame, "\(right.differences(from: left))\n\(up)\n\(down)")
            if !up.plan.steps.isEmpty { examined += 1 }
        }
        #expect(examined > 0)
    }

    /// Leads a random host through random requests, done wholly or in part, and shows each situation to a law.
    func forEachRequest(
        _ seed: UInt64, reconfigures: Bool = true, _ law: (Situation) throws -> Void
    ) throws {
        var host = try #require(Host(seed: seed))
        var random = SeededGenerator(seed: seed ^ 0xA5)
        var state = host.bare
        var examined = 0
        // A host that has had nothing to do so far goes on until it has.
        for round in 0..<30 where round < 6 || examined == 0 {
            let verb: Verb = random.oneIn(3) ? .down : .up
            let request = Request(verb, random.one(of: host.model.pifsInOrder).ref, isManagement: random.oneIn(6))
            guard let situation = Situation(host, request, from: state) else { continue }
            try law(situation)
            // Every other run is interrupted, by a crash that undoes nothing.
            let count = situation.plan.steps.count
            let done = random.oneIn(2) ? count : Int.random(in: 0...count, using: &random)
            for step in situation.plan.steps.prefix(done) { state.happen(step.action) }
            if random.oneIn(2) { state.meddle(&random) }
            if reconfigures, random.oneIn(3) { host.reconfigure(&random) }
            state = state.settled
            if count > 0 { examined += 1 }
        }
        #expect(examined > 0, "seed \(seed): nothing to do in any situation")
    }
}

extension Dictionary {
    /// The same entries in another order: that depends on the capacity.
    fileprivate var reordered: [Key: Value] {
        var copy = Dictionary(minimumCapacity: count * 8)
        for (key, value) in reversed() { copy[key] = value }
        return copy
    }
}

/// What passes a secure bridge that no controller looks after is what flows say: those of each management interface that has
/// a port there, on bridges that were asked for and on those that a plan made secure. Returns how many interfaces these are.
func expectManagementReachable(
    _ model: NetworkModel, _ asked: [PIF], from start: ObservedState, to end: ObservedState, seed: UInt64,
    location: SourceLocation = #_sourceLocation
) -> Int {
    var examined = 0
    let datapaths = Set(asked.map { model.datapathPIF(of: $0).ref })
    for pif in model.pifsInOrder where model.isManagement(pif) {
        let datapath = model.datapathPIF(of: pif)
        guard let bridge = model.bridge(of: datapath)?.text, let row = end.vswitch?.bridges[bridge],
            row["fail_mode"] == .string("secure"),
            start.vswitch?.bridges[bridge]?["fail_mode"] != .string("secure")
                || datapaths.contains(datapath.ref) && start.vswitch?.controlled.contains(bridge) == false,
            pif.vlan == nil || row.members.contains(model.bridge(of: pif)?.text ?? "")
        else { continue }
        let flows = end.vswitch?.flows[bridge] ?? []
        for uplink in model.uplinks(of: datapath) {
            let own = flows.filter {
                $0.access?.tag == pif.vlan && $0.access?.port == pif.vlan.flatMap { _ in model.bridge(of: pif) }
            }
            let isReached =
                own.contains { $0.kind == .anythingIn(uplink: uplink.device) }
                && own.contains { $0.kind == .arpRequestsIn(uplink: uplink.device) }
            #expect(
                isReached, "seed \(seed): nothing gets from \(uplink) to \(pif): \(flows)", sourceLocation: location)
        }
        let answers = flows.contains { flow in
            guard case .anythingOut(let uplink) = flow.kind, flow.access?.tag == pif.vlan else { return false }
            return uplink.map { name in model.uplinks(of: datapath).map(\.device) == [name] } ?? true
        }
        #expect(
            answers || model.uplinks(of: datapath).isEmpty, "seed \(seed): \(pif) cannot answer: \(flows)",
            sourceLocation: location)
        examined += 1
    }
    return examined
}
