import Foundation
import NetConfigTestSupport
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Records beside state, as trees and as text.
@Suite struct OverviewTests {
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL.path

    /// The cases among the golden plans whose overviews are recorded: what they start from, not what they plan.
    private static let recorded = [
        "physical-openvswitch-up-from-nothing", "physical-openvswitch-up-from-half",
        "vlan-on-bond-bridge-up-from-right",
        "switch-dhcp-to-static-bridge", "ethtool-settings-bridge", "mtu-bad-values",
        "bond-options-bad-values-openvswitch",
        "routes-changed-openvswitch", "guest-at-conflict-openvswitch", "vlan-on-the-wrong-bridge",
        "unmanaged-openvswitch", "bridgeless-bridge-up-from-right", "gateway-elsewhere", "secure-mode-becomes-so",
        "routes-bad",
        "tunnel-openvswitch-up-from-right", "vlan-link-with-another-tag", "bond-lost-a-slave",
        "switch-slave-to-bond-bridge",
    ]

    private static func overview(_ input: PlannerInput, _ state: ObservedState? = nil) throws -> Overview {
        try Overview(of: input.model, facts: input.facts, state: state ?? input.observed, source: "network.dbcache")
    }

    @Test(arguments: recorded)
    func `an overview is the one that was recorded and read by a person`(_ name: String) throws {
        let overview = try Self.overview(GoldenCase(name).input())
        let text = "\(overview.text())\nshow --why\n\(overview.text(why: true))"
        let file = "\(Self.repository)/testdata/show/\(name).txt"
        let golden = try? String(contentsOfFile: file, encoding: .utf8)
        if Self.isRecording, text != golden {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name).txt: read it line by line")
        }
        #expect(text == golden, "RECORD_GOLDEN=1 records it; then read it line by line")
    }

    @Test func `text fits 80 columns, with all that there is to say`() throws {
        var examined = 0
        for golden in GoldenCase.all {
            let overview = try Self.overview(golden.input())
            for line in (overview.text() + overview.text(why: true)).split(separator: "\n") {
                #expect(line.count <= 80, "\(golden.name): \(line)")
                examined += 1
            }
        }
        #expect(examined > 1000)
    }

    @Test func `what a plan leads to is shown as configured`() throws {
        var examined = 0
        for golden in GoldenCase.all {
            let input = try golden.input()
            // What cannot be used is not there, and is shown so.
            guard let request = input.requests.first, request.verb == .up, let plan = try? input.plan(),
                let pif = input.model.pifs[request.pif], plan.warnings.isEmpty,
                plan.shortfalls.isEmpty
            else { continue }
            let overview = try Overview(
                of: input.model, facts: input.facts, state: plan.end, only: input.model.ipDevice(of: pif)?.text,
                source: "network.dbcache")
            let settings = overview.nodes.flatMap(\.settingsOfNetwork)
            // A plan does not know which lease there will be.
            let drift = settings.filter { $0.isDrift && $0.actual != "no lease" }
            #expect(!settings.isEmpty && drift.isEmpty, "\(golden.name): \(drift)")
            examined += 1
        }
        #expect(examined > 100)
    }

    @Test func `JSON is what its schema says, and Graphviz draws every overview`() throws {
        let directory = try TemporaryDirectory()
        for golden in TestLength.turns(of: GoldenCase.all, in: 0, brief: 4, usual: 1) {
            let overview = try Self.overview(golden.input())
            try overview.json.write(toFile: "\(directory.path)/\(golden.name).json", atomically: false, encoding: .utf8)
            try overview.dot.write(toFile: "\(directory.path)/\(golden.name).dot", atomically: false, encoding: .utf8)
        }
        let script = """
            import json, sys, jsonschema
            validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
            for path in sys.argv[2:]:
                for error in validator.iter_errors(json.load(open(path))):
                    print(path, error.message[:300])
            """
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).map {
            "\(directory.path)/\($0)"
        }
        #expect(files.count > 100)
        let schema = "\(Self.repository)/docs/show.schema.json"
        let found = try ChildProcess(
            "/usr/bin/python3", ["-c", script, schema] + files.filter { $0.hasSuffix(".json") }
        ).run(timeLimit: .seconds(120)).standardOutput
        #expect(found == "")
        try ChildProcess("/usr/bin/dot", ["-Tsvg", "-O"] + files.filter { $0.hasSuffix(".dot") })
            .run(timeLimit: .seconds(120))
    }

    // MARK: Many VLANs

    /// A host with a card and so many VLANs, all of them up.
    private func host(vlans: Int) throws -> (model: NetworkModel, state: ObservedState) {
        var records = """
            <pif ref='p'><device>eth0</device><network>n</network><management>True</management></pif>
            <network ref='n'><bridge>xenbr0</bridge></network>
            """
        var state = ObservedState(vswitch: VswitchState())
        func add(_ name: String, _ row: VswitchRow) throws {
            let device = try #require(DeviceName(name))
            state.links[device] = Link(kind: .other(name == "eth0" ? nil : "openvswitch"), isUp: true)
            state.vswitch?.ports[name] = row
            state.vswitch?.interfaces[name] = VswitchRow(columns: name == "eth0" ? [:] : ["type": .string("internal")])
        }
        var ports = ["eth0", "xenbr0"]
        try add("eth0", VswitchRow(members: ["eth0"]))
        try add("xenbr0", VswitchRow(members: ["xenbr0"]))
        for tag in 1...vlans {
            records += """
                <pif ref='v\(tag)'><device>eth0</device><VLAN>\(tag)</VLAN><network>n\(tag)</network></pif>
                <network ref='n\(tag)'><bridge>xapi\(tag)</bridge></network>
                <vlan ref='w\(tag)'><tagged_PIF>p</tagged_PIF><untagged_PIF>v\(tag)</untagged_PIF></vlan>
                """
            let columns: [String: OVSDBValue] = ["tag": .integer(tag), "fake_bridge": .boolean(true)]
            try add("xapi\(tag)", VswitchRow(columns: columns, members: ["xapi\(tag)"]))
            ports.append("xapi\(tag)")
        }
        state.vswitch?.bridges["xenbr0"] = VswitchRow(columns: ["fail_mode": .string("standalone")], members: ports)
        let attached = ports.dropFirst().map { "\($0)\n" }.joined()
        state.files[HostFile.attached] = FileContents(attached)
        return (try NetworkModel(records: records), state)
    }

    private func lines(_ model: NetworkModel, _ state: ObservedState) throws -> [Substring] {
        try Overview(of: model, facts: HostFacts(datapath: .openvswitch), state: state, source: "cache").text()
            .split(separator: "\n")
    }

    @Test
    func `a management network that is not attached is drift, any other is not`() throws {
        var (model, state) = try host(vlans: 1)
        state.files[HostFile.attached] = nil
        (state.links, state.vswitch) = ([:], VswitchState())
        for (pif, isDrift) in [("p", true), ("v1", true)] + [(nil, false)] as [(String?, Bool)] {
            for ref in model.pifs.keys { model.pifs[ref]?.management = ref.text == pif }
            let overview = try Overview(
                of: model, facts: HostFacts(datapath: .openvswitch), state: state, source: "cache")
            #expect(overview.hasDrift == isDrift)
            #expect(overview.json.contains("\"drift\":\(isDrift)") || overview.json.contains("\"drift\": \(isDrift)"))
            #expect(overview.verdict == (isDrift ? "the management network is not attached" : "nothing is attached"))
        }
    }

    @Test(arguments: [1, 10])
    func `a few VLANs have a line each`(_ count: Int) throws {
        let (model, state) = try host(vlans: count)
        let lines = try lines(model, state)
        #expect(lines.count == 4 + count, "\(lines.joined(separator: "\n"))")
        #expect(lines.contains { $0.contains("xapi\(count)  VLAN \(count) ") && $0.hasSuffix("as configured") })
    }

    @Test func `of 800 VLANs those that differ are shown, and the others are counted`() throws {
        var (model, state) = try host(vlans: 800)
        #expect(try lines(model, state).count == 6)
        for tag in [7, 9] {
            let device = try #require(DeviceName("xapi\(tag)"))
            state.links[device]?.isUp = false
        }
        model.pifs[try #require(Ref("v400"))]?.managed = false
        let attached = try #require(state.files[HostFile.attached])
        state.files[HostFile.attached] = FileContents(attached.text.replacing("xapi500\n", with: ""))
        let text = try lines(model, state).joined(separator: "\n")
        #expect(text.contains("!   800 VLANs"), "\(text)")
        #expect(text.contains("797 as configured: 1-6, 8, 10-399, 401-499, 501-800") || text.contains("796 as"))
        #expect(text.contains("2 not as configured: 7, 9"))
        #expect(text.contains("1 not attached: 500") && text.contains("1 not managed: 400"))
        #expect(text.contains("!     xapi7  VLAN 7") && text.contains("!     xapi9  VLAN 9"))
        #expect(text.split(separator: "\n").count < 24, "it fits a terminal: \(text)")
    }

    @Test func `VLANs without number that differ do not fill the screen`() throws {
        var (model, state) = try host(vlans: 800)
        for name in state.links.keys where name.text.hasPrefix("xapi") { state.links[name]?.isUp = false }
        model.warnings = []
        let text = try lines(model, state)
        #expect(text.count < 40)
        #expect(text.contains { $0.contains("and 795 more") })
    }

    // MARK: What was asked for

    @Test func `one network can be shown alone, with all its settings`() throws {
        let input = try GoldenCase("vlan-on-bond-bridge-up-from-right").input()
        let overview = try Overview(
            of: input.model, facts: input.facts, state: input.observed, only: "xapi5", source: "cache")
        #expect(overview.nodes.map(\.name) == ["xapi5"])
        #expect(overview.text(details: true).contains("tag"))
    }

    @Test func `a name that there is not is an error with the nearest names`() throws {
        let (model, state) = try host(vlans: 800)
        let error = try #require(throws: UnknownBridge.self) {
            try Overview(
                of: model, facts: HostFacts(datapath: .openvswitch), state: state, only: "xapi80o", source: "cache")
        }
        #expect(error.description.contains("the closest of 801 known names: xapi80, xapi800"), "\(error)")
        #expect(UnknownBridge.distance("kitten", "sitting") == 3)
        #expect(UnknownBridge(name: "a", known: []).description.hasSuffix("known names: none"))
    }

    @Test func `without Open vSwitch the rest is shown, and nothing is called wrong that cannot be seen`() throws {
        var (model, state) = try host(vlans: 1)
        state.vswitch = nil
        model.warnings = []
        let overview = try Overview(
            of: model, facts: HostFacts(datapath: .openvswitch), state: state, source: "cache",
            remarks: ["cannot query Open vSwitch"])
        #expect(!overview.nodes.isEmpty && !overview.nodes.contains { $0.hasDrift })
        let text = overview.text(why: true)
        #expect(text.contains("note: cannot query Open vSwitch") && text.contains("unknown"))
    }

    @Test func `colour is around the words only`() throws {
        let overview = try Self.overview(GoldenCase("vlan-on-the-wrong-bridge").input())
        let coloured = overview.text(why: true, paint: Paint(isOn: true))
        #expect(coloured.contains("\u{1B}["))
        let plain = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "").split(separator: "\n").map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        #expect(plain == overview.text(why: true).split(separator: "\n").map(String.init))
    }
}
