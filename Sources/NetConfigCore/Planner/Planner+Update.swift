extension Planner {
    /// Plans what brings Open vSwitch's configuration in line with XAPI's. Its rows all change in one step.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - observed: What is there: Open vSwitch's rows with those of its management, and of files and programs those
    ///     that ``VswitchPlugin`` names.
    /// - Returns: The plan, and what XAPI is told about it.
    package static func planUpdate(_ request: UpdateRequest, observed: ObservedState) -> UpdatePlan {
        var builder = UpdateBuilder(request, observed)
        builder.planController()
        builder.planBridges()
        builder.commit()
        return builder.finished
    }

    /// Plans the removal of all that a controller may have set up.
    package static func planEmergencyReset(observed: ObservedState) -> UpdatePlan {
        guard let rows = observed.vswitch else { return UpdatePlan(plan: Plan(), sentences: []) }
        var wanted = rows
        wanted.emergencyReset()
        let changes = rows.changes(to: wanted)
        guard !changes.isEmpty else { return UpdatePlan(plan: Plan(), sentences: []) }
        let action = Action.changeVswitch(changes)
        let undo = Undo.actions(takingBack: action, from: observed.applying(action), to: observed)
        let step = Step(action, because: "emergency reset", undo: undo)
        return UpdatePlan(plan: Plan(steps: [step]), sentences: ["Reset the configuration of Open vSwitch."])
    }
}
