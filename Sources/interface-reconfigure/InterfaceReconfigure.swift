import NetConfigCore
import ArgumentParser
import Glibc
import Logging
import NetConfig
import NetConfigSystem
import Program

/// The program: reads the command line, has the library do the work, and says how it went.
@main
struct InterfaceReconfigure {
    /// How the program ends.
    enum Status: Int32 {
        case done = 0, failed = 1, usage = 2
    }

    static func main() {
        Inheritance.putRight()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) -> Status {
        do {
            // Without the parser of help and errors, which takes longer than all else that a start does.
            guard arguments != ["--version"] else { return show(Version.text) }
            let options = try Options.read(arguments)
            let invocation = try Invocation(options)
            return perform(invocation, options, arguments)
        } catch let error as UsageError {
            StandardError.write("interface-reconfigure: \("\(error)".printable)")
            StandardError.write("For help use --help.")
            return .usage
        } catch {
            // Help and version are "errors" of the parser that belong on standard output.
            if Options.exitCode(for: error) == .success {
                return show(Options.message(for: error))
            }
            StandardError.write("interface-reconfigure: \(Options.message(for: error))")
            StandardError.write("For help use --help.")
            return .usage
        }
    }

    private static func show(_ text: String) -> Status {
        do throws(OutputError) { try StandardOutput.write("\(text)\n") } catch {
            StandardError.write("interface-reconfigure: \(error)")
            return .failed
        }
        return .done
    }

    private static func perform(_ invocation: Invocation, _ options: Options, _ arguments: [String]) -> Status {
        let name = "interface-reconfigure"
        let changesHost = invocation.changesHost(options)
        // To its end: what became of the host is said whatever else comes meanwhile.
        if changesHost { InterruptSignals.collectUntilExit() }
        let isWatched = options.noSyslog || options.verbose && changesHost
        let syslog = options.noSyslog ? nil : SyslogHandler(name: name)
        var handlers: [any LogHandler] = syslog.map { [$0] } ?? []
        if isWatched || changesHost { handlers.append(StandardErrorHandler(warningsOnly: !isWatched)) }
        var log = Logger(label: name) { _ in MultiplexLogHandler(handlers) }
        log.logLevel = options.verbose ? .debug : .info
        log.info("Called as \(HostLock.command([CommandLine.arguments.first ?? ""] + arguments))")
        do {
            let isInOrder = try Run(options: options, log: log).perform(invocation)
            StandardError.conclude(error: nil, lostLog: syslog?.loss)
            return isInOrder ? .done : .failed
        } catch {
            let lines = lines(of: error)
            for line in lines { log.error("\(line)") }
            // XAPI shows its users what a failed call leaves on standard error.
            StandardError.conclude(error: isWatched ? nil : lines.joined(separator: "\n"), lostLog: syslog?.loss)
            return .failed
        }
    }

    /// What is said of an error: a line, and of a run that failed one sentence per line. What errors quote from outside makes
    /// no further one.
    private static func lines(of error: any Error) -> [String] {
        guard error is RunFailure else { return ["\(error)".printable] }
        return "\(error)".utf8.split(separator: UInt8(ascii: "\n")).map { String(Substring($0)) }
    }
}
