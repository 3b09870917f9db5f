/// Says what a run waits for, so that the operator does not take it for dead: one line in the log, and an event each second.
package struct WaitNotice: Sendable {
    private let log: @Sendable (String) -> Void
    private let events: @Sendable (RunEvent) -> Void

    /// Creates a notice.
    ///
    /// - Parameters:
    ///   - log: Told once for each wait that is one.
    ///   - events: Told each second of the wait, and of its end.
    package init(
        log: @escaping @Sendable (String) -> Void = { _ in }, events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.log = log
        self.events = events
    }

    /// Does some work that may have to wait.
    ///
    /// - Parameters:
    ///   - limit: How long it waits at most.
    ///   - quiet: How long a wait is not worth a word.
    ///   - work: Calls its argument over and over while it waits, with what it waits for.
    /// - Returns: What the work gives.
    /// - Throws: What the work throws.
    func during<Result: ~Copyable, Failure: Error>(
        atMost limit: Duration, quiet: Duration = .seconds(1), _ work: ((String) -> Void) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = ContinuousClock.now
        var isLogged = false
        var told: Int?
        defer { if told != nil { events(.waited) } }
        return try work { what in
            let elapsed = ContinuousClock.now - start
            guard elapsed >= quiet else { return }
            if !isLogged { log("waiting for \(what), at most \(limit.wholeSeconds) s") }
            isLogged = true
            let seconds = elapsed.wholeSeconds
            guard seconds > 0, seconds != told else { return }
            told = seconds
            events(.waiting(RunEvent.Wait(what: what, elapsed: elapsed, limit: limit)))
        }
    }
}
