internal import Logging

/// What a run tells the log.
extension Reconfiguration {
    /// The findings of the planner.
    func tell(_ plan: Plan) {
        for warning in plan.warnings { log.warning("\(warning)") }
        for notice in plan.notices { log.info("\(notice)") }
        if plan.steps.isEmpty { log.info("nothing to do: everything already is as it should be") }
    }

    /// A line for every action.
    func tell(_ event: Executor.Event) {
        switch event {
        case .done(let done): log.info("\(done.action) (\(text(done.duration)))")
        case .putBack(let done): log.info("put back: \(done.action) (\(text(done.duration)))")
        case .warning(let failure):
            log.warning("\(failure.action.map { "\($0): " } ?? "")\(failure.cause); going on without it")
        case .failed(let failure): log.info("failed: \(failure.action.map { "\($0): " } ?? "")\(failure.cause)")
        case .notPutBack(let failure):
            log.error("could not be put back: \(failure.action.map { "\($0): " } ?? "")\(failure.cause)")
        }
    }

    /// A duration in milliseconds with one decimal.
    func text(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}

/// A run that failed; what was done before is taken back, unless the text says otherwise.
public struct RunFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What failed, why, and what became of the rest: a sentence a line.
    public let description: String
    /// What failed, where it was an action.
    var action: Action?
}
