import ArgumentParser
import Glibc
import Logging
import NetConfig
import Program

/// The program: reads the command line, has the library do the work, and says how it went.
@main
struct InterfaceReconfigure {
    /// How the program ends.
    enum Status: Int32 {
        case done = 0, failed = 1, usage = 2
    }

    static func main() {
        // A reader that goes away (`| head`) is no failure of ours.
        signal(SIGPIPE, SIG_IGN)
        // Folders and files that our children make are root's to write, whatever the caller's habits.
        umask(0o022)
        // Where our caller ignores it, the kernel keeps what became of our children from us.
        signal(SIGCHLD, SIG_DFL)
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) -> Status {
        do {
            let options = try parse(arguments)
            let invocation = try Invocation(options)
            return perform(invocation, options, arguments)
        } catch let error as UsageError {
            StandardError.write("interface-reconfigure: \(error)")
            StandardError.write("For help use --help.")
            return .usage
        } catch {
            // Help and version are "errors" of the parser that belong on standard output.
            if Options.exitCode(for: error) == .success {
                print(Options.message(for: error))
                return .done
            }
            StandardError.write("interface-reconfigure: \(Options.message(for: error))")
            StandardError.write("For help use --help.")
            return .usage
        }
    }

    private static func parse(_ arguments: [String]) throws -> Options {
        try Options.parse(OptionPrefixes.expand(arguments))
    }

    private static func perform(_ invocation: Invocation, _ options: Options, _ arguments: [String]) -> Status {
        let name = "interface-reconfigure"
        let handler: any LogHandler = options.noSyslog ? StandardErrorHandler() : SyslogHandler(name: name)
        let log = Logger(label: name) { _ in handler }
        log.info("Called as \(HostLock.command([CommandLine.arguments.first ?? ""] + arguments))")
        do {
            try Run(options: options, log: log).perform(invocation)
            return .done
        } catch {
            log.error("\(error)")
            // XAPI shows its users what a failed call leaves on standard error.
            if !options.noSyslog { StandardError.write("error: \(error)") }
            return .failed
        }
    }
}
