package import NetConfigCore

/// What a host is to become: all networks of its records, as at boot, or its management interface alone, as when that moves.
package struct Transition: Sendable {
    /// What is asked for.
    package enum Extent: String, Hashable, Sendable, CaseIterable {
        case all
        case management
    }

    package let host: SmallHost
    package let extent: Extent
    package let model: NetworkModel
    package var facts: HostFacts
    package let requests: [Request]

    package init(to host: SmallHost, _ extent: Extent) {
        (self.host, self.extent) = (host, extent)
        model = host.model
        facts = host.facts
        let pifs = model.pifsInOrder.filter { $0.bondSlaveOf == nil && (extent == .all || $0.management) }
        requests = pifs.map { Request(.up, $0.ref) }
    }

    package var goal: Goal {
        Goal(model: model, pifs: requests.compactMap { model.pifs[$0.pif] }, isWhole: extent == .all)
    }

    /// Plans it, without what is not looked at here.
    package func plan(from state: ObservedState) -> JointPlan {
        Planner.plan(requests, model: model, facts: facts, observed: state, isForRun: false)
    }

    /// The state after all of it, from a state.
    package func end(from state: ObservedState) -> ObservedState { states(from: state).last ?? state }

    /// The states after each step, from a state.
    package func states(from state: ObservedState) -> [ObservedState] {
        var state = state
        return plan(from: state).plan.steps.map { step in
            state.happen(step.action)
            return state.seen
        }
    }
}
