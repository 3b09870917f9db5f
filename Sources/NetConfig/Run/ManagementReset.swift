package import NetConfigCore
package import NetConfigSystem

/// A reset of the management network: the interface that there is to be, and what XAPI is told.
package struct ManagementReset: Sendable {
    /// The management interface.
    package var management: ManagementCache
    /// The address of the pool's master from now on; `nil` for the one that a pool's member has.
    package var master: IPAddress?
    /// Whether the network is reset even while XAPI or xcp-networkd runs.
    package var ignoresToolstack = false

    /// Describes a reset.
    package init(_ management: ManagementCache, master: IPAddress? = nil) {
        self.management = management
        self.master = master
    }
}
