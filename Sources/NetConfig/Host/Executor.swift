package import NetConfigCore
package import NetConfigSystem

/// Does the steps of a plan in order, and takes them back where one fails. Knows nothing about networks.
package enum Executor {
    /// Runs a plan.
    ///
    /// An action is all or nothing, so the step that failed is not undone; those before it are, the last one first, each
    /// with its undo actions in their order, and so is one that failed with `StillTrying`. A failure among these stops
    /// nothing: it is listed, and the rest is put back. Where Open vSwitch may have made devices anew they are looked at
    /// and repaired.
    ///
    /// - Parameters:
    ///   - plan: The steps.
    ///   - applier: Does the actions.
    ///   - interrupted: Asked before each step and after one that failed; an answer is a failure with roll back. After
    ///     the last step it is not asked any more: the end state is reached.
    ///   - log: Told about each action.
    /// - Returns: What was done, failed, and was put back.
    package static func run(
        _ plan: Plan, with applier: inout some Applier, interrupted: () -> Interruption? = { nil },
        log: (RunEvent) -> Void = { _ in }
    ) -> Report {
        let start = ContinuousClock.now
        var report = Report()
        var done: [Step] = []
        // What is different from before unless it is put back.
        var made: [Action] = []
        for (index, step) in plan.steps.enumerated() {
            if let interruption = interrupted() {
                report.fatal = Report.Failure(nil, cause: "\(interruption)", error: interruption, kind: .interrupted)
                break
            }
            log(.begins(step))
            switch perform({ try applier.apply(step.action) }, step.action) {
            case .success(var performed):
                performed.step = step
                report.performed.append(performed)
                done.append(step)
                made.append(step.action)
                log(.done(performed))
            case .failure(let failed):
                // What goes on by itself must end when the run is taken back.
                if failed.error is StillTrying { done.append(step) }
                let isLeft = (failed.error as? TakenBack)?.left.isEmpty == false
                if failed.error is StillTrying || isLeft { made.append(step.action) }
                let interruption = failed.isInterruption ? nil : interrupted()
                report.note(
                    failed, interruption, policy(of: step, at: index, in: plan, done),
                    isStrict: plan.isStrict, log)
                guard let taken = failed.error as? TakenBack else { break }
                report.noteLeft(taken, log)
                repair(step, after: done, of: plan, with: &applier, &report, log)
            }
            if report.fatal != nil { break }
        }
        if report.fatal != nil { takeBack(done, of: plan, with: &applier, &report, log: log) }
        report.noteChange(made, of: plan)
        report.duration = .now - start
        return report
    }

    /// Takes steps of a plan back, because of the failure that ended the run: the last one first.
    static func takeBack(
        _ steps: [Step], of plan: Plan, with applier: inout some Applier, _ report: inout Report,
        log: (RunEvent) -> Void
    ) {
        if let fatal = report.fatal { log(.failed(fatal)) }
        var done = steps
        while let step = done.popLast() { undo(step, after: done, of: plan, with: &applier, &report, log) }
    }

    /// What a failure of a step means, now that it is known which of those before it were done.
    private static func policy(of step: Step, at index: Int, in plan: Plan, _ done: [Step]) -> Step.FailurePolicy {
        if plan.isStrict { return .rollBack }
        guard case .warnUnlessLast = step.onFailure else { return step.onFailure }
        let others = done + plan.steps[(index + 1)...]
        return others.contains { $0.onFailure == step.onFailure } ? .warn : .rollBack
    }

    /// Does actions that put back what was there; one that fails stops nothing.
    static func putBack(
        _ actions: [Action], with applier: inout some Applier, _ report: inout Report, _ log: (RunEvent) -> Void
    ) {
        for action in actions {
            switch perform({ try applier.putBack(action) }, action) {
            case .success(let performed):
                report.putBack.append(performed)
                log(.putBack(performed))
            case .failure(let failed):
                report.notPutBack.append(failed.entry)
                log(.notPutBack(failed.entry))
                if let taken = failed.error as? TakenBack { report.noteLeft(taken, log) }
            }
        }
    }

    /// Takes a step back. Where its rows do not simply go back, what was expected of the devices need not be so.
    private static func undo(
        _ step: Step, after done: [Step], of plan: Plan, with applier: inout some Applier, _ report: inout Report,
        _ log: (RunEvent) -> Void
    ) {
        guard case .changeVswitch = step.action, let inverse = step.undo.first else {
            return putBack(step.undo, with: &applier, &report, log)
        }
        let failures = report.notPutBack.count
        putBack([inverse], with: &applier, &report, log)
        guard report.notPutBack.count > failures else { return putBack(step.repair, with: &applier, &report, log) }
        repair(step, after: done, of: plan, with: &applier, &report, log)
    }

    /// Looks at the devices that a change of Open vSwitch's rows can have taken away, and gives those that came back bare
    /// what they had before the step.
    private static func repair(
        _ step: Step, after done: [Step], of plan: Plan, with applier: inout some Applier, _ report: inout Report,
        _ log: (RunEvent) -> Void
    ) {
        let before = done.reduce(into: plan.start) { $0.apply($1.action) }
        let devices = Set(before.applying(step.action).links.keys(differingFrom: before.links))
        guard !devices.isEmpty else { return }
        do {
            var now = before
            now.links = try applier.links(withSettingsOf: devices)
            let way = Rollback(before: before, actions: [step.action])
            putBack(way.actions(from: now), with: &applier, &report, log)
        } catch {
            report.noteLeft("cannot look at \(devices.sorted().map(\.text).joined(separator: ", ")): \(error)", log)
        }
    }

    fileprivate struct Failed: Error {
        var error: any Error
        var entry: Report.Failure

        /// Whether a signal is the reason.
        var isInterruption: Bool { error is Interruption || (error as? TakenBack)?.cause is Interruption }
    }

    private static func perform(
        _ work: () throws -> Void, _ action: Action
    ) -> Result<Report.Performed, Failed> {
        let start = ContinuousClock.now
        do {
            try work()
            return .success(Report.Performed(action, duration: .now - start))
        } catch {
            let entry = Report.Failure(action, cause: "\(error)", error: error, duration: .now - start)
            return .failure(Failed(error: error, entry: entry))
        }
    }
}

