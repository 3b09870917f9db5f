/// What a reset of the network tells XAPI beside the interface itself, which it makes its own at its next start.
package struct NetworkReset: Equatable, Sendable {
    /// The address of the pool's master from now on, for a member of a pool; `nil` for the one that it has.
    package var master: IPAddress?
    /// The devices of the networks that there were so far, which make room.
    package var formerDevices: Set<DeviceName> = []
    /// The files with the records so far, which would bring back what was before: they are moved out of the way.
    package var formerRecords = [HostFile.networkdDatabase]

    /// Creates a reset.
    package init(master: IPAddress? = nil) { self.master = master }

    /// The files that are written, and kept under other names as they were.
    package static var keptFiles: [String] { [HostFile.inventory, HostFile.managementConfiguration, HostFile.pool] }
}
