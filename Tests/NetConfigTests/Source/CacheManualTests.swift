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

    @Test(arguments: RecordKind.allCases)
    func `it describes every field that is read, below its record`(_ kind: RecordKind) throws {
        let sections = page.components(separatedBy: "\n.Ss ")
        let section = try #require(sections.first { $0.prefix { $0.isLetter } == kind.rawValue })
        let described = section.matches(of: #/\n\.It Sy (.*)/#)
            .flatMap { $0.1.split(separator: " , ").map(String.init) }
        let read = Set(CacheSchema.fields(of: kind).keys)
        #expect(read.subtracting(described) == [])
        // Written for the original, which would miss it.
        #expect(Set(described).subtracting(read).subtracting(["currently_attached"]) == [])
    }

    @Test(arguments: OtherConfig.Owner.allCases)
    func `it describes exactly the keys of other_config that are used`(_ owner: OtherConfig.Owner) throws {
        var described = try describedKeys(of: owner)
        if owner == .network { described.formUnion(try describedKeys(of: .pif).filter { $0.hasPrefix("ethtool-") }) }
        #expect(described == Set(OtherConfigKey.allCases.filter { $0.owners.contains(owner) }.map(\.rawValue)))
    }

    private func describedKeys(of owner: OtherConfig.Owner) throws -> Set<String> {
        let title = [.pif: "of a PIF\n", .network: "of a network\n", .pool: "of the pool\n"][owner] ?? ""
        let section = try #require(page.components(separatedBy: "\n.Ss Keys of other_config\n").last)
        let items = section.components(separatedBy: "\n.El\n")[0].components(separatedBy: "\n.It ")
        let item = try #require(items.first { $0.hasPrefix(title) })
        let words = item.split(separator: "\n").filter { $0.hasPrefix(".Sy ") }.flatMap {
            $0.dropFirst(4).split(separator: " ")
        }
        var (keys, prefix): (Set<String>, String) = ([], "")
        // The offloads and link settings stand behind their common beginning; `bond-` alone stands for any other option.
        for word in words where word.contains(where: \.isLetter) && word != "bond-" {
            if word == "ethtool-" { prefix = "ethtool-" } else { keys.insert(prefix + word) }
        }
        return keys
    }

    @Test
    func `its example is a cache that nothing is wrong with`() throws {
        let example = try #require(page.firstMatch(of: #/\n\.Bd -literal\n((?:.*\n)*?)\.Ed\n/#)).1
        let model = try CacheReader.read(Array(example.utf8), name: "example")
        #expect(model.warnings == [])
        #expect(model.pifs.count == 1 && model.networks.count == 1)
    }
}
