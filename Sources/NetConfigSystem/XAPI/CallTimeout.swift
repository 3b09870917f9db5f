/// How long a call may take, and what may end it before.
final class CallTimeout {
    /// How long, from the beginning.
    let limit: Duration
    private let deadline: ContinuousClock.Instant
    private let grace: Duration
    private let interrupted: () -> Interruption?
    /// Until when there is grace.
    private var end: ContinuousClock.Instant?

    /// Begins to wait; once `interrupted` has an answer, for no longer than `grace`.
    init(_ limit: Duration, grace: Duration = .zero, interrupted: @escaping () -> Interruption? = { nil }) {
        self.limit = limit
        self.grace = grace
        self.interrupted = interrupted
        deadline = .now + limit
    }

    /// When to look again whether the wait is over.
    var nextLook: ContinuousClock.Instant { min(.now + .milliseconds(50), deadline) }

    /// Ends the wait when it is over.
    ///
    /// - Throws: `XAPIError.Problem.timedOut`, `Interruption`.
    func check() throws {
        if let interruption = interrupted() {
            let end = end ?? .now + grace
            self.end = end
            guard .now < end else { throw interruption }
        }
        guard .now < deadline else { throw XAPIError.Problem.timedOut(seconds: limit / .seconds(1)) }
    }
}
