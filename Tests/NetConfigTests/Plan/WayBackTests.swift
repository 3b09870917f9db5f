import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore

/// The laws of the way back, on random hosts in random states; a failure names its seed.
@Suite("the way back") struct WayBackTests {
    /// In the last one the mode of a bond changes.
    static let seeds = Array(PlanLawTests.seeds) + [2759]

    @Test(arguments: seeds)
    func `leads from any point of a plan to where it began, and asks for nothing that is refused`(seed: UInt64) throws {
        try forEachPoint(seed) { situation, way, count, state in
            var state = state
            let actions = way.actions(from: state)
            for action in actions {
                let refusal = state.refusal(of: action)
                #expect(refusal == nil, "\(action) after \(count) steps\n\(situation)")
                state.happen(action)
            }
            let (back, start) = (state.settled.withoutLeases, situation.start.withoutLeases)
            let isSame = back == start
            #expect(
                isSame,
                "after \(count) steps, seed \(seed):\n\(start.differences(from: back))\n\(actions)\n\(situation)")
            #expect(way.actions(from: state.settled) == [], "there is nothing left to do")
            return isSame
        }
    }

    @Test(arguments: seeds)
    func `leads nowhere from where the plan began`(seed: UInt64) throws {
        try forEachPoint(seed) { situation, way, count, _ in
            #expect(way.actions(from: situation.start) == [])
            return false
        }
    }

    @Test func `does not harm what others have plugged in meanwhile`() throws {
        var examined = 0
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            try forEachPoint(seed) { situation, way, count, state in
                var state = state
                let known = Set(state.links.keys)
                state.plugGuest(&random)
                guard let guest = Set(state.links.keys).subtracting(known).first else { return true }
                let plugged = state
                let place = "seed \(seed), after \(count) steps\n\(situation)"
                let actions = way.actions(from: state)
                for action in actions {
                    let refusal = state.refusal(of: action)
                    #expect(refusal == nil, "\(action), \(place)")
                    state.happen(action)
                }
                #expect(state.links[guest] == plugged.links[guest], "\(place)")
                #expect(state.vswitch?.ports[guest.text] == plugged.vswitch?.ports[guest.text], "\(place)")
                let isThere = state.vswitch?.bridge(ofPort: guest.text) == plugged.vswitch?.bridge(ofPort: guest.text)
                #expect(isThere, "\(place)")
                if !actions.isEmpty { examined += 1 }
                return isThere
            }
        }
        #expect(examined > Self.seeds.count)
    }

    @Test(arguments: seeds)
    func `is the same from what is remembered of the host, written down and read again`(seed: UInt64) throws {
        try forEachPoint(seed) { situation, way, count, state in
            guard count == way.actions.count, count > 0 else { return true }
            var start = situation.start
            start.plugDevices(300)
            let remembered = WayBack(of: way.actions, from: start)
            let copy = try JSONDecoder().decode(WayBack.self, from: JSONEncoder().encode(remembered))
            #expect(copy == remembered, "seed \(seed)\n\(situation)")
            #expect(copy.before.links.count < 100, "only what the change concerns is kept")
            #expect(
                copy.rollback.actions(from: state) == way.actions(from: state), "seed \(seed)\n\(situation)")
            #expect(copy.part(of: copy.after) == copy.after && copy.part(of: copy.before) == copy.before)
            return true
        }
    }

    @Test(arguments: seeds)
    func `can be written down and read again`(seed: UInt64) throws {
        try forEachPoint(seed) { _, way, _, _ in
            let copy = try reread(way)
            #expect(copy == way)
            return false
        }
    }

    @Test
    func `can be written down with the rarer actions too`() throws {
        let name = try #require(DeviceName("bond0"))
        let mac = try #require(MACAddress("52:54:00:00:00:10"))
        let flows = [
            SecureModeFlow(.arpRequestsIn(uplink: name), mac: mac), SecureModeFlow(.arpOut(uplink: name), mac: mac),
            SecureModeFlow(.arpOut(uplink: nil), mac: mac), SecureModeFlow(.anythingOut(uplink: nil), mac: mac),
            SecureModeFlow(.anythingIn(uplink: name), mac: mac),
        ]
        let row = VswitchRow(
            columns: ["other_config": .map(["\u{1}\"\\é": "\n"]), "tag": .set([.integer(0)]), "qos": .uuid("u")],
            members: ["a", "b"])
        let way = Rollback(
            before: ObservedState(),
            actions: [
                .setMaster(name, nil), .setBondMode(name, "802.3ad"), .setMAC(name, mac), .addFlows("xenbr0", flows),
                .removeFlows("xenbr0", flows), .changeVswitch([VswitchChange(.port, "p", before: nil, after: row)]),
                .replaceFile("/a", before: nil, after: FileContents("x", mode: 0o600)), .announce(name, []),
                .replaceFile("/a", before: FileContents("x"), after: nil), .run("/sbin/update-issue"),
            ])
        #expect(try reread(way) == way)
    }

    private func reread(_ way: Rollback) throws -> Rollback {
        try JSONDecoder().decode(Rollback.self, from: JSONEncoder().encode(way))
    }

    /// Leads a random host through random requests; of each shows the states after none of its steps, after one, and so on,
    /// until told that it is enough.
    private func forEachPoint(
        _ seed: UInt64, _ law: (Situation, Rollback, Int, ObservedState) throws -> Bool
    ) throws {
        try Situation.forEach(seed) { situation, start in
            let steps = situation.plan.steps
            let way = Rollback(before: situation.start, actions: steps.map(\.action))
            var station = start
            for count in 0...steps.count {
                guard try law(situation, way, count, station.settled) else { break }
                if count < steps.count { station.happen(steps[count].action) }
            }
        }
    }
}

extension ObservedState {
    /// Adds devices that no plan concerns.
    fileprivate mutating func plugDevices(_ count: Int) {
        for number in 0..<count {
            guard let name = DeviceName("tap9\(number).0") else { continue }
            links[name] = Link(kind: .other("tun"), mac: nil)
        }
    }
}
