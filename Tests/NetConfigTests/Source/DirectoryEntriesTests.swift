@testable import NetConfigCore
@testable import NetConfigSystem
import Foundation
import Testing

@Suite("the names in a directory")
struct DirectoryEntriesTests {
    @Test
    func `are read whole, the shortest and the longest; a directory that is not there has none`() throws {
        let names = ["a", ".b", "with blank", "ü", String(repeating: "x", count: 255)]
        try TemporaryDirectory.with { directory in
            for name in names { try Data().write(to: URL(fileURLWithPath: "\(directory)/\(name)")) }
            #expect(Set(directoryEntries(directory)) == Set(names + [".", ".."]))
            #expect(directoryEntries("\(directory)/none") == [])
        }
    }
}
