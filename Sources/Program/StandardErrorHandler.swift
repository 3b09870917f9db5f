package import Logging

/// Sends log lines to standard error: a line each, warnings and errors marked as such.
package struct StandardErrorHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info

    /// Creates a handler.
    package init() {}

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        switch event.level {
        case .warning: StandardError.write("warning: \(event.message)")
        case .error, .critical: StandardError.write("error: \(event.message)")
        default: StandardError.write("\(event.message)")
        }
    }
}
