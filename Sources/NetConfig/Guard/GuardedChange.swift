internal import NetConfigCore
internal import NetConfigSystem
internal import Glibc
internal import Logging
internal import SystemPackage

/// The changing program's end of a guarded change.
final class GuardedChange {
    private let file: CheckpointFile
    private var checkpoint: Checkpoint
    private let lock: CInt
    private let program: GuardProgram
    private var guardian: RunningProcess?

    /// Prepares a change; nothing is done yet.
    init(_ checkpoint: Checkpoint, conditions: KeepingConditions, lock: borrowing HostLock) throws(FileError) {
        file = try CheckpointFile(below: checkpoint.paths.root)
        self.checkpoint = checkpoint
        self.lock = lock.number
        program = conditions.guardProgram
    }

    /// Whether the guard was started.
    var isGuarded: Bool { guardian != nil }

    /// Makes sure that the guard knows how to undo a plan before the plan is carried out.
    func cover(_ plan: Plan) throws {
        guard !plan.steps.isEmpty else { return }
        checkpoint.gateway?.leaveOutIPv6(unlessIn: plan.end)
        checkpoint.way = Rollback(before: plan.start, actions: plan.steps.map(\.action))
        guard guardian == nil else { return try file.write(checkpoint, as: .changing) }
        do {
            try file.forget()
            try file.write(checkpoint, as: .prepared)
            guardian = try startGuard()
        } catch {
            try? file.forget()
            throw RunFailure(
                .refused, "nothing was changed: the guard process could not be started: \("\(error)".printable)",
                cause: error)
        }
    }

    private func startGuard() throws -> RunningProcess {
        var child = ChildProcess(FilePath(program.path), program.arguments)
        child.name = program.name
        child.inherited = lock
        child.beginsSession = true
        var process = try child.start()
        let deadline = ContinuousClock.now + .seconds(15)
        while file.stage != .changing {
            if try process.wait(until: .now + .milliseconds(2)) {
                _ = try process.output()
                throw RunFailure(.refused, "it exited at once")
            }
            guard .now < deadline else {
                process.send(SIGKILL)
                throw RunFailure(.refused, "it was not ready within 15 s")
            }
        }
        return process
    }

    /// Tells the guard what to remember of the change, which is made.
    func hand(over record: HistoryRecord?) {
        checkpoint.record = record
        // Without it the change is guarded all the same.
        try? file.write(checkpoint, as: .changing)
    }

    /// Undoes what a failed run left, such as a DHCP client that still waits for its lease.
    ///
    /// - Returns: The error to throw.
    func abandon(_ host: Host, because error: any Error, log: (RunEvent) -> Void) -> any Error {
        guard isGuarded else { return error }
        let report = host.putBack(checkpoint.way, checkpoint.scope, because: "\(error)", log: log)
        try? file.forget()
        _ = try? guardian?.wait(until: .now + .seconds(1))
        guard !report.putBack.isEmpty || !report.notPutBack.isEmpty else { return error }
        let outcome: RunFailure.Outcome = report.notPutBack.isEmpty ? .putBack : .incomplete
        return RunFailure(outcome, report.failure ?? "\(error)", report: report, cause: error)
    }

    /// Waits until the guard has done its work.
    ///
    /// - Parameters:
    ///   - host: Where the program puts the change back itself should the guard die.
    ///   - cancellation: Has the change put back at once; after SIGHUP the guard goes on alone.
    ///   - log: Is told what is waited for.
    ///   - tell: Is told what the program puts back itself.
    ///   - confirm: Called about twenty times a second while the change waits to be confirmed, with the time left.
    /// - Returns: What became of the change, which is kept.
    /// - Throws: `RunFailure` where the change is not kept, or its guard has yet to decide.
    func awaitEnd(
        _ host: Host, _ cancellation: Cancellation, _ log: Logger, tell: (RunEvent) -> Void,
        confirm: (Duration) -> KeepingConditions.Answer
    ) throws -> String {
        _ = try file.move(from: .changing, to: .changed)
        if let gateway = checkpoint.gateway {
            log.info("waiting \(gateway.seconds) s for the gateway to answer")
        }
        var deadline: ContinuousClock.Instant?
        var forwarded: Interruption?
        while isGuardRunning() {
            if let interruption = cancellation.interruption, interruption != forwarded {
                guard interruption.signal != .hangUp else {
                    throw RunFailure(
                        .undecided,
                        "\(interruption); the change is not kept yet: its guard puts it back unless it is confirmed, or the gateway answers, in time",
                        cause: interruption)
                }
                // The caller's own word needs no signal where the guard reads of it.
                if try interruption.signal != nil || !file.move(from: .unconfirmed, to: .declined) {
                    guardian?.send(interruption.signal == .interrupt ? SIGINT : SIGTERM)
                }
                forwarded = interruption
            }
            guard let seconds = checkpoint.confirmation, file.stage == .unconfirmed else { continue }
            if deadline == nil {
                log.info(
                    "waiting \(seconds) s for 'interface-reconfigure confirm'; otherwise everything is put back")
            }
            let end = deadline ?? .now + .seconds(seconds)
            deadline = end
            let answer = confirm(max(.zero, end - .now))
            // A run that was cancelled meanwhile takes back what was done.
            guard cancellation.interruption == nil else { continue }
            switch answer {
            case .keep: _ = try file.move(from: .unconfirmed, to: .confirmed)
            case .putBack: _ = try file.move(from: .unconfirmed, to: .declined)
            case .notYet: break
            }
        }
        return try end(on: host, tell: tell, isInterruptedBy: forwarded)
    }

    /// Waits up to one tick for the guard to exit; true while it runs.
    private func isGuardRunning() -> Bool { (try? guardian?.wait(until: .now + Guard.tick)) == false }

    /// What became of the change by the guard's own word. A guard without one was killed, or its program ended without
    /// having been a guard to the end, whatever its exit status.
    private func end(
        on host: Host, tell: (RunEvent) -> Void, isInterruptedBy interruption: Interruption?
    ) throws -> String {
        if file.stage != nil, file.take() {
            let report = host.putBack(
                checkpoint.way, checkpoint.scope, because: "its guard was killed, or ended too early", log: tell)
            file.end(checkpoint.ending(report))
        }
        guard let ending = file.ending else {
            throw RunFailure(
                .incomplete,
                checkpoint.outcome("lost its guard and its checkpoint")
                    + "; whether it is in effect is unknown: see `interface-reconfigure show`")
        }
        guard ending.verdict == .kept else { throw RunFailure(ending.outcome, ending.text, cause: interruption) }
        return ending.text
    }
}
