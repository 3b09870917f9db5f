import ArgumentParser
import Glibc
import Logging
import NetConfig
import NetConfigCore
import NetConfigSystem
import Program

/// The plugin: reads XAPI's call, has the library do the work, and answers. Nothing else goes to standard output.
@main
struct OpenvswitchCfgUpdate {
    static func main() {
        Inheritance.putRight()
        do {
            let options = try Options.parse(nil)
            // To its end: XAPI is told what became of the host whatever else comes meanwhile.
            InterruptSignals.collectUntilExit()
            let syslog = options.noSyslog ? nil : SyslogHandler(name: VswitchPlugin.cfgUpdate.rawValue)
            write(answer(to: options, syslog ?? StandardErrorHandler()))
            StandardError.conclude(error: nil, lostLog: syslog?.loss)
        } catch {
            // Help and version are "errors" of the parser.
            if Options.exitCode(for: error) == .success { return print(Options.message(for: error)) }
            // The parser's own words repeat arguments, and a document that it did not expect has a session.
            write(.failure(PluginFailure(.notCalled, "the command line is not a plugin call; for help use --help")))
        }
    }

    private static func answer(to options: Options, _ handler: any LogHandler) -> PluginAnswer {
        let log = Logger(label: VswitchPlugin.cfgUpdate.rawValue) { _ in handler }
        do throws(PluginFailure) {
            let call = try PluginCall(options.document)
            // The document has the session: the log and those who wait for us are told the rest.
            let words = [plugin.rawValue, call.function]
            log.info("Called as \(words.joined(separator: " "))")
            let answer = try reconfiguration(options, words, log).answer(
                call, as: plugin, timeout: .seconds(options.xapiTimeout))
            log.info("\(answer)")
            return .success(answer)
        } catch {
            log.error("\(error)")
            return .failure(error)
        }
    }

    /// The name under which XAPI calls, which may be that of a link.
    private static var plugin: VswitchPlugin {
        let name =
            CommandLine.arguments.first?.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) }
            ?? ""
        return VswitchPlugin(rawValue: name) ?? .cfgUpdate
    }

    private static func reconfiguration(_ options: Options, _ commandLine: [String], _ log: Logger) -> Reconfiguration {
        Reconfiguration(
            on: HostPaths(
                rootPrefix: options.rootPrefix.map(absolutePath) ?? "", ovsdb: options.ovsdb, xapi: options.xapiSocket),
            cacheFile: options.cache, command: HostLock.command(commandLine), cancellation: .onSignals(), log: log)
    }

    private static func write(_ answer: PluginAnswer) {
        print(String(decoding: answer.document, as: UTF8.self), terminator: "")
    }
}
