/// How long actions took in earlier runs on this host, by ``Action/kind``.
package struct MeasuredDurations: Equatable, Sendable {
    private var durations: [String: [Duration]] = [:]

    /// Creates a table; by default one of a host on which nothing was measured yet.
    package init(_ durations: [String: [Duration]] = [:]) { self.durations = durations }

    /// Adds what an action took.
    package mutating func add(_ duration: Duration, of kind: String) { durations[kind, default: []].append(duration) }

    /// What an action of a kind usually takes: the median, which one run that had to wait does not move. `nil` where none was
    /// measured.
    package func median(of kind: String) -> Duration? {
        guard let sorted = durations[kind]?.sorted(), !sorted.isEmpty else { return nil }
        let (lower, upper) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
        return (lower + upper) / 2
    }

    /// How long each outage of a plan will take: its steps from the one that interrupts traffic to the one that lets it pass
    /// again.
    ///
    /// - Returns: A prediction for each of ``Plan/outages``, `nil` for one that lasts: that has no end.
    package func predictions(for plan: Plan) -> [Outage.Prediction?] {
        // The time before each step, and how many of the steps before it were never measured.
        var times = [Duration.zero]
        var unknown = [0]
        var medians: [String: Duration?] = [:]
        for step in plan.steps {
            let kind = step.action.kind
            let median = medians[kind] ?? self.median(of: kind)
            medians.updateValue(median, forKey: kind)
            times.append(times[times.count - 1] + (median ?? .zero))
            unknown.append(unknown[unknown.count - 1] + (median == nil ? 1 : 0))
        }
        return (plan.outages ?? []).map { outage in
            let steps = outage.awaySteps.map { $0.clamped(to: 1...max(1, plan.steps.count)) }
            guard !outage.isLasting, !steps.isEmpty, !plan.steps.isEmpty else { return nil }
            guard steps.allSatisfy({ unknown[$0.upperBound] == unknown[$0.lowerBound - 1] }) else {
                return .notMeasured
            }
            return .about(steps.reduce(.zero) { $0 + times[$1.upperBound] - times[$1.lowerBound - 1] })
        }
    }
}
