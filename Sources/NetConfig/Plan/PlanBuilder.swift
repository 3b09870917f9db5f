/// A plan under construction: the state that its steps so far lead to, and those steps.
///
/// Every part of the planner looks at ``state`` and emits only what differs, so the rule "nothing is changed that
/// already is right" lives in one place: a step that changes nothing is no step.
struct PlanBuilder {
    /// What the records say.
    let model: NetworkModel
    /// What the host is.
    let facts: HostFacts
    /// What the request says.
    let request: Request
    /// The PIF that the request is about.
    let pif: PIF
    /// The PIFs that hold cards of the request's PIF and must let go of them.
    let conflictingPIFs: [PIF]
    /// The state when planning began.
    let observed: ObservedState
    /// The state that the steps so far lead to.
    private(set) var state: ObservedState
    /// The Open vSwitch rows as they shall be; ``commitVswitch(because:)`` makes one step of all that differs.
    var rows: VswitchState
    /// The steps so far.
    private(set) var steps: [Step] = []
    /// What was wrong so far; the same may be said more than once.
    var warnings: [Warning] = []
    /// Lines for the log.
    private var notices: [String] = []
    /// Devices that steps of this plan have made: what nobody has observed must be set, not compared.
    private(set) var made: Set<DeviceName> = []

    init(model: NetworkModel, facts: HostFacts, request: Request, pif: PIF, observed: ObservedState) {
        self.model = model
        self.facts = facts
        self.request = request
        self.pif = pif
        conflictingPIFs = request.verb == .up ? model.conflictingPIFs(of: pif) : []
        self.observed = observed
        state = observed
        rows = observed.vswitch ?? VswitchState()
    }

    /// Appends a step, with the undo that leads back to the state before it.
    mutating func perform(_ action: Action, because reason: String, onFailure: Step.FailurePolicy = .rollBack) {
        let after = state.applying(action)
        let undo = Undo.actions(takingBack: action, from: after, to: state)
        steps.append(Step(action, because: reason, undo: undo, onFailure: onFailure))
        switch action {
        case .createLink(let name, _, _): made.insert(name)
        case .changeVswitch: made.formUnion(rows.devicesMade(since: state.vswitch ?? VswitchState()))
        default: break
        }
        state = after
    }

    /// Adds a warning.
    mutating func warn(_ subject: some CustomStringConvertible, _ message: String) {
        warnings.append(Warning(subject.description, message))
    }

    /// Adds a line for the log.
    mutating func note(_ text: String) { notices.append(text) }

    /// The finished plan; each warning once.
    var plan: Plan {
        var seen: Set<Warning> = []
        return Plan(steps: steps, warnings: warnings.filter { seen.insert($0).inserted }, notices: notices)
    }

    /// Makes one step of all that differs between the wanted Open vSwitch rows and the rows as they are.
    mutating func commitVswitch(because reason: String) {
        guard let current = state.vswitch else { return }
        let changes = current.changes(to: rows)
        if !changes.isEmpty { perform(.changeVswitch(changes), because: reason) }
    }
}

extension VswitchState {
    /// The changes that lead to another state: bridges, then ports, then interfaces and so on, each by name.
    func changes(to wanted: VswitchState) -> [VswitchChange] {
        VswitchTable.allCases.flatMap { table in
            let (old, new) = (self[table], wanted[table])
            return Set(old.keys).union(new.keys).sorted().compactMap { name in
                old[name] == new[name] ? nil : VswitchChange(table, name, before: old[name], after: new[name])
            }
        }
    }
}
