/// Something that can do actions: the host, or a test's stand-in for it.
public protocol Applier {
    /// Does an action wholly, or throws and leaves what was there.
    mutating func apply(_ action: Action) throws
}
