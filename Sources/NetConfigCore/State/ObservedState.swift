/// What is there: the state of kernel, Open vSwitch, DHCP clients and files at one moment.
///
/// A value of this type knows nothing about XAPI. Devices are known by name; kernel indexes and OVSDB row identities
/// are the appliers' business, so that a state can be written down, compared, and planned from.
public struct ObservedState: Equatable, Sendable, Codable {
    /// Network devices by name.
    public var links: [DeviceName: Link]
    /// The Open vSwitch database; `nil` where it was not looked at (Linux bridge).
    public var vswitch: VswitchState?
    /// Running DHCP clients, by device and family.
    public var dhcpClients: [DHCPClient]
    /// Programs that may configure devices and that are only told of; `nil` stands for none.
    public var otherClients: [OtherDHCPClient]?
    /// The files that the request may replace, by path (without root prefix). Missing: no such file.
    public var files: [String: FileContents]
    /// Why files cannot be read or replaced as they are, by path: half a sentence. `nil` stands for none.
    public var obstacles: [String: String]?
    /// Folders that exist, of those that decide whether files are written (`/etc/sysconfig/network-scripts`).
    public var folders: Set<String>
    /// Programs that exist, of those that are run only where they are there (`/sbin/update-issue`).
    public var programs: Set<String>
    /// Whether the kernel's bonding driver has XenServer's mode `balance-slb`; `nil` where it was not asked.
    public var hasBalanceSLB: Bool?
    /// The routes of the main table that no link has; `nil` where they were not observed.
    public var otherRoutes: [OtherRoute]?
    /// What holds for IPv6 on the whole host; `nil` where it was not observed, or the kernel has no IPv6.
    public var ipv6: IPv6Host?
    /// What else hangs on devices that a plan puts at stake; `nil` where it was not observed.
    public var belongings: Set<Belonging>?
    /// What was looked at beyond links and rows. Settings, clients and files outside of it may be there although the state
    /// does not say so. `nil`: everything, as in a state that is not observed but made; what is not in it is not there.
    public var scope: ObservationScope?

    /// Creates a state; by default one of a host with nothing on it, and with nothing that was not looked at.
    public init(
        links: [DeviceName: Link] = [:], vswitch: VswitchState? = nil, dhcpClients: [DHCPClient] = [],
        files: [String: FileContents] = [:], folders: Set<String> = [], programs: Set<String> = [],
        hasBalanceSLB: Bool? = nil, otherRoutes: [OtherRoute]? = nil, ipv6: IPv6Host? = nil,
        belongings: Set<Belonging>? = nil, scope: ObservationScope? = nil
    ) {
        self.links = links
        self.vswitch = vswitch
        self.dhcpClients = dhcpClients
        self.files = files
        self.folders = folders
        self.programs = programs
        self.hasBalanceSLB = hasBalanceSLB
        self.otherRoutes = otherRoutes
        self.ipv6 = ipv6
        self.belongings = belongings
        self.scope = scope
    }
}

/// A file as it is or is to be.
public struct FileContents: Hashable, Sendable, Codable {
    /// All bytes. Most files are text, but one in an old encoding has to be put back as it was.
    public var bytes: [UInt8]
    /// The permission bits.
    public var mode: UInt16

    /// Creates contents; the default mode is `rw-r--r--`.
    public init(_ bytes: [UInt8], mode: UInt16 = 0o644) {
        self.bytes = bytes
        self.mode = mode
    }

    /// Creates contents from text; the default mode is `rw-r--r--`.
    public init(_ text: String, mode: UInt16 = 0o644) {
        self.init(Array(text.utf8), mode: mode)
    }

    /// The bytes as text; what is no UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes as text, `nil` where they are none.
    var exactText: String? { String(validating: bytes, as: UTF8.self) }

    private enum CodingKeys: CodingKey { case text, bytes, mode }

    /// Reads contents that ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let text = try values.decodeIfPresent(String.self, forKey: .text).map { Array($0.utf8) }
        self.init(
            try text ?? values.decode([UInt8].self, forKey: .bytes), mode: try values.decode(UInt16.self, forKey: .mode)
        )
    }

    /// Writes contents: as text where they are text, else as bytes.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        if let exactText {
            try values.encode(exactText, forKey: .text)
        } else {
            try values.encode(bytes, forKey: .bytes)
        }
        try values.encode(mode, forKey: .mode)
    }
}

/// A DHCP client (ISC `dhclient`): one that runs, or one that is to.
public struct DHCPClient: Hashable, Sendable, Codable {
    /// The device it configures.
    public var device: DeviceName
    /// DHCP for IPv4 or IPv6.
    public var family: IPAddress.Family
    /// The text of its configuration file.
    public var configuration: String
    /// What it passes to its script, as `NAME=value` (`dhclient -e`), in order.
    public var environment: [String]
    /// How far it is.
    public var progress = Progress.bound
    /// The routers that its lease names, in the order of preference.
    public var routers: [IPAddress] = []
    /// How it was started, where that was by another program: so it is started again. `nil` for one of ours.
    public var command: Command?

    /// How a process was started.
    public struct Command: Hashable, Sendable, Codable {
        /// The arguments, without the program's name.
        public var arguments: [String]
        /// Variables as `NAME=value`.
        public var environment: [String]
        /// Its working directory; `nil` where it is gone.
        public var directory: String?

        /// Describes a process.
        public init(arguments: [String], environment: [String], directory: String?) {
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
        }
    }

    /// How far a client is, as far as one can see.
    public enum Progress: String, Sendable, Codable {
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
    public init(device: DeviceName, family: IPAddress.Family, configuration: String, environment: [String]) {
        self.device = device
        self.family = family
        self.configuration = configuration
        self.environment = environment
    }

    /// Reads a description; one that says nothing about its progress is of a client that has a lease.
    public init(from decoder: any Decoder) throws {
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
