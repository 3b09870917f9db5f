@testable import NetConfigCore
@testable import NetConfigSystem
import Foundation
import Testing

@Suite("The names in a folder")
struct FolderEntriesTests {
    @Test("are read whole, the shortest and the longest; a folder that is not there has none")
    func names() throws {
        let names = ["a", ".b", "with blank", "ü", String(repeating: "x", count: 255)]
        try TemporaryFolder.with { folder in
            for name in names { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
            #expect(Set(folderEntries(folder)) == Set(names + [".", ".."]))
            #expect(folderEntries("\(folder)/none") == [])
        }
    }
}
