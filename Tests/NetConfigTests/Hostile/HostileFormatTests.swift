import Foundation
import NetConfigTestSupport
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Plans as others read them, shells and Graphviz, with hostile values in every place where there is one.
@Suite("hostile values in formats")
struct HostileFormatTests {
    /// Text without NUL, which no script can have.
    private static let values = TestLength.turns(
        of: HostileValue.arguments.map { String(decoding: $0.bytes, as: UTF8.self) }, in: 0, brief: 4, usual: 1)

    /// Commands that only write down their words. They are links to one file that lies there already: an executable that a
    /// test has just written can be busy, for as long as a child that another test forked meanwhile holds it open.
    private static func stubs(in directory: borrowing TemporaryDirectory) throws -> String {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../testdata/words/write-words"
        ).standardizedFileURL.path
        for name in ["ip", "ovs-vsctl", "ovs-ofctl", "dhclient", "sysctl", "ethtool", "arping"] {
            try directory.link("/bin/\(name)", to: script)
        }
        return directory.path + "/bin"
    }

    /// A step for every place of a value in a script.
    private static func plan(_ value: String, _ device: DeviceName) -> Plan {
        let bond = BondAttributes(
            mode: value, miimon: 100, updelay: 0, downdelay: 0, useCarrier: true, transmitHashPolicy: value,
            lacpRate: value)
        let row = VswitchRow(columns: [
            "external_ids": .map([value: value]), "cvlans": .set([.string(value), .string("\(value)2")]),
        ])
        var client = DHCPClient(device: device, family: .v4, configuration: value, environment: ["X=\(value)"])
        client.progress = .waiting
        let actions: [Action] = [
            .createLink(device, .bond(bond), mac: nil), .createLink(device, .other(value), mac: nil),
            .setBondMode(device, value), .setBondAttributes(device, bond),
            .changeVswitch([VswitchChange(.port, "p\(value)", before: VswitchRow(), after: row)]),
            .changeVswitch([VswitchChange(.port, "new", before: nil, after: row)]),
            .replaceFile("/etc/file", before: nil, after: FileContents(value)),
            .startDHCP(client, patience: 0), .stopDHCP(client),
        ]
        var plan = Plan(steps: actions.map { Step($0, because: value, undo: [], onFailure: .warn) })
        plan.warnings = [Warning(value, value)]
        return plan
    }

    @Test(arguments: values)
    func `a printed script runs its own commands with the values as they are, and nothing else`(value: String) throws {
        let device = try #require(DeviceName("eth0"))
        let directory = try TemporaryDirectory()
        let bin = try Self.stubs(in: directory)
        let places = ShellPlaces(
            rootPrefix: directory.path, database: "/\(value)/db.sock", dhclient: "dhclient", leaseDirectory: "/leases")
        let script = Self.plan(value, device).shell(title: value, places: places)
        let file = directory.path + "/script"
        try Data(script.utf8).write(to: URL(fileURLWithPath: file))
        for shell in ["sh", "bash"] {
            let result = try ChildProcess(
                "/bin/sh",
                ["-c", "cd \"$1\" && PATH=\"$2:$PATH\" \"$3\" \"$4\" 2>&1", "sh", directory.path, bin, shell, file]
            ).run(timeLimit: .seconds(20))
            #expect(result.standardOutput.isEmpty, "\(result.standardOutput)")
            #expect(try directory.names(in: "").sorted() == ["bin", "etc", "leases", "script", "words"])
            #expect(FileManager.default.contents(atPath: directory.path + "/etc/file") == Data(value.utf8))
            let words = try #require(FileManager.default.contents(atPath: directory.path + "/words"))
                .split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
            // The name of a kind, bond mode, hash policy and LACP rate of two commands each.
            #expect(words.count { (word: String) in word.isExactly(value) } >= 7, "\(words)")
            #expect(words.contains { $0.isExactly("X=\(value)") }, "\(words)")
            #expect(words.contains { $0.isExactly("p\(value)") }, "\(words)")
            #expect(words.contains { $0.isExactly("--db=unix:/\(value)/db.sock") }, "\(words)")
            try FileManager.default.removeItem(atPath: directory.path + "/words")
        }
    }

    @Test
    func `files and devices whose bytes are no text are printed by a script byte for byte`() throws {
        let directory = try TemporaryDirectory()
        let bin = try Self.stubs(in: directory)
        let bytes = Array(UInt8.min...UInt8.max) + Array("%s\\n'\"7".utf8) + [0xFF]
        let name = try #require(DeviceName(kernel: [0x62, 0x72, 0xFF, 0x27]))
        let plan = Plan(steps: [
            Step(.replaceFile("/etc/file", before: nil, after: FileContents(bytes)), because: "", undo: []),
            Step(.setUp(name), because: "", undo: []),
        ])
        let script = plan.shell(title: "up", places: ShellPlaces(rootPrefix: directory.path))
        for shell in ["sh", "bash"] {
            _ = try ChildProcess(
                "/bin/sh",
                ["-c", "cd \"$1\" && PATH=\"$2:$PATH\" \"$3\" -c \"$4\"", "sh", directory.path, bin, shell, script]
            ).run(timeLimit: .seconds(10))
            #expect(FileManager.default.contents(atPath: directory.path + "/etc/file") == Data(bytes))
            let words = FileManager.default.contents(atPath: directory.path + "/words")
            #expect(words == Data(Array("link\0set\0dev\0".utf8) + name.bytes + Array("\0up\0".utf8)))
            try FileManager.default.removeItem(atPath: directory.path + "/words")
        }
    }

    // A word too long for the picture is broken.
    @Test(arguments: values.filter { $0.utf8.count < 60 })
    func `Graphviz draws two nodes and an edge, and they say what the values say`(value: String) throws {
        var graph = DOTGraph(name: value, title: value)
        graph.addNode("a\(value)", ["t\(value)"], .plain)
        graph.addNode("b\(value)", ["t\(value)"], .added)
        graph.addEdge("a\(value)", "b\(value)", label: value)
        let directory = try TemporaryDirectory()
        try Data(graph.text.utf8).write(to: URL(fileURLWithPath: directory.path + "/graph"))
        let drawn = try ChildProcess("/usr/bin/dot", ["-Tjson0", directory.path + "/graph"]).run(
            timeLimit: .seconds(20))
        let json = try JSONReader.read(Array(drawn.standardOutput.utf8))
        let nodes = json["objects"]?.array ?? []
        #expect(nodes.count == 2 && json["edges"]?.array?.count == 1, "\(graph.text)")
        #expect(drawn.standardError.isEmpty, "\(drawn.standardError)")
        let known: Set = [
            "_gvid", "name", "color", "penwidth", "fontname", "fontsize", "label", "shape", "pos", "height", "width",
            "lp",
            "tail", "head",
        ]
        for part in nodes + (json["edges"]?.array ?? []) {
            #expect(try Set(#require(part.object).keys).isSubset(of: known), "\(part)")
        }
    }

    @Test(arguments: values)
    func `JSON reads back as it was`(value: String) throws {
        let json = JSON.object(["k\(value)": .array([.string(value)])])
        for text in [json.text, json.line] {
            let read = try JSONReader.read(Array(text.utf8))
            #expect(read.object?.keys.first?.isExactly("k\(value)") == true)
            #expect(read.object?.values.first?.array?.first?.string?.isExactly(value) == true, "\(text)")
        }
    }
}
