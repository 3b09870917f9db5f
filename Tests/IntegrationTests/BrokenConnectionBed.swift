import Glibc
import Synchronization
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// A host with a bridge that has a card, an address and routes, whose Open vSwitch is reached through a proxy.
final class BrokenConnectionBed: @unchecked Sendable {
    /// What is changed.
    enum Work {
        /// The bridge is deleted, and with it the device that has the address.
        case delete
        /// Columns of its row are set.
        case set
        /// It gets a port that no card has.
        case breakPort
    }

    /// What is to come of it.
    enum Result {
        /// The change is there.
        case kept
        /// Rows and links are as before, and nothing is said to be left.
        case asBefore
        /// What is not as before is said to be left, with these words.
        case listed(String)
        /// The same, and of the links nothing.
        case asBeforeBut(String)
        /// The test looks itself.
        case any
    }

    let bed: TestBed
    let proxy: OVSDBProxy
    /// Whether the change is interrupted.
    private let signal = Mutex(false)
    private let cfgAtReset = Mutex(0)
    private let edgesSeen = Mutex<Set<PossibleChange.Edge>>([])

    init() throws {
        bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        proxy = try OVSDBProxy("\(bed.directory)/proxy.sock", to: "\(bed.directory)/ovs/db.sock")
    }

    deinit { proxy.stop() }

    /// The edges that were gone since the beginning.
    var edges: Set<PossibleChange.Edge> { edgesSeen.withLock { $0 } }

    static var limits: OVSDBClient.Limits {
        var limits = OVSDBClient.Limits()
        (limits.answer, limits.absence) = (.milliseconds(600), .milliseconds(1200))
        (limits.change, limits.inverse) = (.milliseconds(2500), .milliseconds(800))
        return limits
    }

    /// Makes the host as it was at first.
    func reset() throws {
        proxy.begin { _ in .pass }
        signal.withLock { $0 = false }
        continueSwitch()
        if try bed.script("ovs-vsctl --timeout=5 show").status != 0 { try bed.bed(["ovsdb-start", bed.directory]) }
        _ = try bed.vsctl("--if-exists", "del-br", "xenbr0")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        let number = Int(try bed.vsctl("get", "open_vswitch", ".", "next_cfg")) ?? 0
        cfgAtReset.withLock { $0 = number }
    }

    func stopSwitch() { signalSwitch("STOP") }
    func continueSwitch() { signalSwitch("CONT") }

    private func signalSwitch(_ name: String) {
        let result = try? bed.script("kill -\(name) $(cat \(bed.directory)/ovs/ovs-vswitchd.pid)")
        if result?.status != 0 { Issue.record("ovs-vswitchd gets no SIG\(name)") }
    }

    /// Ends ovsdb-server and starts it again.
    func restartServer(after seconds: Double) {
        do {
            try bed.bed(["ovsdb-stop", bed.directory])
            usleep(UInt32(seconds * 1_000_000))
            try bed.bed(["ovsdb-start", bed.directory])
        } catch {
            Issue.record(error)
        }
    }

    /// Interrupts the change, as a signal does.
    func interrupt() { signal.withLock { $0 = true } }

    /// The same, while the server is away for a moment.
    func interruptWhileAway() {
        proxy.refuse(for: .milliseconds(400))
        interrupt()
    }

    /// How many changes of ours the database has seen since the bridge was made.
    func changesSinceReset() throws -> Int {
        let number = try #require(Int(try bed.vsctl("get", "open_vswitch", ".", "next_cfg")))
        return number / VswitchTransaction.stride - cfgAtReset.withLock { $0 } / VswitchTransaction.stride
    }

    /// What another program does to undo what was set.
    static let undo = "remove bridge xenbr0 other_config a b c d -- set bridge xenbr0 fail_mode=standalone"

    /// Another program writes to the database; ovs-vswitchd need not follow.
    func write(_ command: String) {
        let result = try? bed.script("ovs-vsctl --timeout=5 --no-wait \(command)")
        if result?.status != 0 { Issue.record("ovs-vsctl \(command): \(result?.errors ?? "")") }
    }

    /// Does some work while the proxy does something with messages, and looks what came of it.
    func run(
        _ name: String, _ work: Work, _ result: Result, limits: OVSDBClient.Limits = limits,
        _ fate: @escaping @Sendable (OVSDBProxy.Stage) -> OVSDBProxy.Fate
    ) throws {
        try reset()
        let before = try bed.snapshot()
        let paths = HostPaths(rootPrefix: bed.root, ovsdb: proxy.path)
        var host = try Host(paths: paths, datapath: .openvswitch, waits: WaitNotice(), limits: limits) { [self] in
            signal.withLock { isThere in
                defer { isThere = false }
                return isThere ? Interruption(signal: .terminate) : nil
            }
        }
        var gone: [PossibleChange.Edge] = []
        host.vswitch?.trace = { gone.append($0) }
        let plan = try plan(work, on: host)
        proxy.begin(fate)
        let report = Executor.run(plan, with: &host)
        proxy.begin { _ in .pass }
        continueSwitch()
        edgesSeen.withLock { $0.formUnion(gone) }
        let said = report.failure ?? "done"
        let comment = Comment(rawValue: "\(name): \(gone.map(\.description))\n\(said)")
        switch result {
        case .kept: #expect(report.outcome == .done, comment)
        case .asBefore:
            #expect(report.outcome != .done && report.notPutBack.isEmpty, comment)
            try expectAsBefore(before, comment)
        case .listed(let text):
            #expect(report.notPutBack.contains { $0.cause.contains(text) }, comment)
        case .asBeforeBut(let text):
            #expect(report.notPutBack.contains { $0.cause.contains(text) } || text.isEmpty, comment)
            try expectAsBefore(before, comment) { $0.contains("Bridge xenbr0 ") }
        case .any: break
        }
    }

    /// ovs-vswitchd may need a moment when it was stopped.
    private func expectAsBefore(
        _ before: Snapshot, _ comment: Comment, but mayDiffer: (String) -> Bool = { _ in false }
    ) throws {
        var changes: [String] = []
        for _ in 0..<10 {
            changes = try bed.snapshot().settingsChanged(since: before).filter { !mayDiffer($0) }
            if changes.isEmpty { return }
            usleep(200_000)
        }
        Issue.record("\(comment)\n\(changes.joined(separator: "\n"))")
    }

    private func plan(_ work: Work, on host: Host) throws -> Plan {
        let start = ObservedState(
            links: try host.links(withSettingsOf: []), vswitch: try #require(try host.vswitch?.readState()))
        var rows = try #require(start.vswitch)
        switch work {
        case .delete: rows = VswitchState()
        case .set:
            rows.bridges["xenbr0"]?["fail_mode"] = .string("secure")
            rows.bridges["xenbr0"]?.setEntries(of: "other_config", ["a": "1", "b": "1", "c": "1", "d": "1"]) { _ in
                false
            }
        case .breakPort:
            rows.bridges["xenbr0"]?.insert("gone0")
            rows.ports["gone0"] = VswitchRow(members: ["gone0"])
            rows.interfaces["gone0"] = VswitchRow()
        }
        let action = Action.changeVswitch(try #require(start.vswitch).changes(to: rows))
        let undo = Undo.actions(takingBack: action, from: start.applying(action), to: start)
        return Plan(steps: [Step(action, because: "the test says so", undo: undo)], start: start)
    }
}
