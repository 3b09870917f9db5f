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
        let records = try NetworkModel(cache: cache)
        let state = ObservedState(cardsOf: records, datapath: .openvswitch)
        print(try records.plan(.up, ["xenbr0"], from: state).text(undo: true))
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
        #expect(code.count == 5)
        let tested = try Self.text("Tests/NetConfigTests/DocumentationTests.swift")
        for line in code {
            let words = line.drop { $0 == " " }.replacing("\"/var/xapi/network.dbcache\"", with: "cache")
            #expect(tested.contains(words), "\(words)")
        }
    }
}
