/// Something that a look after the last step of a plan finds otherwise than the plan was to leave it.
package struct Discrepancy: Error, Equatable, Sendable {
    /// What is still to be done, with the device as it was found.
    package var remaining: Step
    /// The step that was done and should have made it so; `nil` where it was so before, and something else changed it.
    package var origin: Step?
    /// Whether it is as bad as a failure of that step would have been: the run is taken back. What something else changed
    /// that the run did not touch would not be mended by that.
    package var isEssential: Bool
}

extension Plan {
    /// What is not as this plan was to leave it.
    ///
    /// That is what one more plan, made for the same from a new look, would still do, where the end state of this plan has it
    /// already: a plan has no step for what is right, and says itself how much each step matters. What that plan wants beyond
    /// this one's end state is for the next run.
    ///
    /// - Parameters:
    ///   - next: That plan.
    ///   - failed: Actions that are known to have failed.
    /// - Returns: What differs, in the order of that plan.
    package func discrepancies(from next: Plan, failed: [Action]) -> [Discrepancy] {
        let known = Set(failed.flatMap(\.settings))
        let end = next.steps.isEmpty ? start : self.end
        return next.steps.compactMap { remaining in
            var remaining = remaining
            remaining.before = remaining.action.device.flatMap { next.start.links[$0] } ?? remaining.before
            let settings = remaining.action.settings
            guard !settings.isEmpty, known.isDisjoint(with: settings), end.has(effectOf: remaining.action)
            else { return nil }
            let origin = steps.last { $0.action.settings.contains(where: settings.contains) }
            let isEssential = origin != nil && mayNotLack(remaining, from: next)
            return Discrepancy(remaining: remaining, origin: origin, isEssential: isEssential)
        }
    }

    /// Whether something that is still to be done is essential. Of a group, one step that is not to be done again is enough.
    private func mayNotLack(_ remaining: Step, from next: Plan) -> Bool {
        switch remaining.onFailure {
        case .rollBack, .keep: true
        case .warn: false
        case .warnUnlessLast:
            !steps.contains { step in
                step.onFailure == remaining.onFailure
                    && !next.steps.contains { !Set($0.action.settings).isDisjoint(with: step.action.settings) }
            }
        }
    }
}
