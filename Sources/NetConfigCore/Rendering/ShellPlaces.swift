/// Where the commands of a plan find things on the host.
package struct ShellPlaces: Equatable, Sendable {
    /// The directory below which files are; empty for the root directory.
    package var rootPrefix: String
    /// A file that is named as it is, whatever the prefix: the cache.
    package var cache: String?
    /// ovsdb-server's socket; `nil` for the place where its tools look for it.
    package var database: String?
    /// The DHCP client's program.
    package var dhclient: String
    /// The directory of its leases.
    package var leaseDirectory: String

    /// Describes a host; by default one with everything in its usual place.
    package init(
        rootPrefix: String = "", cache: String? = nil, database: String? = nil, dhclient: String = "dhclient",
        leaseDirectory: String = "/var/lib/dhclient"
    ) {
        self.rootPrefix = rootPrefix
        self.cache = cache
        self.database = database
        self.dhclient = dhclient
        self.leaseDirectory = leaseDirectory
    }

    /// A file of the host as a word of a command.
    func file(_ path: String) -> String { (path == cache ? path : rootPrefix + path).shellQuoted() }

    /// `ovs-vsctl`, with what every call of it has; it waits for ovs-vswitchd as long as this program does.
    var vsctl: String {
        "ovs-vsctl --timeout=20" + (database.map { " --db=" + "unix:\($0)".shellQuoted() } ?? "")
    }

    /// What `ovs-ofctl` calls a bridge: its socket, where that is not in the usual place.
    func openflow(_ bridge: String) -> String {
        guard let directory = database?.pieces(between: "/", keepingEmpty: true).dropLast() else {
            return bridge.shellQuoted()
        }
        return "unix:\(directory.joined(separator: "/"))/\(bridge).mgmt".shellQuoted()
    }
}
