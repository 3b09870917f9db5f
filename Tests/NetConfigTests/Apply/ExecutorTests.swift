import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// Writes down what it is asked to do, and fails where it is told to.
private struct Recorder: Applier {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    var failing: Set<String> = []
    var interrupting: Set<String> = []
    var goingOn: Set<String> = []
    var overtaken: Set<String> = []
    var log: [String] = []
    var putBack: [String] = []
    /// What becomes of a change of Open vSwitch, and of its taking back.
    var refusal: (any Error)? = TakenBack(cause: Refusal(description: "no such card"))
    var refusalToPutBack: (any Error)?
    /// What there is afterwards.
    var links: [DeviceName: Link] = [:]

    func links(withSettingsOf devices: Set<DeviceName>) throws -> [DeviceName: Link] { links }

    mutating func putBack(_ action: Action) throws {
        putBack.append(name(action))
        guard case .changeVswitch = action else { return try apply(action) }
        log.append("rows")
        if let refusalToPutBack { throw refusalToPutBack }
    }

    mutating func apply(_ action: Action) throws {
        if case .addAddress(let device, _) = action { log.append("address of \(device)") }
        if case .changeVswitch = action, let refusal { throw refusal }
        guard case .run(let name) = action else { return }
        log.append(name)
        if interrupting.contains(name) { throw Interruption(signal: .interrupt) }
        if goingOn.contains(name) { throw StillTrying(Refusal(description: "\(name) takes longer")) }
        if overtaken.contains(name) { throw Overtaken(Refusal(description: "others were faster")) }
        if failing.contains(name) { throw Refusal(description: "\(name) is refused") }
    }
}

private func step(_ name: String, undo: [String], _ policy: Step.FailurePolicy = .rollBack) -> Step {
    Step(.run(name), because: "the test says so", undo: undo.map { .run($0) }, onFailure: policy)
}

private func name(_ action: Action) -> String {
    guard case .run(let name) = action else { return "?" }
    return name
}

