import Foundation
import SystemPackage
import Testing

@testable import NetConfigSystem

/// Links that another user can have made need one: as root, and else one's own alone.
@Suite("Links to what is written")
struct TrustedLinksTests {
    @Test(
        "Own links are followed to their end, wherever on the way they are",
        arguments: [
            ("plain", "/plain"), ("link", "/there/file"), ("chain", "/there/file"), ("folder/file", "/there/file"),
            ("folder/../plain", "/plain"), ("dangling", "/nothing"), ("./there/../link", "/there/file"),
            ("new/file", "/new/file"),
        ])
    func followed(path: String, place: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "/there/file")
        try folder.write("", to: "/plain")
        try folder.link("/link", to: "there/file")
        try folder.link("/chain", to: folder.path + "/link")
        try folder.link("/folder", to: "./there")
        try folder.link("/dangling", to: "nothing")
        let found = try FilePath("\(folder.path)/\(path)").followingTrustedLinks()
        let real = try FilePath(folder.path).followingTrustedLinks()
        #expect(found.string == real.string + place)
    }

    @Test("A circle of links is an error")
    func circle() throws {
        let folder = try TemporaryFolder()
        try folder.link("/a", to: "b")
        try folder.link("/b", to: "a")
        let error = #expect(throws: FileError.self) { try FilePath(folder.path + "/a").followingTrustedLinks() }
        #expect(error?.cause == .system(.tooManySymbolicLinkLevels))
    }
}
