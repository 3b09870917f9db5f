import ArgumentParser
import Program

/// The command line. XAPI gives the document alone.
struct Options: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openvswitch-cfg-update",
        abstract: "Bring Open vSwitch's configuration in line with XAPI's.",
        usage: "openvswitch-cfg-update [OPTIONS] DOCUMENT",
        discussion: """
            A plugin of XAPI's. DOCUMENT is a methodCall of XML-RPC: the method is a function, update or emergency_reset; \
            the parameters are a session of XAPI's and a map of texts. The answer is a methodResponse on standard output; \
            the exit status is 0 also where that tells of a failure.

            Under the name openvswitch-config-update it takes the controller from XAPI's SDN_controller records, and \
            from the pool's vswitch_controller otherwise.
            """,
        version: Version.text)

    @Argument(help: "What XAPI calls.")
    var document: String

    @Option(help: ArgumentHelp("Directory below which all files and sockets are.", valueName: "dir"))
    var rootPrefix: String?

    @Option(help: ArgumentHelp("Cache file to use.", valueName: "file"))
    var cache: String?

    @Option(help: ArgumentHelp("XAPI's socket.", valueName: "path"))
    var xapiSocket: String?

    @Option(help: ArgumentHelp("How long a call to XAPI may take.", valueName: "seconds"))
    var xapiTimeout: Int = 30

    @Option(help: ArgumentHelp("ovsdb-server's socket.", valueName: "path"))
    var ovsdb: String?

    @Flag(help: "Log to stderr instead of syslog.")
    var noSyslog = false

    func validate() throws {
        guard (1...3600).contains(xapiTimeout) else {
            throw ValidationError("invalid --xapi-timeout: expected 1 to 3600 seconds")
        }
    }
}
