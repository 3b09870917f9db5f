import Foundation
import NetConfig
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

    /// The repository's folder of test data.
    static let testdata = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("testdata").path

    /// Runs the program in a folder of its own; with `--root-prefix .` nothing real is read.
    static func run(_ arguments: [String]) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/ifr-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = #"cd "$1"; shift; "$@" >out 2>err; echo $?"#
        let status = try ChildProcess("/bin/sh", ["-c", script, "sh", folder, Self.path] + arguments)
            .run(timeLimit: .seconds(20))
        func text(_ name: String) -> String {
            (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
        }
        return Result(
            status: Int(status.standardOutput.filter(\.isNumber)) ?? -1, output: text("out"), errors: text("err"))
    }
}
