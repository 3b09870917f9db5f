import Testing

@testable import NetConfigSystem

@Suite struct PossibleChangeTests {
    /// What a change can be reached with, each with the events that led there.
    private static func reachable() -> [(change: PossibleChange, edge: PossibleChange.Edge)] {
        var seen: [PossibleChange] = [PossibleChange(), PossibleChange(takingBack: true)]
        var found: [(PossibleChange, PossibleChange.Edge)] = []
        var next = 0
        while next < seen.count {
            for event in PossibleChange.Event.allCases {
                var change = seen[next]
                guard let edge = change.take(event) else { continue }
                found.append((change, edge))
                if !seen.contains(change) { seen.append(change) }
            }
            next += 1
        }
        return found
    }

    @Test func `the table of edges is what the machine does, and all of it can be reached`() {
        let walked = Set(Self.reachable().map(\.edge))
        #expect(walked.subtracting(PossibleChange.edges).map(\.description).sorted() == [])
        #expect(PossibleChange.edges.subtracting(walked).map(\.description).sorted() == [])
    }

    @Test func `an end is an end, and every other state has a way out`() {
        for state in PossibleChange.State.allCases {
            let ways = PossibleChange.edges.filter { $0.from == state && $0.to != state }
            #expect(ways.isEmpty == state.isEnd, "\(state)")
        }
    }

    @Test func `from every state each break leads to a look at the rows`() {
        let breaks = PossibleChange.edges.filter { $0.event == .broken }
        #expect(breaks.count > 3)
        for edge in breaks {
            let looks = PossibleChange.edges.filter { $0.from == edge.to }.map(\.event)
            #expect(looks.contains(.unreachable), "\(edge)")
        }
    }

    /// A change after some events.
    private func after(_ events: [PossibleChange.Event], takingBack: Bool = false) throws -> PossibleChange {
        var change = PossibleChange(takingBack: takingBack)
        for event in events {
            let edge = change.take(event)
            try #require(edge != nil, "\(event) in \(change.state)")
        }
        return change
    }

    @Test func `a transaction is sent three times, and its inverse three times`() throws {
        #expect(try after([.broken, .absent, .broken, .absent]).state == .making)
        #expect(try after([.broken, .absent, .broken, .absent, .broken, .absent]).state == .notMade)
        let taking: [PossibleChange.Event] = [.refused, .found, .broken, .altered]
        #expect(try after(taking, takingBack: true).state == .takingBack)
        #expect(try after(taking + [.refused, .found], takingBack: true).state == .left)
    }

    @Test func `a signal has a change taken back that is found, and ends one that was not made`() throws {
        #expect(try after([.broken, .interrupted, .found]).state == .takingBack)
        #expect(try after([.broken, .interrupted, .absent]).state == .notMade)
        #expect(try after([.answered, .interrupted]).state == .takingBack)
        #expect(try after([.answered, .broken, .interrupted, .found]).state == .takingBack)
    }

    @Test func `while a change is taken back no signal is heeded`() {
        for state in [PossibleChange.State.takingBack, .takingBackInDoubt, .takenBack, .takenBackOutOfTouch] {
            #expect(!PossibleChange.edges.contains { $0.from == state && $0.event == .interrupted }, "\(state)")
        }
    }
}
