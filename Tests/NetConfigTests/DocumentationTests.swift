import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// The example on the first page of the library's documentation, as a reader would use it.
@Suite struct DocumentationTests {
    private static func example(_ cache: String) throws -> String {
        var output = ""
        func print(_ text: String) { output += text }
        // The lines of the page, but for the cache's path.
        let model = try CacheReader.read(contentsOf: cache)
        let pif = try model.pif(named: "xenbr0")
        var observed = ObservedState(vswitch: VswitchState())
        observed.links[pif.device] = Link(kind: .other(nil), mac: pif.mac)
        let plan = try Planner.plan(
            Request(.up, pif.ref), model: model, facts: HostFacts(datapath: .openvswitch), observed: observed)
        print(plan.text())
        return output
    }

    private static func text(_ path: String) throws -> String {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        return try String(contentsOf: directory.appending(path: path), encoding: .utf8)
    }

    @Test func `the example compiles and plans an up`() throws {
        let output = try Self.example(CacheSample("original.xml").path)
        #expect(output.contains("set xenbr0 up  # ") && output.hasSuffix("no bridge loses traffic\n"), "\(output)")
    }

    @Test func `the example on the page is the one that is tested`() throws {
        let page = try Self.text("Sources/NetConfig/NetConfig.docc/NetConfig.md")
        let code = page.components(separatedBy: "```")[1].split(separator: "\n").dropFirst()
        #expect(code.count == 7)
        let tested = try Self.text("Tests/NetConfigTests/DocumentationTests.swift")
        for line in code {
            let words = line.drop { $0 == " " }.replacing("\"/var/xapi/network.dbcache\"", with: "cache")
            #expect(tested.contains(words), "\(words)")
        }
    }
}
