/// One step of a plan: what to do, why, and how to take it back.
public struct Step: Equatable, Sendable {
    /// What a failure of the step means for the run.
    public enum FailurePolicy: Hashable, Sendable {
        /// Everything done so far is undone, and the run fails.
        case rollBack
        /// The run continues with a warning: the host can be reached without it.
        case warn
        /// The run continues with a warning if another step of the same group was done or is still to come: one is enough.
        /// Otherwise everything is undone.
        case warnUnlessLast(of: String)
        /// The run continues, keeps what it did, and fails: undoing would regain nothing, and virtual machines need what is
        /// there.
        case keep

        /// Whether the run can still succeed after this failure.
        var mayFail: Bool {
            switch self {
            case .warn, .warnUnlessLast: true
            case .rollBack, .keep: false
            }
        }
    }

    /// What to do.
    package var action: Action
    /// The rule or record that asks for it, as a clause.
    public var reason: String
    /// The actions that restore what was there, in order.
    package var undo: [Action]
    /// What a failure of the step means.
    public var onFailure: FailurePolicy
    /// The device that the action changes, as it is just before; `nil` where the action creates it or concerns no device.
    package var before: Link?

    /// The part of the undo that restores devices which the action removed: all that remains to be done if the action failed
    /// and its rows are as before.
    package var repair: [Action] {
        guard case .changeVswitch = action else { return [] }
        return Array(undo.dropFirst())
    }

    /// Creates a step.
    package init(
        _ action: Action, because reason: String, undo: [Action], onFailure: FailurePolicy = .rollBack,
        before: Link? = nil
    ) {
        self.action = action
        self.reason = reason
        self.undo = undo
        self.onFailure = onFailure
        self.before = before
    }
}
