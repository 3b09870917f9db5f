import Foundation
import NetConfigSystem
import SystemPackage

/// The built program.
enum Program {
    /// What a run left behind.
    struct Result {
        var status: Int
        var output: String
        var errors: String
    }

    /// The release build where `make` runs the tests, else the one beside them.
    static let path =
        ProcessInfo.processInfo.environment["INTERFACE_RECONFIGURE"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("interface-reconfigure").path

    /// The repository's directory of test data.
    static let testdata = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("testdata").path

    /// Runs the program in an empty directory, where a relative path leads to nothing real.
    ///
    /// Where `octal` says so, the last argument is written as `printf` takes it: no `String` has bytes that are no UTF-8.
    static func run(_ arguments: [String], octal: Bool = false) throws -> Result {
        let directory = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let script = #"cd "$1"; shift; "$@" >out 2>err; echo $?"#
        let octalScript = #"cd "$1"; last=$(printf -- "$2"); shift 2; "$@" "$last" >out 2>err; echo $?"#
        let words =
            octal
            ? [octalScript, "sh", directory, arguments.last ?? "", path] + arguments.dropLast()
            : [script, "sh", directory, path] + arguments
        let status = try ChildProcess("/bin/sh", ["-c"] + words).run(timeLimit: .seconds(20))
        func text(_ name: String) -> String {
            let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data()
            return String(decoding: bytes, as: UTF8.self)
        }
        return Result(
            status: Int(status.standardOutput.filter(\.isNumber)) ?? -1, output: text("out"), errors: text("err"))
    }
}

/// A directory that is the root of a host which nothing is known about but its name and its bridges.
final class HostDirectory {
    let path = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: path + "/etc/xensource", withIntermediateDirectories: true)
        try "bridge\n".write(toFile: path + "/etc/xensource/network.conf", atomically: false, encoding: .utf8)
        try "INSTALLATION_UUID='u'\n".write(
            toFile: path + "/etc/xensource-inventory", atomically: false, encoding: .utf8)
    }

    /// Writes a file as `printf` would.
    func write(_ text: String, to file: String) throws {
        let directory = (path + file).split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/" + directory, withIntermediateDirectories: true)
        try ChildProcess("/bin/sh", ["-c", #"printf -- "$(cat)" >"$1""#, "sh", path + file], input: text)
            .run(timeLimit: .seconds(20))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
