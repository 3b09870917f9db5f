internal import Glibc
package import Logging
internal import NetConfig

/// Sends log lines to syslog, facility daemon.
package struct SyslogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info

    /// Opens the connection, under the program's name.
    package init(name: String) {
        // syslog(3) keeps the pointer, so this copy is never freed.
        unsafe openlog(strdup(name), LOG_NDELAY | LOG_PID, LOG_DAEMON)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // A line of the log is a line: names from outside may hold line breaks.
        let line = event.message.description.printableLines(atMost: 1 << 16).printable
        unsafe line.withCString { text in
            unsafe withVaList([text]) { unsafe vsyslog(Self.priority(of: event.level), "%s", $0) }
        }
    }

    private static func priority(of level: Logger.Level) -> Int32 {
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
