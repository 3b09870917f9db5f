/// Something that can do actions: the host, or a test's stand-in for it.
public protocol Applier {
    /// Does an action wholly, or throws and leaves what was there; ``DevicesRemade`` where that is not the whole truth.
    mutating func apply(_ action: Action) throws
}

/// An action failed and was taken back, but devices that it took away came back bare: without addresses, routes and
/// settings.
public struct DevicesRemade: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// Creates an error from what went wrong.
    public init(_ cause: any Error) { description = "\(cause)" }
}