@Suite("the executor")
struct ExecutorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var policy = Step.FailurePolicy.rollBack
        var isStrict = false
        var failing: Set<String> = []
        var goingOn: Set<String> = []
        let log: [String]
        let outcome: Report.Outcome
        var notPutBack: [String] = []
    }

    static let cases = [
        Case(testDescription: "does all steps in order", log: ["a", "b", "c"], outcome: .done),
        Case(
            testDescription: "takes back what was done, last first, but not what failed", failing: ["c"],
            log: ["a", "b", "c", "b1", "b2", "a1", "a2"], outcome: .rolledBack),
        Case(
            testDescription: "has nothing to take back when the first step fails", failing: ["a"], log: ["a"],
            outcome: .rolledBack),
        Case(
            testDescription: "goes on putting back when that fails, and lists it", failing: ["c", "b1", "a2"],
            log: ["a", "b", "c", "b1", "b2", "a1", "a2"], outcome: .rolledBack, notPutBack: ["b1", "a2"]),
        Case(
            testDescription: "goes on after a step that may fail", policy: .warn, failing: ["b"], log: ["a", "b", "c"],
            outcome: .done),
        Case(
            testDescription: "does not take back a step that failed with a warning", policy: .warn,
            failing: ["b", "c"],
            log: ["a", "b", "c", "a1", "a2"], outcome: .rolledBack),
        Case(
            testDescription: "goes on after a step that goes on by itself", goingOn: ["b"], log: ["a", "b", "c"],
            outcome: .done),
        Case(
            testDescription: "goes on, keeps what was done, and fails, where there is nothing to get back",
            policy: .keep, failing: ["b"], log: ["a", "b", "c"], outcome: .incomplete),
        Case(
            testDescription: "takes back all but a step that failed and was to be kept", policy: .keep,
            failing: ["b", "c"], log: ["a", "b", "c", "a1", "a2"], outcome: .rolledBack),
        Case(
            testDescription: "takes back everything where the only one of a group failed",
            policy: .warnUnlessLast(of: "cards"), failing: ["b"], log: ["a", "b", "a1", "a2"], outcome: .rolledBack),
        Case(
            testDescription: "takes back everything, strictly, after a step that may fail otherwise", policy: .warn,
            isStrict: true, failing: ["b"], log: ["a", "b", "a1", "a2"], outcome: .rolledBack),
        Case(
            testDescription: "takes back everything, strictly, with a step that goes on by itself", isStrict: true,
            goingOn: ["b"], log: ["a", "b", "b1", "b2", "a1", "a2"], outcome: .rolledBack),
        Case(
            testDescription: "takes back a step that goes on by itself when a later one fails", failing: ["c"],
            goingOn: ["b"], log: ["a", "b", "c", "b1", "b2", "a1", "a2"], outcome: .rolledBack),
    ]

    @Test(arguments: cases)
    func `a plan that fails is undone as its steps say`(_ example: Case) {
        var plan = Plan(steps: [
            step("a", undo: ["a1", "a2"]), step("b", undo: ["b1", "b2"], example.policy), step("c", undo: ["c1"]),
        ])
        plan.isStrict = example.isStrict
        var recorder = Recorder(failing: example.failing, goingOn: example.goingOn)
        let report = Executor.run(plan, with: &recorder)
        #expect(recorder.log == example.log)
        #expect(recorder.putBack == Array(example.log.drop { $0.count == 1 }), "and nothing else as such")
        #expect(report.outcome == example.outcome)
        #expect(report.notPutBack.compactMap(\.action).map(name) == example.notPutBack)
        #expect((report.failure == nil) == (example.outcome == .done))
    }

    @Test(arguments: [["a"], ["b"], ["a", "b"]])
    func `one of a group is enough, whichever`(failing: Set<String>) {
        let policy = Step.FailurePolicy.warnUnlessLast(of: "cards")
        var recorder = Recorder(failing: failing)
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"], policy), step("b", undo: ["b1"], policy), step("c", undo: [])]),
            with: &recorder)
        #expect(report.outcome == (failing.count == 1 ? .done : .rolledBack))
        #expect(report.warnings.compactMap(\.action).map(name) == (failing.contains("a") ? ["a"] : ["b"]))
        #expect(recorder.log == (failing.count == 1 ? ["a", "b", "c"] : ["a", "b"]))
    }

    @Test
    func `an empty plan is done`() {
        var recorder = Recorder()
        let report = Executor.run(Plan(), with: &recorder)
        #expect(report.outcome == .done)
        #expect(report.failure == nil)
    }

    @Test(arguments: [1, 2])
    func `a signal between two steps takes back the first`(after steps: Int) {
        var polls = 0
        var recorder = Recorder()
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"]), step("b", undo: ["b1"]), step("c", undo: ["c1"])]), with: &recorder,
            interrupted: {
                polls += 1
                return polls == steps + 1 ? Interruption(signal: .terminate) : nil
            })
        #expect(recorder.log == (steps == 1 ? ["a", "a1"] : ["a", "b", "b1", "a1"]))
        #expect(report.fatal?.cause == "interrupted by SIGTERM")
        #expect(report.fatal?.action == nil)
    }

    @Test
    func `whoever called it can tell from a failed run which action failed, and why`() {
        var recorder = Recorder()
        recorder.failing = ["b"]
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"]), step("b", undo: ["b1"])]), with: &recorder)
        let failure = RunFailure(.putBack, "b: b is refused", report: report)
        #expect(failure.action == .run("b") && !failure.isInterrupted)
        #expect((failure.cause as? Recorder.Refusal)?.description == "b is refused")
        recorder.failing = []
        recorder.interrupting = ["b"]
        let stopped = Executor.run(Plan(steps: [step("b", undo: [])]), with: &recorder)
        let interrupted = RunFailure(.putBack, "b: interrupted by SIGINT", report: stopped)
        #expect(interrupted.isInterrupted && interrupted.cause as? Interruption == Interruption(signal: .interrupt))
    }

    @Test
    func `a signal after the last step changes nothing: the end state is reached`() {
        var recorder = Recorder()
        var polls = 0
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"])]), with: &recorder,
            interrupted: {
                polls += 1
                return polls > 1 ? Interruption(signal: .terminate) : nil
            })
        #expect(recorder.log == ["a"])
        #expect(report.outcome == .done)
    }

    @Test(arguments: [Step.FailurePolicy.rollBack, .warn])
    func `a signal during a step rolls back, whatever the step's policy`(policy: Step.FailurePolicy) {
        var recorder = Recorder(interrupting: ["b"])
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"]), step("b", undo: ["b1"], policy), step("c", undo: [])]),
            with: &recorder)
        #expect(recorder.log == ["a", "b", "a1"])
        #expect(report.fatal?.cause == "interrupted by SIGINT")
    }

    @Test
    func `a signal while a step goes on by itself takes that step back, too`() {
        var polls = 0
        var recorder = Recorder(goingOn: ["a"])
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"]), step("b", undo: [])]), with: &recorder,
            interrupted: {
                polls += 1
                return polls == 2 ? Interruption(signal: .terminate) : nil
            })
        #expect(recorder.log == ["a", "a1"])
        #expect(report.fatal?.cause == "a takes longer; interrupted by SIGTERM")
    }

    @Test
    func `the failure names the action, its cause, what was put back and what was not`() {
        var recorder = Recorder(failing: ["c", "a1"])
        let report = Executor.run(
            Plan(steps: [step("a", undo: ["a1"]), step("b", undo: ["b1"]), step("c", undo: ["c1"])]), with: &recorder)
        #expect(
            report.failure == """
                run c: c is refused
                put back what was there: run b1
                could not be put back: run a1: a1 is refused
                """)
    }

    @Test
    func `the log hears of each action as it happens`() {
        var heard: [String] = []
        var recorder = Recorder(failing: ["b", "c", "a1"])
        _ = Executor.run(
            Plan(steps: [step("a", undo: ["a1"]), step("b", undo: [], .warn), step("c", undo: [])]), with: &recorder,
            log: { event in
                switch event {
                case .begins(let step): heard.append("begins \(name(step.action))")
                case .waiting, .waited: heard.append("waits")
                case .done(let entry): heard.append("done \(name(entry.action))")
                case .warning(let failure): heard.append("warning \(failure.cause)")
                case .failed(let failure): heard.append("failed \(failure.cause)")
                case .putBack(let entry): heard.append("put back \(name(entry.action))")
                case .notPutBack(let failure): heard.append("not put back \(failure.cause)")
                }
            })
        #expect(
            heard == [
                "begins a", "done a", "begins b", "warning b is refused", "begins c", "failed c is refused",
                "not put back a1 is refused",
            ])
    }

    /// A bridge with an address that is deleted.
    private static func deletion() throws -> (plan: Plan, name: DeviceName, bare: Link, whole: Link) {
        let name = try #require(DeviceName("xenbr0"))
        let address = LinkAddress(try #require(IPPrefix("192.0.2.10/24")))
        let row = VswitchRow(columns: ["datapath_type": .string("netdev")], members: ["xenbr0"])
        let start = VswitchState(
            bridges: ["xenbr0": row], ports: ["xenbr0": VswitchRow(members: ["xenbr0"])],
            interfaces: ["xenbr0": VswitchRow(columns: ["type": .string("internal")])])
        let bare = Link(kind: .other("tun"), mac: nil, mtu: 1500)
        var whole = bare
        whole.isUp = true
        whole.addresses = [address]
        let before = ObservedState(links: [name: whole], vswitch: start)
        let action = Action.changeVswitch(start.changes(to: VswitchState()))
        let undo = Undo.actions(takingBack: action, from: before.applying(action), to: before)
        let change = Step(action, because: "the test says so", undo: undo)
        return (Plan(steps: [step("a", undo: ["a1"]), change], start: before), name, bare, whole)
    }

    @Test
    func `devices that Open vSwitch made anew are looked at and repaired, and then all before is undone`() throws {
        let (plan, name, bare, _) = try Self.deletion()
        var recorder = Recorder(links: [name: bare])
        let report = Executor.run(plan, with: &recorder)
        #expect(recorder.log == ["a", "address of xenbr0", "a1"])
        #expect(report.fatal?.cause == "no such card; the change was put back")
        #expect(report.outcome == .rolledBack && report.notPutBack.isEmpty)
    }

    @Test
    func `devices that Open vSwitch has left alone are left alone`() throws {
        let (plan, name, _, whole) = try Self.deletion()
        var recorder = Recorder(links: [name: whole])
        #expect(Executor.run(plan, with: &recorder).notPutBack.isEmpty)
        #expect(recorder.log == ["a", "a1"])
    }

    @Test
    func `what is left of a change of Open vSwitch is listed under what could not be put back`() throws {
        let (plan, name, _, whole) = try Self.deletion()
        let refusal = TakenBack(cause: Interruption(signal: .terminate), outcome: "it stays", left: ["Bridge xenbr0"])
        var recorder = Recorder(refusal: refusal, links: [name: whole])
        let report = Executor.run(plan, with: &recorder)
        #expect(report.notPutBack.map(\.cause) == ["Bridge xenbr0"])
        #expect(report.isInterrupted)
        #expect(report.fatal?.cause == "interrupted by SIGTERM; it stays")
    }

    @Test(arguments: [false, true])
    func `rows that do not go back when a later step fails have their devices looked at, too`(goesBack: Bool) throws {
        var (plan, name, bare, whole) = try Self.deletion()
        plan.steps.append(step("c", undo: []))
        let refusal = TakenBack(cause: nil, outcome: "ovs-vswitchd does not follow", left: ["Port xenbr0"])
        var recorder = Recorder(
            failing: ["c"], refusal: nil, refusalToPutBack: goesBack ? nil : refusal,
            links: [name: goesBack ? bare : whole])
        let report = Executor.run(plan, with: &recorder)
        #expect(recorder.log == ["a", "c", "rows"] + (goesBack ? ["address of xenbr0"] : []) + ["a1"])
        #expect(report.notPutBack.map(\.cause) == (goesBack ? [] : ["ovs-vswitchd does not follow", "Port xenbr0"]))
    }

    @Test
    func `a plan that others overtook may be made again, unless something is left or the run was asked to stop`() {
        func run(_ recorder: Recorder, signalAfter steps: Int = .max) -> Report {
            var (recorder, polls) = (recorder, 0)
            return Executor.run(
                Plan(steps: [step("a", undo: ["a1"]), step("b", undo: [])]), with: &recorder,
                interrupted: {
                    polls += 1
                    return polls > steps ? Interruption(signal: .terminate) : nil
                })
        }
        #expect(run(Recorder(overtaken: ["b"])).mayBePlannedAgain)
        #expect(run(Recorder(overtaken: ["a"])).mayBePlannedAgain)
        #expect(!run(Recorder(failing: ["b"])).mayBePlannedAgain)
        #expect(!run(Recorder(failing: ["a1"], overtaken: ["b"])).mayBePlannedAgain)
        #expect(!run(Recorder()).mayBePlannedAgain)
        let interrupted = run(Recorder(overtaken: ["b"]), signalAfter: 2)
        #expect(!interrupted.mayBePlannedAgain && interrupted.isInterrupted)
        #expect(interrupted.fatal?.cause == "others were faster; interrupted by SIGTERM")
    }
}
