/// The run was asked to stop.
public struct Interruption: Error, Equatable, Sendable, CustomStringConvertible {
    /// A signal that asks for an end.
    public enum Signal: String, Sendable {
        case terminate = "SIGTERM"
        case interrupt = "SIGINT"
        /// The terminal is gone.
        case hangUp = "SIGHUP"
    }

    /// The signal that came; `nil` where the caller asked (``Cancellation/cancel()``).
    public let signal: Signal?

    /// Creates an interruption.
    package init(signal: Signal?) { self.signal = signal }

    /// The value in words, for messages and logs.
    public var description: String { signal.map { "interrupted by \($0.rawValue)" } ?? "cancelled" }
}
