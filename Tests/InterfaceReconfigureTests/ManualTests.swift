import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// What documents the command lines, against the programs' own help.
@Suite("manual pages and help")
struct ManualTests {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The options of a program's help, with their hyphens.
    static func options(of program: String) throws -> Set<String> {
        let directory = URL(
            fileURLWithPath: ProcessInfo.processInfo.environment["INTERFACE_RECONFIGURE"] ?? CommandLine.arguments[0]
        ).deletingLastPathComponent()
        let help = try ChildProcess(FilePath(directory.appending(path: program).path), ["--help"])
            .run(timeLimit: .seconds(20)).standardOutput
        let lines = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
        let options = lines.flatMap { line in
            line.prefix(while: { $0 != "<" }).matches(of: #/(?:^  |, )(--?[a-z][a-z0-9-]*)/#).map { String($0.1) }
        }
        try #require(options.count > 5)
        return Set(options)
    }

    @Test(arguments: ["interface-reconfigure", "openvswitch-cfg-update"])
    func `a page has every option of the help`(_ program: String) throws {
        let page = try String(contentsOf: Self.repository.appending(path: "docs/man/\(program).8"), encoding: .utf8)
        let items = page.split(separator: "\n").filter { $0.hasPrefix(".It Fl ") }
        let described = items.flatMap { $0.matches(of: #/Fl ([a-z0-9-]+)/#).map { "-\($0.1)" } }
        #expect(try Self.options(of: program).subtracting(described) == [])
        #expect(described.count == Set(described).count)
    }
}
