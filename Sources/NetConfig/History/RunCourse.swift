internal import NetConfigCore
internal import NetConfigSystem
internal import Synchronization

/// What a run has done so far, gathered as it happens: from it come the record that is kept of the run, and its report.
final class RunCourse: Sendable {
    fileprivate struct State {
        var record: HistoryRecord
        var source: RecordsSource?
        var plans: [Plan] = []
        var verification: Verification?
        var next: [String] = []
        /// How much of it is remembered already.
        var remembered = (actions: 0, changes: 0)
        var isOthersToRemember = false
    }

    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// Begins.
    init(command: String) {
        state = Mutex(State(record: HistoryRecord(time: now(), caller: .thisProcess(command: command))))
    }

    // MARK: What happens

    /// Notes where the records come from.
    func begin(with source: RecordsSource) { state.withLock { $0.source = source } }

    /// Notes a plan that is carried out.
    func begin(_ plan: Plan) {
        state.withLock { state in
            state.plans.append(plan)
            state.warn(plan.warnings.map(\.description) + plan.lossLines)
        }
    }

    /// Notes what happens to an action.
    func note(_ event: RunEvent) {
        state.withLock { state in
            let plan = state.plans.isEmpty ? nil : state.plans.count
            switch event {
            case .done(let done):
                state.record.actions.append(.init(done.action, .done, done.duration, plan: plan))
            case .warning(let failure), .failed(let failure):
                guard let action = failure.action else { break }
                state.record.actions.append(
                    .init(action, .failed, failure.duration, plan: plan, cause: failure.cause.printable))
                if case .warning = event { state.warn(["\(action.headline): \(failure.cause)".printable]) }
            case .putBack(let done): state.record.actions.append(.init(done.action, .putBack, done.duration))
            case .notPutBack(let failure): state.record.actions.append(.init(notPutBack: failure))
            case .begins, .waiting, .waited: break
            }
        }
    }

    /// Notes what is different from before, and what a look found afterwards.
    func note(_ report: Report) {
        state.withLock { state in
            state.record.changes += report.changes
            state.verification.append(report.verification)
        }
    }

    /// Notes which runs are taken back, oldest first.
    func note(takingBack numbers: [Int]) { state.withLock { $0.record.tookBack = numbers } }

    /// Notes that all is as before.
    func forgetChanges() { state.withLock { $0.record.changes = [] } }

    /// Notes that another process remembers the run.
    func leaveToOthers() { state.withLock { $0.isOthersToRemember = true } }

    /// Notes warnings.
    func warn(_ sentences: [String]) { state.withLock { $0.warn(sentences) } }

    /// Notes what is left to be done, a sentence each.
    func tell(next: [String]) { state.withLock { $0.next = next } }

    /// Notes a file that was replaced outside of a plan.
    func note(_ replacement: FileReplacement) { state.withLock { $0.record.add(replacement) } }

    // MARK: What comes of it

    /// The record of the run, were it to end now.
    func record(ending error: (any Error)? = nil) -> HistoryRecord {
        state.withLock { $0.ended(by: error, after: .now - start) }
    }

    /// What is to be remembered of what was done since this was asked last; `nil` where nothing was changed.
    func recordToKeep(ending error: (any Error)?) -> HistoryRecord? {
        state.withLock { state -> HistoryRecord? in
            let (actions, changes) = state.remembered
            guard !state.isOthersToRemember, state.record.changes.count > changes else { return nil }
            var record = state.ended(by: error, after: .now - start)
            record.actions.removeFirst(actions)
            record.changes.removeFirst(changes)
            state.remembered = (state.record.actions.count, state.record.changes.count)
            return record
        }
    }

    /// The report of the run that has ended.
    func document(ending error: (any Error)?) -> RunDocument {
        state.withLock { state in
            RunDocument(
                record: state.ended(by: error, after: .now - start), plans: state.plans,
                verification: state.verification, next: state.next)
        }
    }
}

extension RunCourse.State {
    fileprivate mutating func warn(_ sentences: [String]) {
        // A plan that is made again has the same to say.
        for sentence in sentences where !record.warnings.contains(sentence) { record.warnings.append(sentence) }
    }

    fileprivate mutating func ended(by error: (any Error)?, after duration: Duration) -> HistoryRecord {
        record.microseconds = duration.wholeMicroseconds
        if record.source == nil { record.source = source?.record }
        guard let error else { return record }
        var ended = record
        ended.end(error)
        return ended
    }
}

extension HistoryRecord {
    /// Notes a file that was replaced.
    mutating func add(_ replacement: FileReplacement) {
        actions.append(Entry(replacement.action, .done, replacement.duration))
        if let change = replacement.change { changes.append(change) }
    }

    /// Notes how the run failed.
    mutating func end(_ error: any Error) {
        let failure = error as? RunFailure
        outcome =
            switch failure?.outcome {
            case .refused, nil: changes.isEmpty ? .refused : .incomplete
            case .putBack: .putBack
            case .incomplete: .incomplete
            case .notConfirmed: .notConfirmed
            case .undecided: .undecided
            }
        errors = failure.map { $0.description.lines().map(String.init) } ?? ["\(error)".printable]
    }
}

extension HistoryRecord.Entry {
    /// Describes what should have put something back.
    init(notPutBack failure: Report.Failure) {
        let cause = failure.cause.printable
        if let action = failure.action {
            self.init(action, .notPutBack, failure.duration, cause: cause)
        } else {
            self.init(text: cause, outcome: .notPutBack, microseconds: failure.duration.wholeMicroseconds)
        }
    }
}
