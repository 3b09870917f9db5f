import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// `check` on caches, as an administrator or a program calls it.
@Suite("check")
struct CheckTests {
    private func check(_ cache: String, _ arguments: String...) throws -> Program.Result {
        let path = cache.hasPrefix("/") ? cache : "\(Program.testdata)/cache/\(cache)"
        return try Program.run(["check", "--root-prefix", ".", "--cache", path] + arguments)
    }

    @Test(arguments: ["movement.xml", "installer.xml"])
    func `a cache that is in order is exit 0 and one line`(_ name: String) throws {
        let result = try check(name)
        #expect(result.status == 0 && result.errors.isEmpty)
        #expect(result.output.contains(": no errors in "), "\(result.output)")
        #expect(result.output.split(separator: "\n").count == 1, "\(result.output)")
    }

    @Test
    func `errors are exit 1, and all of them are said`() throws {
        let result = try check("broken/many-at-once.xml")
        #expect(result.status == 1 && result.errors.isEmpty)
        #expect(result.output.contains("many-at-once.xml:17:3: error: pif OpaqueRef:q, field ip_configuration_mode:"))
        #expect(result.output.contains("many-at-once.xml: 7 errors, 3 warnings in 2 PIFs"), "\(result.output)")
    }

    @Test
    func `warnings alone are exit 0`() throws {
        let result = try check("broken/bad-ethtool.xml")
        #expect(result.status == 0)
        #expect(result.output.contains("bad-ethtool.xml:11:4: warning: PIF eth0: other_config:ethtool-speed 'fast'"))
    }

    @Test(arguments: ["/nonexistent/cache", "/dev/null", "/etc"])
    func `a file that cannot be read is an error with advice`(_ path: String) throws {
        let result = try check(path)
        #expect(result.status == 1)
        #expect(result.output.contains("error: cannot read \(path)") && result.output.contains("to do: "))
    }

    @Test
    func `a last good copy is told of where the cache itself is broken`() throws {
        let directory = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.copyItem(
            atPath: "\(Program.testdata)/cache/original.xml", toPath: "\(directory)/cache.last-good")
        try Data("<xenserver".utf8).write(to: URL(fileURLWithPath: "\(directory)/cache"))
        let result = try check("\(directory)/cache")
        #expect(result.status == 1)
        #expect(result.output.contains("warning: its last good copy \(directory)/cache.last-good is used"))
    }

    @Test(arguments: ["original.xml", "broken/many-at-once.xml", "broken/bad-mtu.xml"])
    func `JSON is what its schema says`(_ name: String) throws {
        let result = try check(name, "--format=json")
        let script = """
            import json, sys, jsonschema
            document = json.load(sys.stdin)
            jsonschema.validate(document, json.load(open(sys.argv[1])))
            print(document["errors"], document["warnings"], len(document["findings"]))
            """
        let schema = Program.testdata + "/../docs/check.schema.json"
        let counts = try ChildProcess("/usr/bin/python3", ["-c", script, schema], input: result.output)
            .run(timeLimit: .seconds(30)).standardOutput
        let expected = ["original.xml": "0 1 1\n", "broken/bad-mtu.xml": "0 3 3\n"]
        #expect(counts == expected[name, default: "7 3 10\n"])
    }
}
