/// Says what a run waits for, so that the operator does not take it for dead: one line in the log, and on a terminal a
/// line that counts the seconds.
package struct WaitNotice {
    private let log: (String) -> Void
    private let terminal: ((String?) -> Void)?

    /// Creates a notice.
    ///
    /// - Parameters:
    ///   - log: Told once for each wait that is one.
    ///   - terminal: Told each second what to show, and `nil` at the end of the wait.
    package init(log: @escaping (String) -> Void = { _ in }, terminal: ((String?) -> Void)? = nil) {
        self.log = log
        self.terminal = terminal
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
        var shown: Int?
        defer { if shown != nil { terminal?(nil) } }
        return try work { what in
            let elapsed = ContinuousClock.now - start
            guard elapsed >= quiet else { return }
            if !isLogged { log("waiting for \(what), at most \(Self.seconds(limit)) s") }
            isLogged = true
            let seconds = Self.seconds(elapsed)
            guard seconds > 0, seconds != shown else { return }
            shown = seconds
            // A line that is too long for the terminal loses its end.
            terminal?("waiting \(seconds) s of \(Self.seconds(limit)) s for \(what)")
        }
    }

    private static func seconds(_ duration: Duration) -> Int { Int(duration.components.seconds) }
}
