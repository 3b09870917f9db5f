/// What a reset of the network tells XAPI beside the interface itself, which it makes its own at its next start.
package struct NetworkReset: Equatable, Sendable {
    /// The address of the pool's master from now on, for a member of a pool; `nil` for the one that it has.
    package var master: IPAddress?

    /// Creates a reset.
    package init(master: IPAddress? = nil) { self.master = master }
}
