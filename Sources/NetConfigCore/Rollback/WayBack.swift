/// What one change of a run has to be remembered by, so that it can be taken back long after: what there was, what was done,
/// and what there was then.
///
/// Of the host only that is kept which the change concerns: a record of a small change stays small on a host with a thousand
/// devices.
package struct WayBack: Equatable, Sendable {
    /// The state before the change.
    package var before: ObservedState
    /// The actions that were done and kept, in order.
    package var actions: [Action]
    /// The state after the change.
    package var after: ObservedState
    /// What was looked at.
    package var scope: ObservationScope
    /// What switched the host's frames.
    package var datapath: Datapath

    /// Remembers a change.
    ///
    /// - Parameters:
    ///   - actions: What was done and kept. Of a run that could not be taken back wholly, all that was done.
    ///   - start: The state before, whole.
    ///   - putBack: What was taken back nevertheless.
    package init(of actions: [Action], from start: ObservedState, thenBack putBack: [Action] = []) {
        let end = (actions + putBack).reduce(into: start) { $0.apply($1) }
        let concern = Concern(of: actions, from: start, to: end)
        self.actions = actions
        before = concern.part(of: start)
        after = concern.part(of: end)
        scope = start.scope ?? ObservationScope()
        // A part of a state says nothing about the rest.
        (before.scope, after.scope) = (scope, scope)
        datapath = start.vswitch == nil ? .bridge : .openvswitch
    }

    /// Whether the change has changed nothing: programs that were run, addresses that were announced.
    package var isEmpty: Bool { actions.allSatisfy(\.changesNothing) }

    /// The part of a state that the change concerns.
    package func part(of state: ObservedState) -> ObservedState {
        Concern(of: actions, from: before, to: after).part(of: state)
    }

    /// Computes the actions that take the change back from any later state.
    package var rollback: Rollback { Rollback(before: before, actions: actions) }
}

extension Action {
    /// Whether it leaves the host's configuration as it is.
    fileprivate var changesNothing: Bool {
        switch self {
        case .announce, .queryMulticast, .run: true
        default: false
        }
    }
}
