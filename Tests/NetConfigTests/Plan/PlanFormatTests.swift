import Foundation
import NetConfigTestSupport
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The forms of a plan that programs read, over all golden cases.
@Suite struct PlanFormatTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL.path

    /// The golden cases that lead to a plan.
    private static let plans = GoldenCase.all.compactMap { golden in
        (try? golden.input().plan()).map { (name: golden.name, plan: $0) }
    }

    /// Writes plans into a directory, and runs a program on the files.
    private func check(_ program: String, _ arguments: [String], _ render: (Plan) -> String) throws -> String {
        let directory = try TemporaryDirectory()
        #expect(Self.plans.count > 200)
        for (name, plan) in TestLength.turns(of: Self.plans, in: 0, brief: 4, usual: 1) {
            try Data(render(plan).utf8).write(to: URL(filePath: "\(directory.path)/\(name)"))
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).map {
            "\(directory.path)/\($0)"
        }
        return try ChildProcess(FilePath(program), arguments + files).run(timeLimit: .seconds(120)).standardOutput
    }

    @Test func `every plan's JSON is what the schema says`() throws {
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            validator = kind(schema)
            for path in sys.argv[2:]:
                for error in validator.iter_errors(json.load(open(path))):
                    print(path, error.json_path, error.message[:300])
            """
        let schema = "\(Self.repository)/docs/plan.schema.json"
        let found = try check("/usr/bin/python3", ["-c", script, schema], \.json)
        #expect(found == "")
    }

    @Test func `the schema refuses what is no plan`() throws {
        let script = """
            import json, sys, jsonschema
            schema, plan = json.load(open(sys.argv[1])), json.load(sys.stdin)
            def broken(change):
                copy = json.loads(json.dumps(plan))
                change(copy)
                return not jsonschema.Draft202012Validator(schema).is_valid(copy)
            print(broken(lambda p: None), broken(lambda p: p.pop("steps")), broken(lambda p: p.update(version=2)),
                  broken(lambda p: p["steps"][0].pop("reason")), broken(lambda p: p["steps"][0].update(to="x")),
                  broken(lambda p: p["steps"][0].update(more=1)), broken(lambda p: p["steps"][0].pop("device")))
            """
        let plan = try GoldenCase("physical-bridge-up-from-nothing").input().plan()
        let output = try ChildProcess(
            "/usr/bin/python3", ["-c", script, "\(Self.repository)/docs/plan.schema.json"], input: plan.json
        ).run(timeLimit: .seconds(60)).standardOutput
        #expect(output == "False True True True True True True\n")
    }

    @Test func `Graphviz draws every plan`() throws {
        _ = try check("/usr/bin/dot", ["-Tsvg", "-O"]) { $0.dot(title: "a \"quoted\" \\title") }
    }

    @Test func `a shell can read every plan's commands`() throws {
        let loop = "for file; do sh -n \"$file\" || echo \"$file\"; done"
        #expect(try check("/bin/sh", ["-c", loop, "sh"]) { $0.shell(title: "a\ntitle") } == "")
    }

    @Test func `each action says from what to what, and why`() throws {
        let plan = try GoldenCase("mtu-lowered-below-vlan-bridge").input().plan()
        let line = "set eth0 mtu 1500 (was 9000)"
        #expect(plan.text().contains("\(line)  # MTU of network xenbr0 (may fail)\n"))
        #expect(
            plan.shell(title: "").contains(
                "\n# \(line): MTU of network xenbr0\n{ ip link set dev eth0 mtu 1500;\n} || echo"))
        #expect(plan.dot(title: "").contains("\(line): MTU of network xenbr0\\l"))
        let json = try JSONReader.read(Array(plan.json.utf8))
        let step = try #require(json["steps"]?.array?.first { $0["device"]?.string == "eth0" })
        #expect(step["from"] == .integer(9000) && step["to"] == .integer(1500))
        #expect(step["reason"] == .string("MTU of network xenbr0") && step["on_failure"] == .string("warn"))
    }

    @Test func `every format says which rows and lines of files change`() throws {
        var examined = 0
        for (name, plan) in Self.plans {
            let shell = Set(plan.shell(title: "").split(separator: "\n"))
            // A label may be broken between its words.
            func words(_ text: String) -> String { text.filter { !" \\\"l".contains($0) } }
            let dot = words(plan.dot(title: ""))
            for line in plan.steps.flatMap({ $0.action.lines.dropFirst() }) {
                #expect(shell.contains("#     \(line)"), "\(name): \(line)")
                #expect(dot.contains(words(line)), "\(name): \(line)")
                examined += 1
            }
        }
        #expect(examined > 1000)
    }

    @Test func `a plan that changes nothing says so in one line`() throws {
        let plan = try GoldenCase("physical-openvswitch-up-from-right").input().plan()
        let sentence = "nothing to do: everything is configured already"
        #expect(plan.text() == "\(sentence)\n")
        #expect(plan.shell(title: "up").split(separator: "\n").dropFirst(2) == ["# \(sentence)"])
        #expect(plan.dot(title: "up").contains("up: nothing to do"))
        #expect(plan.json.contains("\"changes\": false"))
    }

    @Test func `what comes from outside stays within quotation marks and comments`() throws {
        let name = try #require(DeviceName("a'\"\\$(x)`;&#"))
        let evil = "line\nreboot # \u{1B}[2J"
        var plan = Plan(steps: [
            Step(.setMTU(name, 9000), because: evil, undo: []),
            Step(.setOffload(name, .gro, false), because: evil, undo: [], onFailure: .warn),
            Step(.replaceFile("/etc/a b'c", before: nil, after: FileContents("it's\n$(x)\n")), because: evil, undo: []),
            Step(
                .changeVswitch([
                    VswitchChange(
                        .port, name.text, before: VswitchRow(),
                        after: VswitchRow(columns: ["external_ids": .map(["k\"'": evil])]))
                ]), because: evil, undo: []),
        ])
        plan.warnings = [Warning(evil, evil)]
        // The commands are replaced by ones that print their arguments: nothing else may be run.
        let stubs = ["ip", "ethtool", "ovs-vsctl", "mkdir", "reboot", "x"].map {
            "\($0 == "ovs-vsctl" ? "ovs_vsctl" : $0)() { printf '%s|' \($0) \"$@\"; echo; }\n"
        }.joined()
        let directory = try TemporaryDirectory()
        let script = plan.shell(title: evil, places: ShellPlaces(rootPrefix: directory.path))
            .replacing("ovs-vsctl", with: "ovs_vsctl")
        let stripped = script.split(separator: "\n", maxSplits: 1)[1]
        let made = try ChildProcess("/bin/sh", ["-c", "mkdir -p '\(directory.path)/etc'; \(stubs)\(stripped)"])
            .run(timeLimit: .seconds(10)).standardOutput.split(separator: "\n")
        #expect(made.count == 4, "\(made)")
        #expect(made.first == "ip|link|set|dev|\(name)|mtu|9000|")
        #expect(made[1] == "ethtool|-K|\(name)|gro|off|")
        #expect(made[2].hasPrefix("mkdir|"))
        #expect(made[3].contains("|set|Port|\(name)|external_ids={\"k\\\"'\"=\"line\\nreboot # \\u001b[2J\"}|"))
        #expect(try String(contentsOfFile: "\(directory.path)/etc/a b'c", encoding: .utf8) == "it's\n$(x)\n")
        for text in [plan.text(undo: true), plan.dot(title: evil)] { #expect(!text.contains("\u{1B}")) }
    }

    @Test func `a name that commands would take for an option makes no script`() throws {
        let name = try #require(DeviceName("--help"))
        let script = Plan(steps: [Step(.setUp(name), because: "", undo: [])]).shell(title: "up")
        #expect(script.contains("exit 1") && !script.contains("ip link"))
    }

    @Test func `colour is where it was asked for, and then only around the words`() throws {
        let plan = try GoldenCase("switch-dhcp-to-static-bridge").input().plan()
        let coloured = plan.text(paint: Paint(isOn: true))
        #expect(coloured.contains("\u{1B}["))
        #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plan.text())
    }
}
