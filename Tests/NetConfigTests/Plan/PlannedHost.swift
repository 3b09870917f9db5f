import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// A host of one of the topologies, bare but for its cards, whose records and state a test changes between plans.
struct PlannedHost {
    var model: NetworkModel
    var state: ObservedState
    let facts: HostFacts

    init(_ datapath: Datapath = .bridge, _ topology: String = "physical") throws {
        let directory = GoldenCase.root
        model = try CacheReader.read(contentsOf: directory.appending(path: "_topologies/\(topology).dbcache").path)
        state = try ObservedState(contentsOf: directory.appending(path: "_states/cards-\(datapath).json"))
        facts = HostFacts(datapath: datapath)
    }

    /// Changes the record of the PIF on a card.
    mutating func edit(_ card: String = "eth0", _ change: (inout PIF) throws -> Void) throws {
        var pif = try #require(model.pifsInOrder.first { $0.device.text == card && $0.vlan == nil })
        try change(&pif)
        model.pifs[pif.ref] = pif
    }

    /// Changes a device as it is.
    mutating func meddle(_ name: String = "xenbr0", _ change: (inout Link) throws -> Void) throws {
        let name = try #require(DeviceName(name))
        var link = try #require(state.links[name])
        try change(&link)
        state.links[name] = link
    }

    func link(_ name: String = "xenbr0") throws -> Link {
        let name = try #require(DeviceName(name))
        return try #require(state.links[name])
    }

    /// The routes of a device in the words of `ip route`, sorted.
    func routes(_ name: String = "xenbr0") throws -> [String] {
        let name = try #require(DeviceName(name))
        return try link(name.text).routes.map { $0.words(over: name) }.sorted()
    }

    /// The plan of `up` for some bridges.
    func plan(_ bridges: String...) throws -> Plan { try plan(bridges.isEmpty ? ["xenbr0"] : bridges) }

    /// Carries `up` out for some bridges, and expects a second one to have nothing to do.
    @discardableResult
    mutating func up(_ bridges: String..., location: SourceLocation = #_sourceLocation) throws -> Plan {
        let bridges = bridges.isEmpty ? ["xenbr0"] : bridges
        let plan = try plan(bridges)
        for step in plan.steps {
            let refusal = state.refusal(of: step.action)
            #expect(refusal == nil, "\(step.action)", sourceLocation: location)
            state.happen(step.action)
        }
        state = state.settled
        let again = try self.plan(bridges)
        #expect(again.steps.isEmpty, "\(again.text())", sourceLocation: location)
        return plan
    }

    private func plan(_ bridges: [String]) throws -> Plan {
        let requests = try bridges.map { Request(.up, try model.pif(onDevice: $0).ref) }
        let joint = Planner.plan(requests, model: model, facts: facts, observed: state)
        #expect(joint.refusals.isEmpty)
        return joint.plan
    }
}

extension Plan {
    /// The warnings as text.
    var warningTexts: [String] { warnings.map(\.description) }

    /// The actions as text.
    var actionTexts: [String] { steps.map(\.action.description) }

    /// The routes that are added.
    var addedRoutes: [String] {
        steps.compactMap { if case .addRoute(let name, let route) = $0.action { route.words(over: name) } else { nil } }
    }
}
