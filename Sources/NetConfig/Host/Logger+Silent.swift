public import Logging

extension Logger {
    /// A log that is told nothing.
    public static var silent: Logger { Logger(label: "NetConfig") { _ in SwiftLogNoOpLogHandler() } }
}
