/// Something that can do actions: the host, or a test's stand-in for it.
public protocol Applier {
    /// Does an action wholly, or throws and leaves what was there; ``TakenBack`` and ``StillTrying`` where that is not
    /// the whole truth.
    mutating func apply(_ action: Action) throws

    /// Does an action that puts something back, as far as possible. Whatever asks the run to stop does not cut it short: it is
    /// what was asked for.
    mutating func putBack(_ action: Action) throws

    /// Looks at all links, with all settings of some.
    func links(withSettingsOf devices: Set<DeviceName>) throws -> [DeviceName: Link]
}

extension Applier {
    /// Does the action as any other.
    public mutating func putBack(_ action: Action) throws { try apply(action) }
}

/// An action did not come to its end in time, but goes on by itself and may yet succeed. It is kept, and the run goes on with a
/// warning: a DHCP server that is late must not cost the host its bridge, nor XAPI its belief that the PIF is plugged. Nor must
/// one card of a bond that Open vSwitch cannot open, and tries again.
public struct StillTrying: Error, CustomStringConvertible {
    /// What did not happen yet.
    public let description: String

    /// Creates an error from what did not happen yet.
    public init(_ cause: any Error) { description = "\(cause)" }
}

/// An action was refused, and nothing changed, because what it starts from is no longer there: others changed it since it
/// was looked at. A plan from what is there now may succeed.
public struct Overtaken: Error, CustomStringConvertible {
    /// What was found.
    public let description: String

    /// Creates an error from what was found.
    public init(_ cause: any Error) { description = "\(cause)" }
}
