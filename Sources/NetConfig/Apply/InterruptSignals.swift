internal import Glibc

/// Somebody asked the program to stop.
public struct Interruption: Error, Equatable, Sendable, CustomStringConvertible {
    /// The signal's name, such as `SIGTERM`.
    public var signal: String

    /// Creates an interruption.
    public init(signal: String) { self.signal = signal }

    /// The value in words, for messages and logs.
    public var description: String { "interrupted by \(signal)" }
}

/// SIGTERM, SIGINT and SIGHUP as something to ask for, instead of something that happens.
///
/// The signals are blocked and taken from the kernel's queue (`sigtimedwait(2)`): no handler, so no system call is ever
/// cut short and no state is global. Make one before the first other thread, which inherits what is blocked.
public struct InterruptSignals: ~Copyable {
    private static let names = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP"]

    private let before: sigset_t

    /// Begins to collect the signals; when it goes away they do again what they did before.
    public init() {
        var set = Self.set
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
        self.before = before
    }

    deinit {
        var before = before
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// The next signal that came in; each is told once, so that taking back what was done is not interrupted by the
    /// signal that asked for it.
    public func next() -> Interruption? {
        var set = Self.set
        var now = timespec()
        let signal = unsafe sigtimedwait(&set, nil, &now)
        return Self.names[signal].map { Interruption(signal: $0) }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in names.keys { unsafe sigaddset(&set, signal) }
        return set
    }
}
