import Foundation
import Glibc
import SystemPackage
import Testing

@testable import NetConfigSystem

@Suite struct AtomicFileTests {
    private func text(_ path: String) throws -> String { try InputFile(path, limit: 1 << 20).text() }

    private func inode(_ path: String) throws -> UInt64 { UInt64(try FilePath(path).stat().inode.rawValue) }

    @Test func `a new file gets mode 0644 and nothing is left beside it`() throws {
        try TemporaryDirectory.with { (directory: String) throws in
            #expect(try AtomicFile("\(directory)/a").replace(with: "one"))
            #expect(try text("\(directory)/a") == "one")
            #expect(try FilePath("\(directory)/a").stat().permissions.rawValue == 0o644)
            #expect(try TemporaryDirectory.list(directory) == ["a"])
        }
    }

    @Test func `an existing file keeps its mode`() throws {
        try TemporaryDirectory.with { directory in
            try AtomicFile("\(directory)/a").replace(with: "one")
            try #require(unsafe chmod("\(directory)/a", 0o640) == 0)
            #expect(try AtomicFile("\(directory)/a").replace(with: "two"))
            #expect(try FilePath("\(directory)/a").stat().permissions.rawValue == 0o640)
        }
    }

    @Test func `a file that has these contents is not touched`() throws {
        try TemporaryDirectory.with { directory in
            try AtomicFile("\(directory)/a").replace(with: "one")
            let before = try inode("\(directory)/a")
            #expect(try !AtomicFile("\(directory)/a").replace(with: "one"))
            #expect(try inode("\(directory)/a") == before)
            #expect(try AtomicFile("\(directory)/a").replace(with: "eno"))
            #expect(try inode("\(directory)/a") != before)
        }
    }

    @Test func `litter of killed runs goes, a temporary file in use and other files stay`() throws {
        try TemporaryDirectory.with { directory in
            for name in [".a.new-killed", ".b.new-killed", "a.new-x"] {
                try Data("junk".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
            }
            let used = try FileDescriptor.open(
                FilePath("\(directory)/.a.new-used"), .writeOnly, options: [.create], permissions: .ownerReadWrite)
            try #require(flock(used.rawValue, LOCK_EX) == 0)
            defer { try? used.close() }
            try AtomicFile("\(directory)/a").replace(with: "one")
            #expect(try TemporaryDirectory.list(directory) == [".a.new-used", ".b.new-killed", "a", "a.new-x"])
        }
    }

    @Test func `a symbolic link is replaced, or what it leads to`() throws {
        try TemporaryDirectory.with { directory in
            try AtomicFile("\(directory)/target").replace(with: "old")
            for name in ["kept", "replaced"] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(directory)/\(name)", withDestinationPath: "target")
            }
            try AtomicFile(following: "\(directory)/kept").replace(with: "new")
            #expect(try text("\(directory)/target") == "new")
            #expect(try FilePath("\(directory)/kept").stat(followTargetSymlink: false).type == .symbolicLink)
            try AtomicFile("\(directory)/replaced").replace(with: "own")
            #expect(try text("\(directory)/target") == "new")
            #expect(try FilePath("\(directory)/replaced").stat(followTargetSymlink: false).type == .regular)
        }
    }

    @Test func `a directory that is not there is an error`() throws {
        try TemporaryDirectory.with { directory in
            let error = try #require(throws: FileError.self) { try AtomicFile("\(directory)/no/a").replace(with: "x") }
            #expect(error.description == "cannot replace \(directory)/no/a: no such file or directory")
        }
    }

    @Test func `what is no regular file is not replaced`() throws {
        try TemporaryDirectory.with { directory in
            try #require(unsafe mkfifo("\(directory)/fifo", 0o600) == 0)
            #expect(throws: FileError("replace", "\(directory)/fifo", .notRegular)) {
                try AtomicFile("\(directory)/fifo").replace(with: "x")
            }
            #expect(throws: FileError("read", "\(directory)/fifo", .notRegular)) {
                try InputFile("\(directory)/fifo", limit: 1).contents()
            }
            #expect(throws: FileError("replace", directory, .notRegular)) {
                try AtomicFile(directory).replace(with: "x")
            }
        }
    }

    @Test func `a temporary file that cannot be made leaves the old one whole and nothing beside it`() throws {
        try TemporaryDirectory.with { directory in
            // No mode keeps root out of a directory; a name that has no room for the temporary file's affixes does.
            let name = String(repeating: "n", count: 250)
            try Data("old".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
            let error = try #require(throws: FileError.self) {
                try AtomicFile("\(directory)/\(name)").replace(with: "new")
            }
            #expect(error.cause == .system(.fileNameTooLong))
            #expect(try text("\(directory)/\(name)") == "old")
            #expect(try TemporaryDirectory.list(directory) == [name])
        }
    }

    @Test func `removing says whether there was something`() throws {
        try TemporaryDirectory.with { directory in
            try AtomicFile("\(directory)/a").replace(with: "one")
            #expect(try AtomicFile("\(directory)/a").remove())
            #expect(try !AtomicFile("\(directory)/a").remove())
            #expect(try TemporaryDirectory.list(directory).isEmpty)
        }
    }

    @Test func `a file can be kept under another name, twice too`() throws {
        try TemporaryDirectory.with { directory in
            let file = AtomicFile("\(directory)/a")
            try file.replace(with: "one")
            try file.keep(as: "\(directory)/b")
            try file.keep(as: "\(directory)/b")
            try file.replace(with: "two")
            #expect(try text("\(directory)/b") == "one")
            try file.keep(as: "\(directory)/b")
            #expect(try text("\(directory)/b") == "two")
            #expect(try TemporaryDirectory.list(directory) == ["a", "b"])
        }
    }
}
