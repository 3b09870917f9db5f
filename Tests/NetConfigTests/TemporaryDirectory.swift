import Foundation
import NetConfigSystem
import SystemPackage

/// A directory for one test, removed with everything in it when its owner goes away.
struct TemporaryDirectory: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/netconfig-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Runs a test in a new directory, which is removed afterwards.
    static func with(_ body: (String) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        try withExtendedLifetime(directory) { try body(directory.path) }
    }

    /// What a directory holds, hidden files too.
    static func list(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The directory as the root of a described host.
    var root: RootPrefix { RootPrefix(FilePath(path)) }

    func write(_ text: String, to file: String, mode: Int = 0o644) throws {
        let place = path + file
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: place, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place)
    }

    func link(_ file: String, to target: String) throws {
        let place = path + file
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
    }

    func text(_ file: String) -> String? { try? String(contentsOfFile: path + file, encoding: .utf8) }

    func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + directory).sorted()
    }

    func destination(ofLink file: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: path + file)
    }
}
