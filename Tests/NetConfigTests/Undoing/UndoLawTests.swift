import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// The laws of `undo`, on random hosts in random states; a failure names its seed.
@Suite("the laws of undo") struct UndoLawTests {
    /// Those that are always tried have lost something: an undo is killed while MTUs follow, or before a card that left its bond has
    /// its own again; a DHCP client is stopped and started again.
    static let seeds = Set(PlanLawTests.seeds).union([57, 83, 176, 195]).sorted()

    @Test(arguments: seeds)
    func `undo leads back to before the run, and its own undo to after it`(seed: UInt64) throws {
        try forEachRun(seed) { situation, start, end in
            let run = UndoneRun(1, "\(situation.request.verb)", [change(situation.plan, from: start)])
            let undo = try Planner.planUndo([run], on: situation.host.facts.datapath, observed: end)
            let back = try carryOut(undo, from: end, "\(situation)\nthen\n\(undo.text())")
            expect(back, is: start, "seed \(seed): \(situation)\nundo:\n\(undo.text())")
            let again = try Planner.planUndo([run], on: situation.host.facts.datapath, observed: back)
            #expect(again.steps.isEmpty, "seed \(seed): \(situation)\nundo again:\n\(again.text())")
            let second = UndoneRun(2, "undo", [change(undo, from: end)])
            let redo = try Planner.planUndo([second], on: situation.host.facts.datapath, observed: back)
            let forth = try carryOut(redo, from: back, "\(situation)\nredo\n\(redo.text())")
            expect(forth, is: end, "seed \(seed): \(situation)\nundo:\n\(undo.text())\nredo:\n\(redo.text())")
        }
    }

    @Test(arguments: seeds)
    func `an undo that was killed after any of its steps is finished by the next`(seed: UInt64) throws {
        try forEachRun(seed) { situation, start, end in
            let run = UndoneRun(1, "\(situation.request.verb)", [change(situation.plan, from: start)])
            let undo = try Planner.planUndo([run], on: situation.host.facts.datapath, observed: end)
            for count in 0...undo.steps.count {
                var state = end
                for step in undo.steps.prefix(count) { state.happen(step.action) }
                state = state.settled
                let rest = try Planner.planUndo([run], on: situation.host.facts.datapath, observed: state)
                let back = try carryOut(rest, from: state, "\(situation)\n\(undo.text())")
                expect(
                    back, is: start, "seed \(seed), killed after \(count): \(situation)\n\(undo.text())\n\(rest.text())"
                )
            }
        }
    }

    @Test(arguments: seeds)
    func `two runs are taken back as one`(seed: UInt64) throws {
        var first: (run: UndoneRun, start: ObservedState, end: ObservedState)?
        try forEachRun(seed) { situation, start, end in
            let run = UndoneRun(
                first == nil ? 1 : 2, "\(situation.request.verb)", [change(situation.plan, from: start)])
            defer { first = (UndoneRun(1, run.title, run.changes), start, end) }
            guard let earlier = first, earlier.end == start else { return }
            let undo = try Planner.planUndo([earlier.run, run], on: situation.host.facts.datapath, observed: end)
            let back = try carryOut(undo, from: end, "\(situation)\n\(undo.text())")
            expect(back, is: earlier.start, "seed \(seed): \(situation)\n\(undo.text())")
        }
    }

    @Test(arguments: seeds)
    func `what others do in between is kept`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed ^ 0x0D0)
        try forEachRun(seed) { situation, start, end in
            let run = UndoneRun(1, "\(situation.request.verb)", [change(situation.plan, from: start)])
            var state = end
            let known = Set(state.links.keys)
            state.plugGuest(&random)
            guard let guest = Set(state.links.keys).subtracting(known).first else { return }
            // A bystander that no run touches, with a setting of its own.
            let bystander = try #require(DeviceName("bystander"))
            state.links[bystander] = Link(
                kind: .other("dummy"), mac: MACAddress(bits: 0x5254_00BB_0000), mtu: 4000, isUp: true,
                addresses: [LinkAddress(try #require(IPPrefix("172.31.9.9/24")))])
            state = state.settled
            let undo = try Planner.planUndo([run], on: situation.host.facts.datapath, observed: state)
            let back = try carryOut(undo, from: state, "\(situation)\n\(undo.text())")
            #expect(back.links[bystander] == state.links[bystander], "seed \(seed)")
            let (one, other) = (back.links[guest], state.links[guest])
            #expect(one == other, "seed \(seed): \(situation)\n\(undo.text())")
            let isPlugged = back.vswitch?.bridge(ofPort: guest.text) == state.vswitch?.bridge(ofPort: guest.text)
            #expect(isPlugged, "seed \(seed): \(situation)\n\(undo.text())")
        }
    }

    @Test(arguments: seeds)
    func `no address is on two devices, and no bridge has more uplinks than before or after`(seed: UInt64) throws {
        try forEachRun(seed) { situation, start, end in
            let run = UndoneRun(1, "\(situation.request.verb)", [change(situation.plan, from: start)])
            let undo = try Planner.planUndo([run], on: situation.host.facts.datapath, observed: end)
            var state = end
            let most = Dictionary(
                uniqueKeysWithValues: Set(start.links.keys).union(end.links.keys).map { name in
                    (name, max(uplinks(of: name, start), uplinks(of: name, end)))
                })
            let known = max(doubles(start), doubles(end))
            for step in undo.steps {
                state.happen(step.action)
                #expect(doubles(state) <= known, "seed \(seed), after \(step.action): \(undo.text())")
                for (name, link) in state.links where link.isBridge {
                    #expect(uplinks(of: name, state) <= most[name] ?? 0, "seed \(seed), after \(step.action)")
                }
            }
        }
    }

    private func uplinks(of bridge: DeviceName, _ state: ObservedState) -> Int {
        state.ports(of: bridge).count { !($0.isGuests || state.links[$0]?.kind == .other("tun")) }
    }

    private func doubles(_ state: ObservedState) -> Int {
        let addresses = state.links.values.flatMap { $0.addresses.map(\.prefix.address) }
        return addresses.count - Set(addresses).count
    }

    private func change(_ plan: Plan, from start: ObservedState) -> WayBack {
        WayBack(of: plan.steps.map(\.action), from: start)
    }

    private func carryOut(_ plan: Plan, from start: ObservedState, _ place: String) throws -> ObservedState {
        var state = start
        for step in plan.steps {
            let refusal = state.refusal(of: step.action)
            #expect(refusal == nil, "\(step.action): \(place)")
            state.happen(step.action)
        }
        return state.settled
    }

    private func expect(_ state: ObservedState, is other: ObservedState, _ place: String) {
        let (one, two) = (state.settled.withoutLeases, other.settled.withoutLeases)
        let isSame = one == two
        #expect(isSame, "\(two.differences(from: one))\n\(place)")
    }

    /// Leads a random host through random requests, and shows each that changes something.
    private func forEachRun(
        _ seed: UInt64, _ law: (Situation, ObservedState, ObservedState) throws -> Void
    ) throws {
        try Situation.forEach(seed) { situation, start in
            guard !situation.plan.steps.isEmpty else { return }
            var end = start
            for step in situation.plan.steps { end.happen(step.action) }
            try law(situation, start, end.settled)
        }
    }
}
