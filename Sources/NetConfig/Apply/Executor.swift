/// Does the steps of a plan in order, and takes them back where one fails. Knows nothing about networks.
public enum Executor {
    /// Something that the log should tell as it happens.
    public enum Event: Sendable {
        /// An action was done.
        case done(Report.Performed)
        /// An action failed; the run goes on.
        case warning(Report.Failure)
        /// An action failed, and with it the run.
        case failed(Report.Failure)
        /// An action that puts something back was done.
        case putBack(Report.Performed)
        /// An action that should have put something back failed.
        case notPutBack(Report.Failure)
    }

    /// Runs a plan.
    ///
    /// An action is all or nothing, so the step that failed is not undone (unless its policy is to keep what it did,
    /// and a later one failed; of one that fails with ``DevicesRemade`` the devices are repaired); those before it are,
    /// the last one first, each with its undo actions in their order. A failure among these stops nothing: it is listed,
    /// and the rest is put back.
    ///
    /// - Parameters:
    ///   - plan: The steps.
    ///   - applier: Does the actions.
    ///   - interrupted: Asked before each step and after one that failed; an answer is a failure with roll back. After
    ///     the last step it is not asked any more: the end state is reached.
    ///   - log: Told about each action.
    /// - Returns: What was done, failed, and was put back.
    public static func run(
        _ plan: Plan, with applier: inout some Applier, interrupted: () -> Interruption? = { nil },
        log: (Event) -> Void = { _ in }
    ) -> Report {
        let start = ContinuousClock.now
        var report = Report()
        var done: [Step] = []
        var repair: [Action] = []
        for step in plan.steps {
            if let interruption = interrupted() {
                report.fatal = Report.Failure(nil, cause: "\(interruption)")
                break
            }
            switch perform(step.action, with: &applier) {
            case .success(let performed):
                report.performed.append(performed)
                done.append(step)
                log(.done(performed))
            case .failure(var failed):
                if !failed.isInterruption, let interruption = interrupted() {
                    failed.entry.cause += "; \(interruption)"
                    failed.isInterruption = true
                }
                report.note(failed.entry, policy: failed.isInterruption ? .rollBack : step.onFailure, log)
                // What is kept now must go when a later step fails: a DHCP client that still waits for its lease.
                if report.fatal == nil, step.onFailure == .keepAndFail { done.append(step) }
                if report.fatal != nil, failed.isRemade { repair = step.repair }
            }
            if report.fatal != nil { break }
        }
        if let fatal = report.fatal {
            log(.failed(fatal))
            putBack(repair + done.reversed().flatMap(\.undo), with: &applier, &report, log)
        }
        report.duration = .now - start
        return report
    }

    private static func putBack(
        _ actions: [Action], with applier: inout some Applier, _ report: inout Report, _ log: (Event) -> Void
    ) {
        for action in actions {
            switch perform(action, with: &applier) {
            case .success(let performed):
                report.putBack.append(performed)
                log(.putBack(performed))
            case .failure(let failed):
                report.notPutBack.append(failed.entry)
                log(.notPutBack(failed.entry))
            }
        }
    }

    private struct Failed: Error {
        var entry: Report.Failure
        var isInterruption: Bool
        var isRemade: Bool
    }

    private static func perform(
        _ action: Action, with applier: inout some Applier
    ) -> Result<Report.Performed, Failed> {
        let start = ContinuousClock.now
        do {
            try applier.apply(action)
            return .success(Report.Performed(action, duration: .now - start))
        } catch {
            let entry = Report.Failure(action, cause: "\(error)", duration: .now - start)
            return .failure(
                Failed(entry: entry, isInterruption: error is Interruption, isRemade: error is DevicesRemade))
        }
    }
}

extension Report {
    fileprivate mutating func note(
        _ failure: Failure, policy: Step.FailurePolicy, _ log: (Executor.Event) -> Void
    ) {
        switch policy {
        case .rollBack:
            fatal = failure
        case .warn:
            warnings.append(failure)
            log(.warning(failure))
        case .keepAndFail:
            kept.append(failure)
            log(.failed(failure))
        }
    }
}
