@testable import NetConfigCore
import Foundation
import Logging
import NetConfig
import NetConfigSystem
import Testing

/// The program of whoever uses the library is the guard of its own changes, started once more: here, this test program.
@Suite("a guard in a program that is not ours", .serialized, .needsTestBed)
struct LibraryGuardTests {
    @Test(
        "has the last word itself, whatever the status of its program",
        arguments: [
            ("catchesEverything", "not confirmed within 1 s"),
            ("endsEarly", "its guard was killed, or ended too early"),
            ("isKilled", "its guard was killed, or ended too early"),
        ])
    func notKept(_ program: String, _ reason: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let failure = #expect(throws: RunFailure.self) { try run(bed, program, confirmation: 1) }
        #expect(failure?.kind == .notConfirmed)
        #expect(failure?.description.contains("was put back") == true, "\(failure?.description ?? "")")
        #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
        try bed.expectPutBack(to: before)
    }

    @Test("is believed when it says that the change is kept")
    func kept() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try run(bed, "catchesEverything", confirmation: 60) { _ in true }
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    @Test("is none where its program does something else", arguments: ["doesNothing"])
    func noGuard(_ program: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let failure = #expect(throws: RunFailure.self) { try run(bed, program, confirmation: 1) }
        #expect(failure?.kind == .refused)
        #expect(failure?.description.contains("nothing was changed, because there is no guard for it") == true)
        try bed.expectUntouched(since: before)
    }

    private func run(
        _ bed: TestBed, _ program: String, confirmation: Int, attended: (Int) -> Bool = { _ in false }
    ) throws {
        let conditions = KeepingConditions(
            confirmation: confirmation,
            guardedBy: .thisProgram(
                name: "guard",
                arguments: [
                    "--testing-library", "swift-testing", "--filter",
                    "^IntegrationTests\\.GuardPrograms/\(program)\\(",
                ]))
        try inNetworkNamespace(of: bed) {
            let log = Logger(label: "library") { _ in SwiftLogNoOpLogHandler() }
            let reconfiguration = Reconfiguration(
                paths: HostPaths(rootPrefix: bed.root), command: "library", log: log)
            try reconfiguration.run(.up, .bridges(["xenbr0"]), keptIf: conditions, attended: attended)
        }
    }
}

/// What these programs do as guards; elsewhere there is no change for them to guard.
@Suite("programs that guard a change", .serialized)
struct GuardPrograms {
    /// The host whose lock this process was given as its descriptor 3.
    private static let hosts: [HostPaths] = {
        guard let lock = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/3"),
            lock.hasSuffix(HostLock.path)
        else { return [] }
        return [HostPaths(rootPrefix: String(lock.dropLast(HostLock.path.count)))]
    }()

    private func guardChange(on host: HostPaths) {
        try? Guard.run(on: host, log: Logger(label: "guard") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(arguments: hosts)
    func catchesEverything(_ host: HostPaths) { guardChange(on: host) }

    @Test(arguments: hosts)
    func endsEarly(_ host: HostPaths) {
        Thread.detachNewThread {
            while !(host.hasUnconfirmedChange) { usleep(10_000) }
            _exit(0)
        }
        guardChange(on: host)
    }

    @Test(arguments: hosts)
    func isKilled(_ host: HostPaths) {
        Thread.detachNewThread {
            while !(host.hasUnconfirmedChange) { usleep(10_000) }
            kill(getpid(), SIGKILL)
        }
        guardChange(on: host)
    }

    @Test(arguments: hosts)
    func doesNothing(_ host: HostPaths) {}
}

extension HostPaths {
    fileprivate var hasUnconfirmedChange: Bool {
        FileManager.default.fileExists(atPath: path("/run/interface-reconfigure/checkpoint.unconfirmed"))
    }
}
