/// How long a call may take, and what may end it before.
struct Patience {
    /// How long, from the beginning.
    let limit: Duration
    private let deadline: ContinuousClock.Instant
    private let interrupted: () -> Interruption?

    /// Begins to wait.
    init(_ limit: Duration, interrupted: @escaping () -> Interruption? = { nil }) {
        self.limit = limit
        self.interrupted = interrupted
        deadline = .now + limit
    }

    /// When to look again whether the wait is over.
    var nextLook: ContinuousClock.Instant { min(.now + .milliseconds(50), deadline) }

    /// Ends the wait when it is over.
    ///
    /// - Throws: `XAPIError.Problem.timedOut`, `Interruption`.
    func check() throws {
        if let interruption = interrupted() { throw interruption }
        guard .now < deadline else { throw XAPIError.Problem.timedOut(seconds: limit / .seconds(1)) }
    }
}
