/// The state of kernel, Open vSwitch, DHCP clients and files at one moment.
///
/// A value of this type knows nothing about XAPI. Devices are known by name; kernel indexes and OVSDB row identities
/// are the appliers' business, so that a state can be written down, compared, and planned from.
public struct ObservedState: Equatable, Sendable, Codable {
    /// Network devices by name.
    package var links: [DeviceName: Link]
    /// The Open vSwitch database; `nil` where it was not looked at (Linux bridge).
    package var vswitch: VswitchState?
    /// Running DHCP clients, by device and family.
    package var dhcpClients: [DHCPClient]
    /// Programs that may configure devices and that are only told of; `nil` stands for none.
    package var otherClients: [OtherDHCPClient]?
    /// The files that the request may replace, by path (without root prefix). Missing: no such file.
    package var files: [String: FileContents]
    /// Why files cannot be read or replaced as they are, by path, as a clause. `nil` stands for none.
    package var obstacles: [String: String]?
    /// Directories that exist, of those that decide whether files are written (`/etc/sysconfig/network-scripts`).
    package var directories: Set<String>
    /// Programs that exist, of those that are run only where they are there (`/sbin/update-issue`).
    package var programs: Set<String>
    /// Those that exist of the files whose existence matters; `nil` stands for none.
    package var filesByName: Set<String>?
    /// Whether the kernel's bonding driver has XenServer's mode `balance-slb`; `nil` where it was not asked.
    package var hasBalanceSLB: Bool?
    /// The routes of the main table that no link has; `nil` where they were not observed.
    package var otherRoutes: [OtherRoute]?
    /// What holds for IPv6 on the whole host; `nil` where it was not observed, or the kernel has no IPv6.
    package var ipv6: IPv6Host?
    /// What else hangs on devices that a plan puts at stake; `nil` where it was not observed.
    package var belongings: Set<Belonging>?
    /// What was looked at beyond links and rows. Settings, clients and files outside of it may be there although the state
    /// does not say so. `nil`: everything, as in a state that is not observed but made; what is not in it is not there.
    package var scope: ObservationScope?

    /// Creates a state; by default one of a host with nothing on it, and with nothing that was not looked at.
    package init(
        links: [DeviceName: Link] = [:], vswitch: VswitchState? = nil, dhcpClients: [DHCPClient] = [],
        files: [String: FileContents] = [:], directories: Set<String> = [], programs: Set<String> = [],
        hasBalanceSLB: Bool? = nil, otherRoutes: [OtherRoute]? = nil, ipv6: IPv6Host? = nil,
        belongings: Set<Belonging>? = nil, scope: ObservationScope? = nil
    ) {
        self.links = links
        self.vswitch = vswitch
        self.dhcpClients = dhcpClients
        self.files = files
        self.directories = directories
        self.programs = programs
        self.hasBalanceSLB = hasBalanceSLB
        self.otherRoutes = otherRoutes
        self.ipv6 = ipv6
        self.belongings = belongings
        self.scope = scope
    }
}

extension ObservedState {
    /// The state of a host that has its cards and nothing else, to plan from without a host.
    ///
    /// - Parameters:
    ///   - cards: The network cards, and their MAC addresses.
    ///   - datapath: What switches the host's frames.
    public init(cards: [DeviceName: MACAddress], datapath: Datapath) {
        self.init(
            links: cards.mapValues { Link(kind: .other(nil), mac: $0) },
            vswitch: datapath == .openvswitch ? VswitchState() : nil)
    }

    /// The same for the cards that records describe.
    ///
    /// - Parameters:
    ///   - records: The records; a card whose PIF has no MAC address is left out.
    ///   - datapath: What switches the host's frames.
    public init(cardsOf records: NetworkModel, datapath: Datapath) {
        let cards = records.pifs.values.filter {
            $0.vlan == nil && $0.bondMasterOf.isEmpty && $0.tunnelAccessPIFOf.isEmpty
        }
        let addresses = cards.compactMap { pif in pif.mac.map { (pif.device, $0) } }
        self.init(cards: Dictionary(addresses, uniquingKeysWith: { first, _ in first }), datapath: datapath)
    }
}
