/// What XAPI wants of Open vSwitch as a whole.
public struct UpdateRequest: Sendable {
    /// The name under which XAPI asks.
    public var plugin: VswitchPlugin
    /// The controller that manages the host's Open vSwitch; `nil` for none.
    public var controller: VswitchController?
    /// The pool and its networks; this host's PIFs as well where a record asks for a secure bridge.
    public var model: NetworkModel

    /// Describes what is wanted.
    public init(as plugin: VswitchPlugin, controller: VswitchController?, model: NetworkModel) {
        self.plugin = plugin
        self.controller = controller
        self.model = model
    }
}

/// A plan, and what XAPI is told about it.
public struct UpdatePlan: Equatable, Sendable {
    /// The steps; none where everything already is right.
    public var plan: Plan
    /// What is changed: a sentence for each thing.
    public var sentences: [String]

    /// All that XAPI is told.
    public var answer: String { sentences.isEmpty ? Self.nothing : sentences.joined(separator: " ") }

    /// What XAPI is told where nothing is changed.
    package static let nothing = "No change to configuration"
}

extension Planner {
    /// Plans what brings Open vSwitch's configuration in line with XAPI's. Its rows all change in one step.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - observed: What is there: Open vSwitch's rows with those of its management, and of files and programs those
    ///     that ``VswitchPlugin`` names.
    /// - Returns: The plan, and what XAPI is told about it.
    public static func planUpdate(_ request: UpdateRequest, observed: ObservedState) -> UpdatePlan {
        var builder = UpdateBuilder(request, observed)
        builder.planController()
        builder.planBridges()
        builder.commit()
        return builder.finished
    }

    /// Plans the removal of all that a controller may have set up.
    public static func planEmergencyReset(observed: ObservedState) -> UpdatePlan {
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
