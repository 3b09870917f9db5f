import Foundation
import NetConfigCore
import NetConfigSystem
import SystemPackage
import Testing

/// The built plugin, without privileges: what it says where it is not called as XAPI calls it.
@Suite("the plugin's command line")
struct PluginCommandLineTests {
    private static let directory = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["INTERFACE_RECONFIGURE"] ?? CommandLine.arguments[0]
    ).deletingLastPathComponent()

    private func run(_ arguments: String...) throws -> ChildProcess.Output {
        let program = Self.directory.appendingPathComponent(VswitchPlugin.cfgUpdate.rawValue).path
        return try ChildProcess(FilePath(program), ["--no-syslog", "--root-prefix", "/nowhere"] + arguments)
            .run(timeLimit: .seconds(20))
    }

    @Test
    func `help and version are text, and exit 0 like everything`() throws {
        let help = try run("--help")
        #expect(help.standardOutput.contains("openvswitch-config-update") && help.standardError.isEmpty)
        #expect(try run("-h") == help)
        #expect(try run("--version").standardOutput.contains(#/^\d+\.\d+\.\d+\n$/#))
    }

    @Test(arguments: ["", "x", "<x", "--unknown", "--xapi-timeout=x"])
    func `anything else is one answer on standard output`(_ argument: String) throws {
        let output = try run(argument)
        #expect(output.standardOutput.hasPrefix("<?xml version=\"1.0\"?>\n<methodResponse>"))
        #expect(output.standardOutput.hasSuffix("</methodResponse>\n"))
        #expect(output.standardOutput.contains("<string>XENAPI_PLUGIN_FAILURE</string>"))
    }
}