extension Report {
    /// Notes what is left of an action that was taken back.
    fileprivate mutating func noteLeft(_ taken: TakenBack, _ log: (RunEvent) -> Void) {
        for sentence in taken.left { noteLeft(sentence, log) }
    }

    /// Notes something that is not as before.
    fileprivate mutating func noteLeft(_ sentence: String, _ log: (RunEvent) -> Void) {
        let entry = Failure(nil, cause: sentence)
        notPutBack.append(entry)
        log(.notPutBack(entry))
    }

    /// Notes an action that failed, and the signal that came meanwhile; that ends the run whatever the action's policy is.
    fileprivate mutating func note(
        _ failed: Executor.Failed, _ interruption: Interruption?, _ policy: Step.FailurePolicy, isStrict: Bool,
        _ log: (RunEvent) -> Void
    ) {
        var entry = failed.entry
        if let interruption { entry.cause += "; \(interruption)" }
        if interruption != nil || failed.isInterruption {
            entry.kind = .interrupted
            fatal = entry
            return
        }
        // What goes on by itself may yet succeed.
        let isLate = failed.error is StillTrying && !isStrict
        switch isLate ? .warn : policy {
        case .warn, .warnUnlessLast:
            warnings.append(entry)
            log(.warning(entry))
        case .keep:
            kept.append(entry)
            log(.failed(entry))
        case .rollBack:
            if failed.error is Overtaken { entry.kind = .overtaken }
            fatal = entry
        }
    }
}
