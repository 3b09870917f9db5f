/// The program was asked to stop.
public struct Interruption: Error, Equatable, Sendable, CustomStringConvertible {
    /// A signal that asks for an end.
    public enum Signal: String, Sendable {
        case terminate = "SIGTERM"
        case interrupt = "SIGINT"
        /// The terminal is gone.
        case hangUp = "SIGHUP"
    }

    /// The signal that came.
    public var signal: Signal

    /// Creates an interruption.
    public init(signal: Signal) { self.signal = signal }

    /// The value in words, for messages and logs.
    public var description: String { "interrupted by \(signal.rawValue)" }
}
