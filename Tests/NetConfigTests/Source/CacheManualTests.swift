import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The manual page of the cache against the code that reads it.
@Suite("the cache's manual page")
struct CacheManualTests {
    private let page: String

    init() throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/man")
        page = try String(contentsOf: directory.appending(path: "network.dbcache.5"), encoding: .utf8)
    }

    @Test("it describes every field that is read, below its record", arguments: RecordKind.allCases)
    func fields(_ kind: RecordKind) throws {
        let sections = page.components(separatedBy: "\n.Ss ")
        let section = try #require(sections.first { $0.prefix { $0.isLetter } == kind.rawValue })
        let described = section.matches(of: #/\n\.It Sy (.*)/#)
            .flatMap { $0.1.split(separator: " , ").map(String.init) }
        let read = Set(CacheSchema.fields(of: kind).keys)
        #expect(read.subtracting(described) == [])
        // Written for the original, which would miss it.
        #expect(Set(described).subtracting(read).subtracting(["currently_attached"]) == [])
    }

    @Test("its example is a cache that nothing is wrong with")
    func example() throws {
        let example = try #require(page.firstMatch(of: #/\n\.Bd -literal\n((?:.*\n)*?)\.Ed\n/#)).1
        let model = try CacheReader.read(Array(example.utf8), name: "example")
        #expect(model.warnings == [])
        #expect(model.pifs.count == 1 && model.networks.count == 1)
    }
}
