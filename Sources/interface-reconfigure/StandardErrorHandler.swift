import Logging

/// Sends log lines to standard error: a line each, warnings and errors marked as such.
struct StandardErrorHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        switch event.level {
        case .warning: StandardError.write("warning: \(event.message)")
        case .error, .critical: StandardError.write("error: \(event.message)")
        default: StandardError.write("\(event.message)")
        }
    }
}
