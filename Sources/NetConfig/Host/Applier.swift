package import NetConfigCore

/// Something that can do actions: the host, or a test's stand-in for it.
package protocol Applier {
    /// Does an action wholly, or throws and leaves what was there; `TakenBack` and `StillTrying` where that is not
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
    package mutating func putBack(_ action: Action) throws { try apply(action) }
}
