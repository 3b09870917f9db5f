import Glibc
import Testing

@testable import NetConfig

@Suite struct WaitNoticeTests {
    /// What a notice says about some work.
    private func said(quiet: Duration, _ work: ((String) -> Void) throws -> Void) rethrows -> (
        log: [String], terminal: [String?]
    ) {
        var (log, terminal): ([String], [String?]) = ([], [])
        let notice = WaitNotice(log: { log.append($0) }, terminal: { terminal.append($0) })
        try notice.during(atMost: .seconds(60), quiet: quiet, work)
        return (log, terminal)
    }

    @Test func `a short wait is not worth a word`() {
        let said = said(quiet: .seconds(1)) { waiting in for _ in 0..<3 { waiting("a lease") } }
        #expect(said.log.isEmpty && said.terminal.isEmpty)
    }

    @Test func `a long one is a line in the log, and one a second on a terminal, which goes at the end`() {
        let said = said(quiet: .zero) { waiting in
            let end = ContinuousClock.now + .milliseconds(2300)
            while .now < end {
                waiting("a lease")
                usleep(20_000)
            }
        }
        #expect(said.log == ["waiting for a lease, at most 60 s"])
        #expect(said.terminal == ["waiting 1 s of 60 s for a lease", "waiting 2 s of 60 s for a lease", nil])
    }

    @Test func `the line goes also where the wait ends with an error`() {
        struct Failure: Error {}
        var shown: [String?] = []
        let notice = WaitNotice(terminal: { shown.append($0) })
        #expect(throws: Failure.self) {
            try notice.during(atMost: .seconds(9), quiet: .zero) { waiting in
                usleep(1_050_000)
                waiting("Godot")
                throw Failure()
            }
        }
        #expect(shown == ["waiting 1 s of 9 s for Godot", nil])
    }
}
