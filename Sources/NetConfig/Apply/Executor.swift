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
    /// An action is all or nothing, so the step that failed is not undone (of one that fails with ``DevicesRemade`` the
    /// devices are repaired); those before it are, the last one first, each with its undo actions in their order, and so
    /// is one that failed with ``StillTrying``. A failure among these stops nothing: it is listed, and the rest is put
    /// back.
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
                report.fatal = Report.Failure(nil, cause: "\(interruption)", kind: .interrupted)
                break
            }
            switch perform({ try applier.apply(step.action) }, step.action) {
            case .success(var performed):
                performed.step = step
                report.performed.append(performed)
                done.append(step)
                log(.done(performed))
            case .failure(let failed):
                // What goes on by itself must end when the run is taken back.
                if failed.error is StillTrying { done.append(step) }
                if failed.error is DevicesRemade { repair = step.repair }
                let interruption = failed.error is Interruption ? nil : interrupted()
                report.note(failed, interruption, step.onFailure, log)
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

    /// Does actions that put back what was there; one that fails stops nothing.
    static func putBack(
        _ actions: [Action], with applier: inout some Applier, _ report: inout Report, _ log: (Event) -> Void
    ) {
        for action in actions {
            switch perform({ try applier.putBack(action) }, action) {
            case .success(let performed):
                report.putBack.append(performed)
                log(.putBack(performed))
            case .failure(let failed):
                report.notPutBack.append(failed.entry)
                log(.notPutBack(failed.entry))
            }
        }
    }

    fileprivate struct Failed: Error {
        var error: any Error
        var entry: Report.Failure
    }

    private static func perform(
        _ work: () throws -> Void, _ action: Action
    ) -> Result<Report.Performed, Failed> {
        let start = ContinuousClock.now
        do {
            try work()
            return .success(Report.Performed(action, duration: .now - start))
        } catch {
            let entry = Report.Failure(action, cause: "\(error)", duration: .now - start)
            return .failure(Failed(error: error, entry: entry))
        }
    }
}

extension Report {
    /// Notes an action that failed, and the signal that came meanwhile; that ends the run whatever the action's policy is.
    fileprivate mutating func note(
        _ failed: Executor.Failed, _ interruption: Interruption?, _ policy: Step.FailurePolicy,
        _ log: (Executor.Event) -> Void
    ) {
        var entry = failed.entry
        if let interruption { entry.cause += "; \(interruption)" }
        if interruption != nil || failed.error is Interruption {
            entry.kind = .interrupted
            fatal = entry
        } else if failed.error is StillTrying {
            kept.append(entry)
            log(.failed(entry))
        } else if policy == .warn {
            warnings.append(entry)
            log(.warning(entry))
        } else {
            if failed.error is Overtaken { entry.kind = .overtaken }
            fatal = entry
        }
    }
}
