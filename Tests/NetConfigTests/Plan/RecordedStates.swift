import Foundation
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

extension ObservedState {
    /// Does an action, and what the world outside does in answer: a DHCP server gives its lease.
    mutating func happen(_ action: Action) {
        apply(action)
        guard case .startDHCP(let client, _) = action else { return }
        switch client.family {
        case .v4:
            guard let prefix = IPPrefix("198.51.100.77/24"), let router = IPAddress("198.51.100.1") else { return }
            links[client.device]?.addresses.append(
                LinkAddress(prefix, broadcast: prefix.broadcast, isDynamic: true))
            if client.configuration.contains("routers") {
                links[client.device]?.routes.append(Route(.any(.v4), via: router, origin: .boot))
            }
        case .v6:
            guard let prefix = IPPrefix("2001:db8:77::77/128") else { return }
            links[client.device]?.addresses.append(LinkAddress(prefix, isDynamic: true))
        }
    }
}
