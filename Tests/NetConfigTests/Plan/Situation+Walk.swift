import NetConfigTestSupport
import Testing

@testable import NetConfigCore

extension Situation {
    /// Leads a random host through random requests, and shows each with the state before it. A host that has had nothing to do so
    /// far goes on until it has.
    static func forEach(_ seed: UInt64, _ examine: (Situation, ObservedState) throws -> Void) throws {
        var host = try #require(Host(seed: seed))
        var random = SeededGenerator(seed: seed ^ 0xB7)
        var state = host.bare.settled
        var examined = 0
        for round in 0..<30 where round < 4 || examined == 0 {
            let verb: Verb = random.oneIn(4) ? .down : .up
            let request = Request(verb, random.one(of: host.model.pifsInOrder).ref, isManagement: random.oneIn(6))
            guard let situation = Situation(host, request, from: state) else { continue }
            try examine(situation, state)
            for step in situation.plan.steps { state.happen(step.action) }
            if random.oneIn(3) { state.plugGuest(&random) }
            if random.oneIn(3) { host.reconfigure(&random) }
            state = state.settled
            if !situation.plan.steps.isEmpty { examined += 1 }
        }
        #expect(examined > 0, "seed \(seed): nothing to do in any situation")
    }
}
