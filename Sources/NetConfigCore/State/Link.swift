/// A network device of the kernel, with its addresses and routes.
package struct Link: Hashable, Sendable, Codable {
    /// What the device is.
    package var kind: LinkKind
    /// Current hardware address; `nil` for a device that is not Ethernet.
    package var mac: MACAddress?
    /// The address burnt into the card, where the kernel tells it (`IFLA_PERM_ADDRESS`; of a bond's slave
    /// `IFLA_BOND_SLAVE_PERM_HWADDR`): bonding changes the current one.
    package var permanentMAC: MACAddress?
    /// Largest payload in bytes; `nil` while it cannot be known (a device that ovs-vswitchd is about to make).
    package var mtu: Int?
    /// The largest MTU of a card or a device of Open vSwitch, `nil` if unknown (`IFLA_MAX_MTU`, since Linux 4.19).
    package var greatestMTU: Int?
    /// The least MTU that such a device can have, `nil` if unknown (`IFLA_MIN_MTU`).
    package var leastMTU: Int?
    /// Whether the device is administratively up (`IFF_UP`).
    package var isUp: Bool
    /// The bridge or bond that it is enslaved to. `nil` for a port of Open vSwitch, whose rows say where it belongs.
    package var master: DeviceName?
    /// IPv4 addresses and IPv6 addresses that are not link-local, in the kernel's order.
    package var addresses: [LinkAddress]
    /// Unicast routes of the main table over this device, but those that the kernel made or a router advertised.
    package var routes: [Route]
    /// IPv6 settings; `nil` where the device has no IPv6.
    package var ipv6: IPv6Settings?
    /// Offloads that the device has; empty where they were not asked for.
    package var offloads: [Offload: Bool]
    /// Offloads among those whose state the device cannot change (`[fixed]` in `ethtool -k`).
    package var fixedOffloads: Set<Offload>
    /// Speed, duplex and negotiation; `nil` where the device has none, or was not asked.
    package var settings: LinkSettings?

    /// The device whose frames it gets a share of, where it is a macvlan, macvtap or ipvlan device on another one.
    package var sharedCard: DeviceName?
    /// The networks of its addresses to which there is no route although it is up: an administrator or another program has
    /// deleted it, or has given a leased address that makes none. `nil` where none is missing, and where it was not looked for.
    package var unroutedNetworks: Set<IPPrefix>?

    /// Names that the device has besides its own (`ip link property add dev NAME altname OTHER`); `nil` where it has none.
    package var otherNames: [String]?

    /// The gateways that the table of a bridge holds behind a port; `nil` where it holds none, and where it was not looked for.
    package var heldGateways: [HeldNeighbour]?

    /// Flags that are not as on a new device; `nil` where all are.
    package var unusualFlags: Set<ForwardingFlag>?

    /// Creates a link; by default one that is down and bare.
    package init(
        kind: LinkKind, mac: MACAddress? = nil, permanentMAC: MACAddress? = nil, mtu: Int? = 1500, isUp: Bool = false,
        master: DeviceName? = nil, addresses: [LinkAddress] = [], routes: [Route] = [], ipv6: IPv6Settings? = nil,
        offloads: [Offload: Bool] = [:], fixedOffloads: Set<Offload> = [], settings: LinkSettings? = nil
    ) {
        self.kind = kind
        self.mac = mac
        self.permanentMAC = permanentMAC
        self.mtu = mtu
        self.isUp = isUp
        self.master = master
        self.addresses = addresses
        self.routes = routes
        self.ipv6 = ipv6
        self.offloads = offloads
        self.fixedOffloads = fixedOffloads
        self.settings = settings
    }

    /// The address of the card itself, which bonding does not change.
    var ownMAC: MACAddress? { permanentMAC ?? mac }

    /// The MTU that the device can have and that is nearest to a wanted one; `nil` where it has no limits.
    func usableMTU(_ mtu: Int) -> Int? {
        guard leastMTU != nil || greatestMTU != nil else { return nil }
        return max(min(mtu, greatestMTU ?? mtu), leastMTU ?? 0)
    }

    /// Whether there is the route that the kernel makes for an address.
    func hasRoute(for address: LinkAddress) -> Bool {
        address.makesRoute && unroutedNetworks?.contains(address.network) != true
    }

    /// Notes whether there is a route to the network of its addresses.
    package mutating func note(_ network: IPPrefix, isRouted: Bool) {
        var networks = unroutedNetworks ?? []
        if isRouted { networks.remove(network) } else { networks.insert(network) }
        unroutedNetworks = networks.isEmpty ? nil : networks
    }

    /// Whether ovs-vswitchd makes devices of this kind.
    package var isOpenVswitchs: Bool { kind == .other("openvswitch") || kind == .other("tun") }

    /// Whether it is a Linux bridge.
    package var isBridge: Bool {
        guard case .bridge = kind else { return false }
        return true
    }

    /// Whether it is a bond of the kernel's.
    var isBond: Bool { if case .bond = kind { true } else { false } }
}
