/// A DHCP client (ISC `dhclient`): one that runs, or one that is to.
package struct DHCPClient: Hashable, Sendable, Codable {
    /// The device it configures.
    package var device: DeviceName
    /// DHCP for IPv4 or IPv6.
    package var family: IPAddress.Family
    /// The text of its configuration file.
    package var configuration: String
    /// What it passes to its script, as `NAME=value` (`dhclient -e`), in order.
    package var environment: [String]
    /// How far it is.
    package var progress = Progress.bound
    /// The routers that its lease names, in the order of preference.
    package var routers: [IPAddress] = []
    /// How it was started, where that was by another program: so it is started again. `nil` for one of ours.
    package var command: Command?

    /// How a process was started.
    package struct Command: Hashable, Sendable, Codable {
        /// The arguments, without the program's name.
        package var arguments: [String]
        /// Variables as `NAME=value`.
        package var environment: [String]
        /// Its working directory; `nil` where it is gone.
        package var directory: String?

        /// Describes a process.
        package init(arguments: [String], environment: [String], directory: String?) {
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
        }
    }

    /// How far a client is, as far as can be observed.
    package enum Progress: String, Sendable, Codable {
        /// Its device has an address of its family.
        case bound
        /// Its device has none yet.
        case waiting
        /// Its process has ended, and its configuration is still there: a run of ours was cut short.
        case gone
    }

    /// Whether this is another one's process: of several clients on a device each was started in its own way.
    func isSame(as other: DHCPClient) -> Bool {
        device == other.device && family == other.family && command?.arguments == other.command?.arguments
    }

    /// Creates a client's description.
    package init(device: DeviceName, family: IPAddress.Family, configuration: String, environment: [String]) {
        self.device = device
        self.family = family
        self.configuration = configuration
        self.environment = environment
    }

    /// Reads a description; one that says nothing about its progress is of a client that has a lease.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        device = try values.decode(DeviceName.self, forKey: .device)
        family = try values.decode(IPAddress.Family.self, forKey: .family)
        configuration = try values.decode(String.self, forKey: .configuration)
        environment = try values.decode([String].self, forKey: .environment)
        progress = try values.decodeIfPresent(Progress.self, forKey: .progress) ?? .bound
        routers = try values.decodeIfPresent([IPAddress].self, forKey: .routers) ?? []
        command = try values.decodeIfPresent(Command.self, forKey: .command)
    }
}
