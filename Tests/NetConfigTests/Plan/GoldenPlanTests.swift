import Foundation
import Testing

@testable import NetConfigCore

@Suite struct GoldenPlanTests {
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

    @Test
    func `there are cases of each topic, and no two of one name`() {
        #expect(GoldenCase.all.count > 300)
        #expect(GoldenCase.topics.count > 8)
        #expect(Set(GoldenCase.all.map(\.name)).count == GoldenCase.all.count)
    }

    @Test(arguments: GoldenCase.all)
    func `a plan is the one that was recorded and read by a person`(_ golden: GoldenCase) throws {
        let files = golden.presentFiles
        #expect(
            files == GoldenCase.files || Self.isRecording && files == GoldenCase.files.filter { $0 != "plan.txt" },
            "a case has the files \(GoldenCase.files.joined(separator: ", ")) and no others")
        let text = Self.text(try golden.input())
        guard Self.isRecording, text != golden.recorded else {
            #expect(text == golden.recorded, "RECORD_GOLDEN=1 records it; then read it line by line")
            return
        }
        try golden.record(text)
        Issue.record("recorded plan.txt: read it line by line")
    }

    @Test(arguments: GoldenCase.all)
    func `a plan that is for no run has the same actions and refusals`(_ golden: GoldenCase) throws {
        let input = try golden.input()
        let (whole, bare) = (Self.decided(input, isForRun: true), Self.decided(input, isForRun: false))
        #expect(bare.actions == whole.actions)
        #expect(bare.refusals == whole.refusals)
    }

    private static func decided(_ input: PlannerInput, isForRun: Bool) -> (actions: [Action], refusals: [String]) {
        let joint = Planner.plan(
            input.requests, model: input.model, facts: input.facts, observed: input.observed, isForRun: isForRun)
        return (joint.plan.steps.map(\.action), joint.refusals.map { "\($0)" })
    }

    /// The plan with its undo, and below it what the files that it writes will hold.
    private static func text(_ input: PlannerInput) -> String {
        do throws(PlanError) {
            let plan = try input.plan()
            return plan.text(undo: true) + plan.steps.compactMap { rendition(of: $0.action) }.joined()
        } catch {
            return "error: \(error)\n"
        }
    }

    private static func rendition(of action: Action) -> String? {
        switch action {
        case .replaceFile(let path, _, let after?): "\n--- \(path)\n\(after.text)"
        case .startDHCP(let client, _):
            "\n--- configuration of the \(client.family.dhcpName) client on \(client.device)\n\(client.configuration)"
                + "environment: \(client.environment.joined(separator: " "))\n"
        default: nil
        }
    }
}
