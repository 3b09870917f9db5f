internal import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// The look at the host after a plan was carried out.
extension Reconfiguration {
    /// Looks at the host once more. What is not as planned counts as a failure of the step that should have made it: it takes
    /// everything back where the host may not be reached without it, and else is a warning.
    ///
    /// - Parameters:
    ///   - plan: What was carried out.
    ///   - host: Where.
    ///   - isGuarded: Whether the caller takes back what a run that fails keeps.
    ///   - report: What was done.
    ///   - planner: Looks at the host, and makes the plan anew.
    /// - Returns: What is still to be done; `nil` where that cannot be told, or nothing was done.
    func verify(
        _ plan: Plan, on host: Host, _ isGuarded: Bool, _ report: inout Report, _ planner: () throws -> Plan
    ) -> Plan? {
        guard report.fatal == nil, !report.performed.isEmpty else { return nil }
        let start = ContinuousClock.now
        defer { report.duration += .now - start }
        let next: Plan
        do {
            next = try planner()
        } catch {
            report.verification = Verification(obstacle: error)
            let remark = "could not look whether everything is as planned: \("\(error)".printable)"
            report.remarks.append(remark)
            log.warning("\(remark)")
            return nil
        }
        var found = plan.discrepancies(from: next, failed: (report.warnings + report.kept).compactMap(\.action))
        // What a lease brings could not be planned before.
        if report.startedClient { found.removeAll { $0.origin == nil } }
        report.verification = Verification(discrepancies: found)
        for discrepancy in found {
            let action = discrepancy.origin?.action ?? discrepancy.remaining.action
            let failure = Report.Failure(action, cause: discrepancy.text, error: discrepancy)
            if !discrepancy.isEssential, !plan.isStrict {
                report.warnings.append(failure)
                tell(.warning(failure), of: plan)
            } else if isGuarded {
                report.kept.append(failure)
                tell(.failed(failure), of: plan)
            } else {
                report.fatal = report.fatal ?? failure
            }
        }
        guard report.fatal != nil else {
            for index in report.changes.indices {
                report.changes[index].after = report.changes[index].part(of: next.start)
            }
            return next
        }
        var applier = host
        Executor.takeBack(report.performed.compactMap(\.step), of: plan, with: &applier, &report) {
            tell($0, of: plan)
        }
        let made = report.changes.flatMap(\.actions)
        report.noteChange(made, of: plan)
        return nil
    }
}
