import NetConfigCore
package import Logging

/// Sends log lines to standard error: a line each, warnings and errors marked as such.
package struct StandardErrorHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info

    /// Whether nothing but warnings, and what they come to, is said.
    private let saysWarningsOnly: Bool

    /// Creates a handler.
    ///
    /// - Parameter warningsOnly: Whether nothing but warnings, and what they come to, is said: errors are said at the end.
    package init(warningsOnly: Bool = false) { saysWarningsOnly = warningsOnly }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        if saysWarningsOnly, event.level != .warning, event.level != .notice { return }
        // A line of the log is a line: names from outside may hold line breaks.
        let text = event.message.description.printable
        switch event.level {
        case .warning: StandardError.write("warning: \(text)")
        case .error, .critical: StandardError.write("error: \(text)")
        default: StandardError.write(text)
        }
    }
}
