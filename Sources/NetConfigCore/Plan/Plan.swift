/// What a request comes to: the steps that take the observed state to the wanted one.
public struct Plan: Equatable, Sendable {
    /// The steps, in order. None where everything already is right.
    public var steps: [Step]
    /// What is wrong with the data but does not stop the work.
    public var warnings: [Warning]
    /// What the log should say although nothing is wrong, such as a request that has no work on this host.
    public var notices: [String]
    /// The bridges that lose traffic while the steps are done; `nil` where that was not looked at.
    public var outages: [Outage]?
    /// What the plan takes away that this program cannot put back, not even when the plan fails.
    package var losses: [Belonging]
    /// What the requests ask for and cannot have; the run does the rest and fails.
    public var shortfalls: [PlanError]
    /// Whether a failure of any step takes back everything.
    public var isStrict = false
    /// What was there when the plan was made.
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

    /// Why the plan is not carried out where it must bring about all that is asked for and nothing else may go; `nil` where
    /// it does.
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

    /// What will be there when all steps are done.
    public var end: ObservedState { steps.reduce(into: start) { $0.apply($1.action) } }
}
