internal import Synchronization

/// How a caller stops a run: what has been done is taken back then, and the run ends with an ``Interruption``.
///
/// A value can be shared among threads, and be given to several runs. One that was cancelled stays so.
public final class Cancellation: Sendable {
    private let signals: InterruptSignals?
    private let isCancelled = Atomic(false)

    /// Creates one that only ``cancel()`` uses; the process's signals stay as they are.
    public convenience init() { self.init(collectsSignals: false) }

    private init(collectsSignals: Bool) { signals = collectsSignals ? InterruptSignals() : nil }

    /// Creates one that SIGTERM, SIGINT and SIGHUP use as well. While it exists the process does not end by these signals: a
    /// program makes one for itself, and gives it to its runs.
    public static func onSignals() -> Cancellation { Cancellation(collectsSignals: true) }

    /// Stops the runs that have this value. Can be called from any thread, and more than once.
    public func cancel() { isCancelled.store(true, ordering: .sequentiallyConsistent) }

    /// What stops the runs; `nil` while nothing does.
    package var interruption: Interruption? {
        if let signal = signals?.interruption { return signal }
        return isCancelled.load(ordering: .sequentiallyConsistent) ? Interruption(signal: nil) : nil
    }
}
