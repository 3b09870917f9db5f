import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The states that golden cases share, in `testdata/plan/_states`. The file `recipes` there has a line for each:
///
///     bond-bridge-up: cards-bridge, bond, up xapi1
///     bond-bridge-half: cards-bridge, bond, up xapi1 half
///
/// that is: the state to start from, the topology (a file of `_topologies`), and requests, carried out on the model of the
/// kernel, the last one perhaps only half of its steps. `RECORD_STATES=1` writes all of them anew, and fails.
struct RecordedStates {
    @Test
    func `the states that cases share are what their recipes give`() throws {
        let isRecording = ProcessInfo.processInfo.environment["RECORD_STATES"] == "1"
        let directory = GoldenCase.root.appending(path: "_states")
        let recipes = try String(contentsOf: directory.appending(path: "recipes"), encoding: .utf8)
            .split(separator: "\n")
        #expect(recipes.count > 10)
        for line in recipes {
            let name = try #require(line.split(separator: ":").first)
            let parts = line.dropFirst(name.count + 2).split(separator: ",").map { $0.drop { $0 == " " } }
            var state = try ObservedState(contentsOf: directory.appending(path: "\(parts[0]).json"))
            let topology = GoldenCase.root.appending(path: "_topologies/\(parts[1]).dbcache")
            let model = try CacheReader.read(contentsOf: topology.path)
            for request in parts.dropFirst(2) {
                let isHalf = request.hasSuffix(" half")
                var input = try PlannerInput(
                    String(isHalf ? request.dropLast(5) : request), model: model, observed: state)
                input.facts.datapath = state.vswitch == nil ? .bridge : .openvswitch
                let steps = try input.plan().steps
                for step in steps.prefix(isHalf ? (steps.count + 1) / 2 : steps.count) { state.happen(step.action) }
            }
            let file = directory.appending(path: "\(name).json")
            if isRecording { try state.write(to: file) }
            #expect(try ObservedState(contentsOf: file) == state, "\(name)")
        }
        if isRecording { Issue.record("recorded the states: look at what changed") }
    }
}
