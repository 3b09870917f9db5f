public import NetConfigCore

/// Something that happens in a run, told as it happens, on the thread of the run.
public enum RunEvent: Sendable {
    /// A step of the plan begins.
    case begins(Step)
    /// Its action was done.
    case done(Report.Performed)
    /// An action failed; the run goes on.
    case warning(Report.Failure)
    /// An action failed, and with it the run.
    case failed(Report.Failure)
    /// An action that puts something back was done.
    case putBack(Report.Performed)
    /// An action that should have put something back failed.
    case notPutBack(Report.Failure)
    /// The run waits: told once a second, from the first second on.
    case waiting(Wait)
    /// The wait that was told of is over.
    case waited

    /// A wait of a run.
    public struct Wait: Sendable, CustomStringConvertible {
        /// What is waited for, such as `a lease on xenbr0`.
        public let what: String
        /// How long it has taken.
        public let elapsed: Duration
        /// How long it may take.
        public let limit: Duration

        /// The wait in one line, in whole seconds.
        public var description: String {
            // A line that is too long for a terminal loses its end.
            "waiting \(elapsed.wholeSeconds) s of \(limit.wholeSeconds) s for \(what)"
        }
    }
}

extension Duration {
    /// The whole seconds of it.
    var wholeSeconds: Int { Int(components.seconds) }
}
