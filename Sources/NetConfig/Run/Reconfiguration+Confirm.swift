internal import NetConfigSystem
internal import Logging

/// Changes that wait to be confirmed, from the side of other runs.
extension Reconfiguration {
    /// Confirms the change that waits for it. One that is still being made is waited for.
    ///
    /// - Returns: What became of the change.
    /// - Throws: ``RunFailure`` where nothing waits to be confirmed.
    public func confirm() throws(RunFailure) -> String { try RunFailure.orNothing(confirmWaiting) }

    private func confirmWaiting() throws -> String {
        let file = try CheckpointFile(below: root)
        let deadline = ContinuousClock.now + Guard.changeLimit
        while let stage = file.stage, stage != .confirmed, stage != .undoing {
            try heedCancellation()
            if try file.move(from: .unconfirmed, to: .confirmed) {
                // The guard may have a cache to write.
                let end = ContinuousClock.now + Self.cacheLimit
                while file.stage == .confirmed, .now < end, try HostLock.isHeld(below: root) { pause(Guard.tick) }
                if try !HostLock.isHeld(below: root) { forgetAbandoned(file) }
                return file.outcome ?? "the change is confirmed"
            }
            guard try HostLock.isHeld(below: root) else { break }
            // Its gateway may be waited for, too.
            guard .now < deadline || stage == .changed else {
                throw RunFailure(.undecided, "the change is still being made after \(Guard.changeLimit.inSeconds) s")
            }
            pause(Guard.tick)
        }
        if try !HostLock.isHeld(below: root) { forgetAbandoned(file) }
        let last = file.stage == .undoing ? "the change is being put back" : file.outcome
        throw RunFailure(.refused, "no change waits to be confirmed" + (last.map { "; \($0)" } ?? ""))
    }

    /// The command of a change that waits to be confirmed, or whose gateways are asked; `nil` where none does.
    package var waiting: String? {
        guard let file = try? CheckpointFile(below: root), let stage = file.stage,
            [.changed, .unconfirmed].contains(stage), (try? HostLock.isHeld(below: root)) == true
        else { return nil }
        return (try? file.read(stage))?.command ?? "another process"
    }

    /// How long a guard may take to write its cache.
    private static var cacheLimit: Duration { .seconds(30) }

    /// Forgets a change whose guard is no longer there, and says so. No process has the host's lock, or we have it.
    func forgetAbandoned(_ file: CheckpointFile) {
        guard let stage = file.stage else { return }
        // Its program was killed before it had a guard, and had done nothing.
        guard stage != .prepared else {
            try? file.forget()
            return
        }
        let what = stage == .confirmed ? "was confirmed" : "was neither confirmed nor put back and remains in effect"
        let outcome =
            (try? file.read(stage))?.outcome("\(what); its guard was found killed")
            ?? "a change whose checkpoint cannot be read \(what); its guard was killed"
        log.warning("\(outcome)")
        file.end(Ending(.incomplete, outcome))
    }
}
