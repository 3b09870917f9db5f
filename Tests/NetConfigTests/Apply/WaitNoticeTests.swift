import Glibc
import Synchronization
import Testing

@testable import NetConfig

@Suite struct WaitNoticeTests {
    /// What a notice says of waits.
    private final class Listener: Sendable {
        private let heard = Mutex((log: [String](), events: [String]()))

        var notice: WaitNotice {
            WaitNotice(
                log: { line in self.heard.withLock { $0.log.append(line) } },
                events: { event in
                    let text =
                        switch event {
                        case .waiting(let wait): "\(wait)"
                        case .waited: "waited"
                        default: "something else"
                        }
                    self.heard.withLock { $0.events.append(text) }
                })
        }

        var log: [String] { heard.withLock { $0.log } }
        var events: [String] { heard.withLock { $0.events } }
    }

    private func said(quiet: Duration, _ work: ((String) -> Void) throws -> Void) rethrows -> Listener {
        let listener = Listener()
        try listener.notice.during(atMost: .seconds(60), quiet: quiet, work)
        return listener
    }

    @Test func `a short wait is not worth a word`() {
        let said = said(quiet: .seconds(1)) { waiting in for _ in 0..<3 { waiting("a lease") } }
        #expect(said.log.isEmpty && said.events.isEmpty)
    }

    @Test func `a long one is a line in the log, and an event each second and at its end`() {
        let said = said(quiet: .zero) { waiting in
            let end = ContinuousClock.now + .milliseconds(2300)
            while .now < end {
                waiting("a lease")
                usleep(20_000)
            }
        }
        #expect(said.log == ["waiting for a lease, at most 60 s"])
        #expect(said.events == ["waiting 1 s of 60 s for a lease", "waiting 2 s of 60 s for a lease", "waited"])
    }

    @Test func `the end is told also where the wait ends with an error`() {
        struct Failure: Error {}
        let listener = Listener()
        #expect(throws: Failure.self) {
            try listener.notice.during(atMost: .seconds(9), quiet: .zero) { waiting in
                usleep(1_050_000)
                waiting("Godot")
                throw Failure()
            }
        }
        #expect(listener.events == ["waiting 1 s of 9 s for Godot", "waited"])
    }
}
