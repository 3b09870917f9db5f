import Foundation
import SystemPackage
import Testing

@testable import NetConfigSystem

/// Links that another user can have made need one: as root, and else one's own alone.
@Suite("links to what is written")
struct TrustedLinksTests {
    @Test(arguments: [
        ("plain", "/plain"), ("link", "/there/file"), ("chain", "/there/file"), ("directory/file", "/there/file"),
        ("directory/../plain", "/plain"), ("dangling", "/nothing"), ("./there/../link", "/there/file"),
        ("new/file", "/new/file"),
    ])
    func `own links are followed to their end, wherever on the way they are`(path: String, place: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/there/file")
        try directory.write("", to: "/plain")
        try directory.link("/link", to: "there/file")
        try directory.link("/chain", to: directory.path + "/link")
        try directory.link("/directory", to: "./there")
        try directory.link("/dangling", to: "nothing")
        let found = try FilePath("\(directory.path)/\(path)").followingTrustedLinks()
        let real = try FilePath(directory.path).followingTrustedLinks()
        #expect(found.string == real.string + place)
    }

    @Test
    func `a circle of links is an error`() throws {
        let directory = try TemporaryDirectory()
        try directory.link("/a", to: "b")
        try directory.link("/b", to: "a")
        let error = #expect(throws: FileError.self) { try FilePath(directory.path + "/a").followingTrustedLinks() }
        #expect(error?.cause == .system(.tooManySymbolicLinkLevels))
    }
}
