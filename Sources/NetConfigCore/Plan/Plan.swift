/// The steps that take the observed state to the requested one.
public struct Plan: Equatable, Sendable {
    /// The steps, in order; empty if everything is already right.
    public var steps: [Step]
    /// Problems in the records that do not stop the run.
    public var warnings: [Warning]
    /// Information for the log, such as a request that needs no work on this host.
    public var notices: [String]
    /// The bridges that lose traffic while the steps are carried out; `nil` if that was not computed.
    public var outages: [Outage]?
    /// What the plan removes and this program cannot restore, not even when the plan fails.
    package var losses: [Belonging]
    /// Parts of the requests that are not possible; the run does the rest and fails.
    public var shortfalls: [PlanError]
    /// Whether the failure of any step undoes everything (`--strict`).
    public var isStrict = false
    /// Whether it takes runs back.
    package var isUndo = false
    /// The state that the plan starts from.
    public var start: ObservedState

    /// Creates a plan.
    package init(
        steps: [Step] = [], warnings: [Warning] = [], notices: [String] = [], outages: [Outage]? = nil,
        losses: [Belonging] = [], shortfalls: [PlanError] = [], start: ObservedState = ObservedState()
    ) {
        self.shortfalls = shortfalls
        self.losses = losses
        self.steps = steps
        self.warnings = warnings
        self.notices = notices
        self.outages = outages
        self.start = start
    }

    /// Why a strict run refuses the plan: it would not fulfil all requests, or would lose something for good; `nil` if it
    /// carries the plan out.
    package var strictRefusal: String? {
        let missed = shortfalls.map(\.description) + warnings.filter { !$0.isRemark }.map(\.description)
        var reasons: [String] = []
        if !missed.isEmpty {
            reasons.append("not everything that was requested is possible: \(missed.joined(separator: "; "))")
        }
        if !losses.isEmpty {
            reasons.append("this would be lost for good: \(losses.map(\.description).joined(separator: "; "))")
        }
        guard !reasons.isEmpty else { return nil }
        return
            "nothing was changed, because \(reasons.joined(separator: ", and because ")). Without --strict the rest would be done"
            .printable
    }

    /// The state after all steps.
    public var end: ObservedState { steps.reduce(into: start) { $0.apply($1.action) } }
}
