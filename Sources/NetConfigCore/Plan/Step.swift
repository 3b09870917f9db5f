/// One step of a plan: what to do, why, and how to take it back.
public struct Step: Equatable, Sendable {
    /// What a failure of the step means for the run.
    public enum FailurePolicy: Hashable, Sendable {
        /// Everything done so far is taken back, and the run fails.
        case rollBack
        /// The run goes on with a warning: the host can be reached without it.
        case warn
        /// The run goes on with a warning where another step of the same group has been done or is to come: one is enough.
        /// Otherwise everything is taken back.
        case warnUnlessLast(of: String)
        /// The run goes on, keeps what it did, and fails: there is nothing to get back, and others need what there is.
        case keep

        /// Whether the run can succeed where the step failed.
        var mayFail: Bool {
            switch self {
            case .warn, .warnUnlessLast: true
            case .rollBack, .keep: false
            }
        }
    }

    /// What to do.
    package var action: Action
    /// Which rule or record asks for it: half a sentence.
    public var reason: String
    /// The actions that restore what was there, in order.
    package var undo: [Action]
    /// What a failure means.
    public var onFailure: FailurePolicy
    /// The device that the action is about, as it is just before; `nil` where there is none, or the action is about no
    /// device.
    package var before: Link?

    /// The part of the undo that puts devices back which the action took away: all that is left to do where the action
    /// failed and its rows are as before.
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
