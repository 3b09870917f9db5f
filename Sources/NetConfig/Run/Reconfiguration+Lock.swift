internal import NetConfigSystem

/// One run at a time, on a host.
extension Reconfiguration {
    /// Does some work while no other run does any.
    func locked<Result>(_ work: (borrowing HostLock) throws -> Result) throws -> Result {
        let lock = try waits.during(atMost: .seconds(HostLock.patience), quiet: .zero) { waiting in
            var holder: String?
            func interruptedWhileWaiting() -> Interruption? {
                if let holder { waiting("\(holder) to finish") }
                return cancellation.interruption
            }
            return try HostLock(below: root, command: command, interrupted: interruptedWhileWaiting) {
                holder = $0.map(String.init(describing:)) ?? "another run"
            }
        }
        // While it waited, or since: what was asked to stop does not begin.
        try heedCancellation()
        forgetAbandoned(try CheckpointFile(below: root))
        let result: Result
        do {
            result = try work(lock)
        } catch {
            remember(endingWith: error)
            throw error
        }
        remember(endingWith: nil)
        return result
    }
}
