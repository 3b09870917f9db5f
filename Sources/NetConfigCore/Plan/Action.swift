/// One change to the host. Everything that this program ever does to a host is one of these.
package enum Action: Hashable, Sendable, Codable {
    /// Makes a bridge, bond or VLAN link, down. The MAC address is set in the same message: a bridge with an address of
    /// its own does not change it when ports come and go.
    ///
    /// Equivalent to: `ip link add name NAME [address MAC] type …`
    case createLink(DeviceName, LinkKind, mac: MACAddress?)
    /// Equivalent to: `ip link delete NAME`
    case deleteLink(DeviceName)
    /// Equivalent to: `ip link set NAME up`
    case setUp(DeviceName)
    /// Equivalent to: `ip link set NAME down`
    case setDown(DeviceName)
    /// Equivalent to: `ip link set NAME master MASTER`, or `nomaster`
    case setMaster(DeviceName, DeviceName?)
    /// Equivalent to: `ip link set NAME address MAC`
    case setMAC(DeviceName, MACAddress)
    /// Equivalent to: `ip link set NAME mtu MTU`
    case setMTU(DeviceName, Int)
    /// Equivalent to: `ip link set NAME type bridge stp_state … forward_delay … mcast_snooping … vlan_filtering …`
    case setBridgeAttributes(DeviceName, BridgeAttributes)
    /// Changes the mode of a bond, which must be down and without slaves.
    ///
    /// Equivalent to: `ip link set NAME type bond mode MODE`
    case setBondMode(DeviceName, String)
    /// Changes the options of a bond that can change while it has slaves: all but the mode.
    ///
    /// Equivalent to: `ip link set NAME type bond miimon …`
    case setBondAttributes(DeviceName, BondAttributes)
    /// Equivalent to: `ethtool -K NAME OFFLOAD on|off`
    case setOffload(DeviceName, Offload, Bool)
    /// Equivalent to: `bridge link set dev NAME FLAG on|off`, `ip link set NAME arp on|off`
    case setFlag(DeviceName, ForwardingFlag, Bool)
    /// Equivalent to: `ethtool -s NAME speed … duplex … autoneg …`
    case setLinkSettings(DeviceName, LinkSettings)
    /// Equivalent to: `sysctl net.ipv6.conf.NAME.accept_ra=… net.ipv6.conf.NAME.autoconf=… net.ipv6.conf.NAME.disable_ipv6=…`
    case setIPv6(DeviceName, IPv6Settings)
    /// Equivalent to: `ip address add PREFIX [broadcast ADDRESS] dev NAME`
    case addAddress(DeviceName, LinkAddress)
    /// Equivalent to: `ip address delete PREFIX dev NAME`
    case removeAddress(DeviceName, LinkAddress)
    /// Equivalent to: `ip route add DESTINATION [via GATEWAY] dev NAME proto … metric … [onlink]`
    case addRoute(DeviceName, Route)
    /// Equivalent to: `ip route delete DESTINATION [via GATEWAY] dev NAME proto … metric …`
    case removeRoute(DeviceName, Route)
    /// Changes Open vSwitch rows in one guarded transaction and waits until ovs-vswitchd has done it.
    ///
    /// Equivalent to: one `ovs-vsctl` command
    case changeVswitch([VswitchChange])
    /// Equivalent to: `ovs-ofctl add-flows BRIDGE -`
    case addFlows(String, [SecureModeFlow])
    /// Takes back `addFlows`. Equivalent to: `ovs-ofctl --strict del-flows BRIDGE -`
    case removeFlows(String, [SecureModeFlow])
    /// Starts a DHCP client and waits, up to `patience` seconds, until it has a lease.
    case startDHCP(DHCPClient, patience: Int)
    /// Ends a DHCP client; its lease is released.
    case stopDHCP(DHCPClient)
    /// Replaces, makes (`before` is `nil`) or removes (`after` is `nil`) a file, atomically.
    case replaceFile(String, before: FileContents?, after: FileContents?)
    /// Gives a file another name, which no file has.
    ///
    /// Equivalent to: `mv FILE NAME`
    case moveFile(String, to: String)
    /// Tells switches and neighbours where addresses now are: gratuitous ARP, unsolicited neighbour advertisement. An
    /// empty list stands for all that the device has by then: only its DHCP client knows them.
    case announce(DeviceName, [IPAddress])
    /// Asks who on a bridge listens to which multicast groups (IGMP): Open vSwitch learns it from the answers, and hosts
    /// give them only when they are asked.
    case queryMulticast(DeviceName)
    /// Opens or closes a TCP port of the host, with the program that XAPI itself has for it.
    ///
    /// Equivalent to: `/etc/xapi.d/plugins/firewall-port open|close PORT`
    case setFirewallPort(Int, wasOpen: Bool, isOpen: Bool)
    /// Puts back what hung on devices beyond what the other actions know: entries of the kernel's tables, attributes,
    /// settings. What is there is left as it is; where some cannot be put back the rest is.
    case restore([Belonging])
    /// Runs a program that has no effect on the network, such as `/sbin/update-issue`.
    case run(String)
}
