import Foundation
import Glibc
import SystemPackage
import Testing

@testable import NetConfigSystem

@Suite struct AtomicFileTests {
    private func text(_ path: String) throws -> String { try InputFile(path, limit: 1 << 20).text() }

    private func inode(_ path: String) throws -> UInt64 { UInt64(try FilePath(path).stat().inode.rawValue) }

    @Test func `a new file gets mode 0644 and nothing is left beside it`() throws {
        try TemporaryFolder.with { (folder: String) throws in
            #expect(try AtomicFile("\(folder)/a").replace(with: "one"))
            #expect(try text("\(folder)/a") == "one")
            #expect(try FilePath("\(folder)/a").stat().permissions.rawValue == 0o644)
            #expect(try TemporaryFolder.list(folder) == ["a"])
        }
    }

    @Test func `an existing file keeps its mode`() throws {
        try TemporaryFolder.with { folder in
            try AtomicFile("\(folder)/a").replace(with: "one")
            try #require(unsafe chmod("\(folder)/a", 0o640) == 0)
            #expect(try AtomicFile("\(folder)/a").replace(with: "two"))
            #expect(try FilePath("\(folder)/a").stat().permissions.rawValue == 0o640)
        }
    }

    @Test func `a file that has these contents is not touched`() throws {
        try TemporaryFolder.with { folder in
            try AtomicFile("\(folder)/a").replace(with: "one")
            let before = try inode("\(folder)/a")
            #expect(try !AtomicFile("\(folder)/a").replace(with: "one"))
            #expect(try inode("\(folder)/a") == before)
            #expect(try AtomicFile("\(folder)/a").replace(with: "eno"))
            #expect(try inode("\(folder)/a") != before)
        }
    }

    @Test func `litter of killed runs goes, a temporary file in use and other files stay`() throws {
        try TemporaryFolder.with { folder in
            for name in [".a.new-killed", ".b.new-killed", "a.new-x"] {
                try Data("junk".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            let used = try FileDescriptor.open(
                FilePath("\(folder)/.a.new-used"), .writeOnly, options: [.create], permissions: .ownerReadWrite)
            try #require(flock(used.rawValue, LOCK_EX) == 0)
            defer { try? used.close() }
            try AtomicFile("\(folder)/a").replace(with: "one")
            #expect(try TemporaryFolder.list(folder) == [".a.new-used", ".b.new-killed", "a", "a.new-x"])
        }
    }

    @Test func `a symbolic link is replaced, or what it leads to`() throws {
        try TemporaryFolder.with { folder in
            try AtomicFile("\(folder)/target").replace(with: "old")
            for name in ["kept", "replaced"] {
                try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "target")
            }
            try AtomicFile(following: "\(folder)/kept").replace(with: "new")
            #expect(try text("\(folder)/target") == "new")
            #expect(try FilePath("\(folder)/kept").stat(followTargetSymlink: false).type == .symbolicLink)
            try AtomicFile("\(folder)/replaced").replace(with: "own")
            #expect(try text("\(folder)/target") == "new")
            #expect(try FilePath("\(folder)/replaced").stat(followTargetSymlink: false).type == .regular)
        }
    }

    @Test func `a folder that is not there is an error`() throws {
        try TemporaryFolder.with { folder in
            let error = try #require(throws: FileError.self) { try AtomicFile("\(folder)/no/a").replace(with: "x") }
            #expect(error.description == "cannot replace \(folder)/no/a: no such file or directory")
        }
    }

    @Test func `what is no regular file is not replaced`() throws {
        try TemporaryFolder.with { folder in
            try #require(unsafe mkfifo("\(folder)/fifo", 0o600) == 0)
            #expect(throws: FileError("replace", "\(folder)/fifo", .notRegular)) {
                try AtomicFile("\(folder)/fifo").replace(with: "x")
            }
            #expect(throws: FileError("read", "\(folder)/fifo", .notRegular)) {
                try InputFile("\(folder)/fifo", limit: 1).contents()
            }
            #expect(throws: FileError("replace", folder, .notRegular)) { try AtomicFile(folder).replace(with: "x") }
        }
    }

    @Test func `a temporary file that cannot be made leaves the old one whole and nothing beside it`() throws {
        try TemporaryFolder.with { folder in
            // No mode keeps root out of a folder; a name that has no room for the temporary file's affixes does.
            let name = String(repeating: "n", count: 250)
            try Data("old".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            let error = try #require(throws: FileError.self) {
                try AtomicFile("\(folder)/\(name)").replace(with: "new")
            }
            #expect(error.cause == .system(.fileNameTooLong))
            #expect(try text("\(folder)/\(name)") == "old")
            #expect(try TemporaryFolder.list(folder) == [name])
        }
    }

    @Test func `removing says whether there was something`() throws {
        try TemporaryFolder.with { folder in
            try AtomicFile("\(folder)/a").replace(with: "one")
            #expect(try AtomicFile("\(folder)/a").remove())
            #expect(try !AtomicFile("\(folder)/a").remove())
            #expect(try TemporaryFolder.list(folder).isEmpty)
        }
    }

    @Test func `a file can be kept under another name, twice too`() throws {
        try TemporaryFolder.with { folder in
            let file = AtomicFile("\(folder)/a")
            try file.replace(with: "one")
            try file.keep(as: "\(folder)/b")
            try file.keep(as: "\(folder)/b")
            try file.replace(with: "two")
            #expect(try text("\(folder)/b") == "one")
            try file.keep(as: "\(folder)/b")
            #expect(try text("\(folder)/b") == "two")
            #expect(try TemporaryFolder.list(folder) == ["a", "b"])
        }
    }
}
