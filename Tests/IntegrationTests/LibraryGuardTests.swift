@testable import NetConfigCore
import Foundation
import NetConfig
import NetConfigSystem
import Testing

/// The program of whoever uses the library is the guard of its own changes, started once more: here, this test program.
@Suite("a guard in a program that is not ours", .serialized, .needsTestBed)
struct LibraryGuardTests {
    @Test(arguments: [
        ("catches everything", "not confirmed within 1 s"),
        ("ends early", "its guard was killed, or ended too early"),
        ("is killed", "its guard was killed, or ended too early"),
    ])
    func `has the last word itself, whatever the status of its program`(_ program: String, _ reason: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let failure = #expect(throws: RunFailure.self) { try run(bed, program, confirmation: 1) }
        #expect(failure?.outcome == .notConfirmed)
        #expect(failure?.description.contains("was put back") == true, "\(failure?.description ?? "")")
        #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `is believed when it says that the change is kept`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let report = try run(bed, "catches everything", confirmation: 60) { _ in .keep }
        #expect(report.outcome == .done && report.performed.contains { $0.text.contains("xenbr0") })
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    @Test(arguments: [true, false])
    func `puts the change back at once where the program says so, or is cancelled`(bySaying: Bool) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let cancellation = Cancellation()
        let start = ContinuousClock.now
        let failure = #expect(throws: RunFailure.self) {
            try run(bed, "catches everything", confirmation: 60, cancellation) { left in
                #expect(left > .seconds(50) && left <= .seconds(60))
                if !bySaying { cancellation.cancel() }
                return bySaying ? .putBack : .notYet
            }
        }
        #expect(.now - start < .seconds(30))
        #expect(failure?.outcome == .notConfirmed && failure?.isInterrupted == !bySaying)
        #expect(failure?.description.contains("was put back") == true, "\(failure?.description ?? "")")
        try bed.expectPutBack(to: before)
    }

    @Test func `keeps nothing that was cancelled while the program confirmed it`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let cancellation = Cancellation()
        let failure = #expect(throws: RunFailure.self) {
            try run(bed, "catches everything", confirmation: 60, cancellation) { _ in
                cancellation.cancel()
                return .keep
            }
        }
        #expect(failure?.outcome == .notConfirmed)
        let isInterrupted = if case .interrupted? = failure?.reason { true } else { false }
        #expect(isInterrupted)
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: [
        (["xenbr0", "xenbr1"], Duration.seconds(5), Duration.zero, "that of one network"),
        (["xenbr0", "nope"], .seconds(5), .zero, "no network of this host has the bridge 'nope'"),
        (["xenbr0"], .milliseconds(500), .zero, "within 1 s to 1 day"),
        (["xenbr0"], .seconds(Int64.max), .zero, "within 1 s to 1 day"),
        (["xenbr0"], .seconds(5), .seconds(1), "does not wait for network cards"),
        ([], .seconds(5), .zero, "no network is named"),
    ])
    func `is not started for conditions on which nothing can be kept`(
        _ bridges: [String], _ confirmation: Duration, _ cardPatience: Duration, _ message: String
    ) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        let before = try bed.snapshot()
        var options = Reconfiguration.Options()
        options.cardPatience = cardPatience
        let conditions = KeepingConditions(
            confirmation: confirmation, guardedBy: .thisProgram(name: "guard", arguments: ["none"]))
        let failure = try inNetworkNamespace(of: bed) {
            let reconfiguration = Reconfiguration(
                on: HostPaths(rootPrefix: bed.root), options: options, command: "library")
            return #expect(throws: RunFailure.self) {
                try reconfiguration.run(.up, .bridges(bridges), keptIf: conditions)
            }
        }
        #expect(
            failure?.outcome == .refused && failure?.description.contains(message) == true,
            "\(String(describing: failure))")
        try bed.expectUntouched(since: before)
    }

    @Test(arguments: ["does nothing"])
    func `is none where its program does something else`(_ program: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let failure = #expect(throws: RunFailure.self) { try run(bed, program, confirmation: 1) }
        #expect(failure?.outcome == .refused)
        #expect(failure?.description.contains("nothing was changed: the guard process could not be started") == true)
        try bed.expectUntouched(since: before)
    }

    @discardableResult
    private func run(
        _ bed: TestBed, _ program: String, confirmation: Int, _ cancellation: Cancellation = Cancellation(),
        confirm: (Duration) -> KeepingConditions.Answer = { _ in .notYet }
    ) throws -> Report {
        let conditions = KeepingConditions(
            confirmation: .seconds(confirmation),
            guardedBy: .thisProgram(
                name: "guard",
                arguments: [
                    "--testing-library", "swift-testing", "--filter",
                    "^IntegrationTests\\.GuardPrograms/`\(program)`",
                ]))
        return try inNetworkNamespace(of: bed) {
            let reconfiguration = Reconfiguration(
                on: HostPaths(rootPrefix: bed.root), command: "library", cancellation: cancellation)
            return try reconfiguration.run(.up, .bridges(["xenbr0"]), keptIf: conditions, confirm: confirm)
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
        try? Guard.run(on: host, cancellation: .onSignals())
    }

    @Test(arguments: hosts)
    func `catches everything`(_ host: HostPaths) { guardChange(on: host) }

    @Test(arguments: hosts)
    func `ends early`(_ host: HostPaths) {
        Thread.detachNewThread {
            while !(host.hasUnconfirmedChange) { usleep(10_000) }
            _exit(0)
        }
        guardChange(on: host)
    }

    @Test(arguments: hosts)
    func `is killed`(_ host: HostPaths) {
        Thread.detachNewThread {
            while !(host.hasUnconfirmedChange) { usleep(10_000) }
            kill(getpid(), SIGKILL)
        }
        guardChange(on: host)
    }

    @Test(arguments: hosts)
    func `does nothing`(_ host: HostPaths) {}
}

extension HostPaths {
    fileprivate var hasUnconfirmedChange: Bool {
        FileManager.default.fileExists(atPath: path("/run/interface-reconfigure/checkpoint.unconfirmed"))
    }
}
