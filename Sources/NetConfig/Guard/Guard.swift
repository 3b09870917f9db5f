internal import NetConfigCore
public import NetConfigSystem
internal import Glibc
public import Logging
internal import SystemPackage

/// The watchdog process of a change: undoes it unless its conditions are met. It starts before the first action, in a session
/// of its own and with the host's lock, so that it outlives the changing program and its terminal.
public final class Guard {
    /// Why a change is not kept.
    private struct Lapse: Error, CustomStringConvertible { let description: String }

    /// How often the guard checks how far the change is.
    static let tick = Duration.milliseconds(50)

    /// How long a change may take: longer than any run with all its leases and undos. A stopped program (SIGSTOP, Ctrl-Z) would
    /// take forever.
    static let changeLimit = Duration.seconds(600)

    private let file: CheckpointFile
    private let lock: HostLock
    private let cancellation: Cancellation
    private var checkpoint: Checkpoint
    private let runLog: RunLog
    private let cacheLocation: CacheLocation?
    private let host: Host
    private var cache: CacheLocation.Prepared?

    /// Guards the change whose checkpoint is prepared on a host; descriptor 3 is the host's lock.
    ///
    /// What became of the change is told to the program that made it by this function itself: with what status the guard's
    /// program ends does not matter.
    ///
    /// - Parameters:
    ///   - paths: Where things are on the host.
    ///   - cancellation: Has the change put back at once. That a terminal went away (SIGHUP) does not.
    ///   - log: Where to say what is done.
    /// - Throws: Also where the change was put back, or kept without its cache.
    public static func run(
        on paths: HostPaths, cancellation: Cancellation, log: Logger = .silent
    ) throws(RunFailure) {
        try RunFailure.orNothing { try guardChange(on: paths, cancellation, log) }
    }

    private static func guardChange(on paths: HostPaths, _ cancellation: Cancellation, _ log: Logger) throws {
        // A terminal that hangs up takes its own session along.
        _ = setsid()
        // The file system that the program was called in can be unmounted while the guard waits.
        _ = unsafe chdir("/")
        // What runs by way of /proc/self/exe is called "exe".
        try? Descriptor(open: "/proc/self/comm", O_WRONLY).write("ifr-guard")
        let this = try Guard(on: paths, cancellation, log)
        this.sign(unconfirmedUntil: nil)
        guard try this.file.move(from: .prepared, to: .changing) else { return }
        try this.watch()
    }

    private init(on paths: HostPaths, _ cancellation: Cancellation, _ log: Logger) throws {
        self.cancellation = cancellation
        file = try CheckpointFile(below: paths.root)
        do {
            lock = try HostLock(inherited: 3, below: paths.root)
            checkpoint = try file.read(.prepared)
        } catch {
            throw RunFailure(
                .refused,
                "no change to guard was found (\(error)); `up` with --confirm or --check-gateway starts `guard` itself")
        }
        runLog = RunLog(log: log)
        cacheLocation = checkpoint.cache.map { CacheLocation(path: $0.path) }
        host = try Host(paths: checkpoint.paths, datapath: checkpoint.datapath)
        // Rows that refer to each other can only be made again by a client that has read them.
        _ = try host.vswitch?.readState()
        if let text = checkpoint.cache?.text { cache = try cacheLocation?.prepare(Array(text.utf8)) }
    }

    private func watch() throws {
        do {
            guard try awaitChange() else { return }
            try askGateways()
            try awaitConfirmation()
        } catch {
            // Else it was confirmed in the last moment.
            if file.take() { try putBack(because: "\(error)") }
        }
        try keep()
    }

    /// Waits until the change is made; `false` where the program took it back itself.
    private func awaitChange() throws -> Bool {
        let deadline = ContinuousClock.now + Self.changeLimit
        while true {
            // In this order: what the program did before it went counts.
            let isProgramAlive = getppid() == checkpoint.program
            switch file.stage {
            case .changed:
                // The program may have planned again.
                checkpoint = try file.read(.changed)
                return true
            case .changing where isProgramAlive && .now < deadline: pause(Self.tick)
            case .changing:
                // One that was stopped would go on when all is put back.
                if isProgramAlive { kill(checkpoint.program, SIGKILL) }
                checkpoint = try file.read(.changing)
                let how = isProgramAlive ? "did not finish and was killed" : "was killed"
                throw Lapse(description: "the program \(how) while it changed the network")
            default: return false
            }
        }
    }

    private func askGateways() throws {
        guard let gateway = checkpoint.gateway else { return }
        let answered = try gateway.run(host.kernel, interrupted: interruption)
        runLog.log.info("gateway \(answered.map(\.description).joined(separator: ", ")) answers")
    }

    private func awaitConfirmation() throws {
        guard let seconds = checkpoint.confirmation else {
            _ = try file.move(from: .changed, to: .confirmed)
            return
        }
        sign(unconfirmedUntil: time(nil) + seconds)
        _ = try file.move(from: .changed, to: .unconfirmed)
        let deadline = ContinuousClock.now + .seconds(seconds)
        while file.stage == .unconfirmed {
            if let interruption = interruption() { throw interruption }
            guard .now < deadline else { throw Lapse(description: "not confirmed within \(seconds) s") }
            pause(Self.tick)
        }
        switch file.stage {
        case .confirmed: break
        case .declined: throw Lapse(description: "the program that made it had it put back")
        default: throw Lapse(description: "its checkpoint was removed")
        }
    }

    private func putBack(because cause: String) throws {
        // What can fail or take its time for want of readers and room comes last.
        var events: [RunEvent] = []
        let report = host.putBack(checkpoint.way, checkpoint.scope, because: cause) { events.append($0) }
        let ending = checkpoint.ending(report)
        if ending.verdict == .incomplete { remember(checkpoint.record(ending, report)) }
        file.end(ending)
        runLog.log.info("put back the change by '\(checkpoint.command)': \(cause)")
        for event in events { runLog.tell(event) }
        throw RunFailure(ending.outcome, ending.text, report: report)
    }

    private func keep() throws {
        let outcome = checkpoint.outcome(checkpoint.confirmation == nil ? "was kept" : "was confirmed")
        do {
            try remember(checkpoint.record, afterWriting: cache.take())
            file.end(Ending(.kept, outcome))
        } catch {
            file.end(Ending(.incomplete, "\(outcome): \(error)"))
            throw error
        }
    }

    /// Writes the cache, and adds the change to the history.
    private func remember(_ record: HistoryRecord?, afterWriting cache: consuming CacheLocation.Prepared?) throws {
        var record = record
        do {
            if let cacheLocation {
                let replacement = try runLog.replace(
                    with: cache.take(), at: cacheLocation, on: checkpoint.paths, checkpoint.datapath)
                replacement.map { record?.add($0) }
            }
        } catch {
            record?.end(error)
            record.map(remember)
            throw error
        }
        record.map(remember)
    }

    private func remember(_ record: HistoryRecord) {
        guard !record.changes.isEmpty else { return }
        if let warning = History(below: checkpoint.paths.root).tryAdding(record) { runLog.log.warning("\(warning)") }
    }

    private func sign(unconfirmedUntil end: Int?) {
        lock.sign(
            HostLock.Holder(pid: getpid(), command: checkpoint.command, since: time(nil), unconfirmedUntil: end))
    }

    /// A signal that asks for an immediate undo; the loss of a terminal (SIGHUP) does not.
    private func interruption() -> Interruption? {
        cancellation.interruption.flatMap { $0.signal == .hangUp ? nil : $0 }
    }
}
