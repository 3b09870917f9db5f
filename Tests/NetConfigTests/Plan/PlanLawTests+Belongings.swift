import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// The laws about what hangs on devices.
extension PlanLawTests {
    @Test func `what hangs on devices is given back, or named as lost, wherever a plan ends`() throws {
        var (given, named) = (0, 0)
        for seed in Self.seeds {
            try forEachRequest(seed) { situation in
                var start = situation.start
                start.belongings = start.hangingThings
                let plan = try situation.plan(from: start)
                var (state, lost): (ObservedState, Set<Belonging>) = (start, [])
                for count in 0...plan.steps.count {
                    var back = state
                    for action in plan.steps.prefix(count).reversed().flatMap(\.undo) { back.happen(action) }
                    lost = (start.belongings ?? []).subtracting(back.belongings ?? [])
                    #expect(
                        lost.allSatisfy { !$0.canBePutBack },
                        "seed \(seed), after \(count) steps: \(lost.sorted())\n\(situation)")
                    if back.belongings != state.belongings { given += 1 }
                    if count < plan.steps.count { state.happen(plan.steps[count].action) }
                }
                #expect(plan.losses == lost.sorted(), "seed \(seed): \(situation)")
                named += lost.count
            }
        }
        #expect(given > Self.seeds.count && named > 0)
    }

    @Test func `a plan costs no device anything that no undo looks at`() throws {
        var examined = 0
        for seed in Self.seeds {
            try forEachRequest(seed) { situation in
                var state = situation.start
                state.belongings = state.hangingThings
                let before = state.belongings ?? []
                for step in situation.plan.steps { state.happen(step.action) }
                let stake = Stake(situation.plan)
                let looked = stake.removed.union(stake.shaken).union(stake.released)
                let lost = Set(before.subtracting(state.belongings ?? []).flatMap(\.devices))
                #expect(lost.isSubset(of: looked), "seed \(seed): \(lost.subtracting(looked).sorted())\n\(situation)")
                examined += lost.count
            }
        }
        #expect(examined > Self.seeds.count)
    }
}

extension ObservedState {
    /// One of each kind of thing on each device.
    fileprivate var hangingThings: Set<Belonging> {
        Set(
            links.keys.flatMap { name in
                [
                    .entry(Belonging.Entry(type: 24, payload: [2], numbers: [:])),
                    .entry(Belonging.Entry(type: 24, payload: [10], numbers: [:])),
                    .attribute(Belonging.Attribute(place: .kind("bridge"), number: 4, value: [1])),
                    .attribute(Belonging.Attribute(place: .port("bridge"), number: 4, value: [1])),
                    .setting("ipv4/conf/\(name)/rp_filter", value: "2"), .lasting,
                ].map { Belonging(devices: [name], text: "\($0)", content: $0) }
                    .filter { !$0.isOfPort || links[name]?.master != nil }
            })
    }
}
