import Testing

@testable import NetConfigCore

/// How long an outage will take, by what earlier runs took.
@Suite struct PredictionTests {
    private static let device = DeviceName("eth0")

    /// A plan of these kinds of step with an outage that is away during some of them.
    private func plan(
        _ actions: [Action], away: [ClosedRange<Int>], isLasting: Bool = false
    ) throws -> Plan {
        var outage = Outage(try #require(Self.device), step: 1, because: "a test", isLasting: isLasting)
        outage.awaySteps = away
        return Plan(steps: actions.map { Step($0, because: "a test", undo: []) }, outages: [outage])
    }

    private func actions() throws -> [Action] {
        let device = try #require(Self.device)
        return [.setDown(device), .setMTU(device, 9000), .setUp(device), .setMTU(device, 1500)]
    }

    private func prediction(
        _ durations: [String: [Duration]], away: [ClosedRange<Int>], isLasting: Bool = false
    ) throws -> Outage.Prediction? {
        var plan = try plan(actions(), away: away, isLasting: isLasting)
        plan.predictOutages(by: MeasuredDurations(durations))
        return plan.outages?.first?.prediction
    }

    @Test func `a kind of action takes its median`() {
        func median(_ milliseconds: Int...) -> Duration? {
            MeasuredDurations(["set-mtu": milliseconds.map { .milliseconds($0) }]).median(of: "set-mtu")
        }
        #expect(median() == nil)
        #expect(median(7) == .milliseconds(7))
        #expect(median(9, 1) == .milliseconds(5))
        #expect(median(4000, 1, 3) == .milliseconds(3))
        #expect(MeasuredDurations().median(of: "set-mtu") == nil)
    }

    @Test func `an outage takes the sum of its steps, and of no others`() throws {
        let durations: [String: [Duration]] = ["set-state": [.milliseconds(1)], "set-mtu": [.milliseconds(10)]]
        #expect(try prediction(durations, away: [1...3]) == .about(.milliseconds(12)))
        #expect(try prediction(durations, away: [1...1, 4...4]) == .about(.milliseconds(11)))
        #expect(try prediction(durations, away: [1...4]) == .about(.milliseconds(22)))
    }

    @Test func `where one of its steps was never measured there is no prediction`() throws {
        #expect(try prediction([:], away: [1...3]) == .notMeasured)
        #expect(try prediction(["set-state": [.milliseconds(1)]], away: [1...3]) == .notMeasured)
        #expect(try prediction(["set-state": []], away: [1...1]) == .notMeasured)
        #expect(try prediction(["set-state": [.milliseconds(1)]], away: [1...1]) == .about(.milliseconds(1)))
    }

    @Test func `an outage that lasts has no end to predict`() throws {
        let durations: [String: [Duration]] = ["set-state": [.milliseconds(1)], "set-mtu": [.milliseconds(1)]]
        #expect(try prediction(durations, away: [], isLasting: true) == nil)
    }

    @Test func `steps that a plan does not have are no reason to crash`() throws {
        let durations: [String: [Duration]] = ["set-state": [.milliseconds(1)], "set-mtu": [.milliseconds(1)]]
        #expect(try prediction(durations, away: [0...99]) == .about(.milliseconds(4)))
        var empty = Plan(outages: try plan([], away: [1...1]).outages)
        empty.predictOutages(by: MeasuredDurations(durations))
        #expect(empty.outages?.first?.prediction == nil)
    }

    @Test(arguments: [
        (Duration.microseconds(3), "1 ms"), (.milliseconds(12), "12 ms"), (.microseconds(12_001), "13 ms"),
        (.microseconds(999_900), "1.0 s"), (.milliseconds(2540), "2.5 s"), (.seconds(31), "31.0 s"),
    ])
    func `an estimate is rough`(_ duration: Duration, _ text: String) {
        #expect(duration.roughText == text)
    }

    @Test func `JSON has the prediction in milliseconds, and null where there is none`() throws {
        var plan = try plan(actions(), away: [1...2])
        #expect(plan.json.contains("\"predicted_ms\": null"))
        #expect(plan.json.contains("\"until\": 2"))
        plan.predictOutages(by: MeasuredDurations(["set-state": [.microseconds(1500)], "set-mtu": [.milliseconds(2)]]))
        #expect(plan.json.contains("\"predicted_ms\": 3.5"))
    }

    /// Every golden plan: the planner's word for when an outage ends agrees with the states that the plan goes through.
    @Test func `an outage that ends has steps that begin with the one that interrupts it`() throws {
        var examined = 0
        for golden in GoldenCase.all {
            guard let plan = try? golden.input().plan() else { continue }
            for outage in plan.outages ?? [] {
                #expect(outage.awaySteps.isEmpty == outage.isLasting, "\(golden.name): \(outage.bridge)")
                guard let first = outage.awaySteps.first, let last = outage.awaySteps.last else { continue }
                #expect(first.lowerBound == outage.step, "\(golden.name): \(outage.bridge)")
                #expect(last.upperBound <= plan.steps.count, "\(golden.name): \(outage.bridge)")
                examined += 1
            }
        }
        #expect(examined > 15)
    }

    @Test(arguments: [
        // The card restarts, and nothing else is lost.
        ("mtu-lowered-below-vlan-bridge", "xenbr0", [2...2]),
        // The bond goes down for its LACP rate, and comes up again.
        ("switch-bond-lacp-rate", "xapi1", [1...3]),
        // The address goes when the client stops, and comes with the next one.
        ("dhcp-configuration-changed", "xenbr0", [1...2]),
    ])
    func `it ends with the step that lets traffic pass again`(
        _ name: String, _ bridge: String, _ steps: [ClosedRange<Int>]
    ) throws {
        let plan = try GoldenCase(name).input().plan()
        let outage = try #require(plan.outages?.first { $0.bridge.text == bridge })
        #expect(outage.awaySteps == steps, "\(plan.text())")
    }
}
