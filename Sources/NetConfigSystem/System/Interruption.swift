/// The program was asked to stop.
public struct Interruption: Error, Equatable, Sendable, CustomStringConvertible {
    /// The signal's name, such as `SIGTERM`.
    public var signal: String

    /// Creates an interruption.
    public init(signal: String) { self.signal = signal }

    /// The value in words, for messages and logs.
    public var description: String { "interrupted by \(signal)" }
}
