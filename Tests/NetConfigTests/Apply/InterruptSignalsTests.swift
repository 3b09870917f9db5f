import Foundation
import NetConfigSystem
import Synchronization
import Testing

/// A test process has many threads, as a caller of the library may: a signal to the process comes to any of them.
@Suite("signals that ask the program to stop", .serialized)
struct InterruptSignalsTests {
    private static let heard = Atomic(0)

    /// Waits until a signal that was sent to the process has come to one of its threads.
    private func awaitInterruption(_ signals: borrowing InterruptSignals) -> Interruption? {
        for _ in 0..<500 {
            if let interruption = signals.interruption { return interruption }
            usleep(10_000)
        }
        return nil
    }

    @Test(arguments: [(SIGTERM, Interruption.Signal.terminate), (SIGINT, .interrupt), (SIGHUP, .hangUp)])
    func `each is told by name, to a process with many threads, and stays`(signal: CInt, name: Interruption.Signal) {
        let signals = InterruptSignals()
        #expect(signals.interruption == nil)
        kill(getpid(), signal)
        #expect(awaitInterruption(signals) == Interruption(signal: name))
        // To this thread, which has it when the call returns: another one could have it when it is not collected any more.
        pthread_kill(pthread_self(), signal)
        #expect(signals.interruption == Interruption(signal: name))
    }

    @Test
    func `a new run does not know those of the run before it`() {
        do {
            let signals = InterruptSignals()
            kill(getpid(), SIGTERM)
            #expect(awaitInterruption(signals) != nil)
        }
        let signals = InterruptSignals()
        #expect(signals.interruption == nil)
    }

    @Test
    func `one that was not told does afterwards what it did before, once all have ended`() throws {
        let before = signal(SIGHUP) { _ in InterruptSignalsTests.heard.add(1, ordering: .relaxed) }
        defer { signal(SIGHUP, before) }
        func heard() -> Int { Self.heard.load(ordering: .relaxed) }
        let start = heard()
        do {
            let outer = InterruptSignals()
            do {
                let inner = InterruptSignals()
                kill(getpid(), SIGHUP)
                usleep(100_000)
                withExtendedLifetime(inner) {}
            }
            #expect(heard() == start)
            withExtendedLifetime(outer) {}
        }
        for _ in 0..<500 where heard() == start { usleep(10_000) }
        #expect(heard() == start + 1)
    }

    @Test
    func `where several came, SIGHUP is the last to be told: the others ask for more`() {
        let signals = InterruptSignals()
        kill(getpid(), SIGHUP)
        #expect(awaitInterruption(signals) == Interruption(signal: .hangUp))
        kill(getpid(), SIGTERM)
        for _ in 0..<500 where signals.interruption != Interruption(signal: .terminate) { usleep(10_000) }
        #expect(signals.interruption == Interruption(signal: .terminate))
    }
}
