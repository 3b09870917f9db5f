import NetConfigCore
internal import Glibc
package import Logging

/// Sends log lines to syslog, facility daemon. One that does not take them in time does not stop the program.
package struct SyslogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info

    private let connection: SyslogConnection

    /// Creates a handler that logs under the program's name.
    package init(name: String) { connection = SyslogConnection(name: name) }

    /// What to say elsewhere of the lines that were lost; `nil` where none were.
    package var loss: String? { connection.loss }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // A line of the log is a line: names from outside may hold line breaks.
        let line = event.message.description.printableLines(atMost: 1 << 16).printable
        connection.say(line, severity: Self.severity(of: event.level))
    }

    private static func severity(of level: Logger.Level) -> Int32 {
        switch level {
        case .trace, .debug: LOG_DEBUG
        case .info: LOG_INFO
        case .notice: LOG_NOTICE
        case .warning: LOG_WARNING
        case .error: LOG_ERR
        case .critical: LOG_CRIT
        }
    }
}
