internal import CLinux
internal import Glibc
internal import Synchronization

/// SIGTERM, SIGINT and SIGHUP as something to ask for, instead of something that ends the process.
///
/// While there is such a value, signals are collected in the whole process: a handler notes them, on whichever thread
/// the kernel delivers them. A mask would hold them off from its own thread only, and any other thread would let the
/// process die in the middle of a change.
///
/// A signal that came stays: an interrupted run meets it wherever it asks next, and does not go on. Those that come later,
/// while the run puts back what it has done, ask for the same.
package final class InterruptSignals: Sendable {
    /// The order in which they are told where several came: the first two want an end at once, the last one says that
    /// the terminal is gone.
    private static let signals: [(CInt, Interruption.Signal)] = [
        (SIGTERM, .terminate), (SIGINT, .interrupt), (SIGHUP, .hangUp),
    ]

    /// How many collect them, and whether one of these was told.
    private static let collectors = Mutex((count: 0, isTold: false))

    /// Begins to collect the signals.
    package init() { Self.begin() }

    /// The last one to collect them lets them do again what they did before; those that came too late for anyone to ask for
    /// them do that now.
    deinit {
        Self.collectors.withLock { collectors in
            collectors.count -= 1
            guard collectors.count == 0 else { return }
            for (signal, _) in Self.signals { clinux_release_signal(signal) }
            guard !collectors.isTold else { return }
            for (signal, _) in Self.signals where Self.hasCome(signal) { kill(getpid(), signal) }
        }
    }

    /// Collects them for the rest of the process's life: a program that has to say how its run ended does not die of another
    /// signal before it has said that.
    package static func collectUntilExit() { begin() }

    /// The signal that came since the collection began; `nil` for none.
    package var interruption: Interruption? {
        guard let (_, signal) = Self.signals.first(where: { Self.hasCome($0.0) }) else { return nil }
        Self.collectors.withLock { $0.isTold = true }
        return Interruption(signal: signal)
    }

    private static func begin() {
        collectors.withLock { collectors in
            collectors.count += 1
            guard collectors.count == 1 else { return }
            collectors.isTold = false
            clinux_forget_signals()
            for (signal, _) in signals { clinux_collect_signal(signal) }
        }
    }

    private static func hasCome(_ signal: CInt) -> Bool { clinux_collected_signals() & 1 << UInt32(signal) != 0 }
}
