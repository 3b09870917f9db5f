import Foundation
import NetConfig
import Testing

@Suite("Signals that ask the program to stop")
struct InterruptSignalsTests {
    @Test("Each is told once, by name", arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGHUP, "SIGHUP")])
    func told(signal: CInt, name: String) {
        let signals = InterruptSignals()
        #expect(signals.next() == nil)
        // To this thread, which blocks it, and not to the whole test process, which does not.
        pthread_kill(pthread_self(), signal)
        #expect(signals.next() == Interruption(signal: name))
        #expect(signals.next() == nil)
    }
}
