/// Something that can do actions: the host, or a test's stand-in for it.
public protocol Applier {
    /// Does an action wholly, or throws and leaves what was there; ``DevicesRemade`` and ``StillTrying`` where that is
    /// not the whole truth.
    mutating func apply(_ action: Action) throws
}

/// An action did not come to its end in time, but goes on by itself and may yet succeed. It is kept, and so is all else
/// that the run does, which then fails: a DHCP server that is late must not cost the host its bridge.
public struct StillTrying: Error, CustomStringConvertible {
    /// What did not happen yet.
    public let description: String

    /// Creates an error from what did not happen yet.
    public init(_ cause: any Error) { description = "\(cause)" }
}

/// An action failed and was taken back, but devices that it took away came back bare: without addresses, routes and
/// settings.
public struct DevicesRemade: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// Creates an error from what went wrong.
    public init(_ cause: any Error) { description = "\(cause)" }
}
