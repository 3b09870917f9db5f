internal import NetConfigCore
internal import CLibNL
internal import SystemPackage

/// Requests about links. They name their device by `IFLA_IFNAME` and leave the index 0, so the kernel looks it up
/// under its own lock; only *other* devices (master, parent, primary) must be given by index.
extension NetlinkMessage {
    /// How a device's name becomes its index.
    typealias IndexLookup = (DeviceName) throws(NetlinkError) -> Int32

    /// Makes a bridge, bond or VLAN link.
    ///
    /// - Throws: what `index` throws; `EINVAL` for a bond option without a number; `EOPNOTSUPP` for any other kind of
    ///   link.
    static func createLink(
        _ name: DeviceName, _ kind: LinkKind, mac: MACAddress?, index: IndexLookup
    ) throws(NetlinkError) -> NetlinkMessage {
        let create = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
        switch kind {
        case .bridge(let attributes):
            var message = NetlinkMessage(changing: name, flags: create, operation: "create bridge \(name)")
            message.put(mac: mac)
            message.putInfo("bridge") { message in
                // What is the kernel's default anyway stays out: a kernel without snooping takes the message too. Filtering
                // is put back with the VLANs that it is about, which can be set only before.
                if attributes.stp { message.put(IFLA_BR_STP_STATE, UInt32(1)) }
                message.put(IFLA_BR_FORWARD_DELAY, UInt32(clamping: attributes.forwardDelay))
                if !attributes.multicastSnooping { message.put(IFLA_BR_MCAST_SNOOPING, UInt8(0)) }
            }
            return message
        case .bond(let attributes):
            let operation = "create bond \(name)"
            let options = try BondOption.all(
                of: attributes, primary: attributes.primaryIndex(index), on: name, operation: operation)
            var message = NetlinkMessage(changing: name, flags: create, operation: operation)
            message.put(mac: mac)
            message.putInfo("bond") { message in
                for option in options where !option.isUnset { message.put(option.type, option.value) }
            }
            return message
        case .vlan(let attributes):
            let parent = try index(attributes.parent)
            var message = NetlinkMessage(changing: name, flags: create, operation: "create VLAN link \(name)")
            message.put(IFLA_LINK, parent)
            message.put(mac: mac)
            message.putInfo("vlan") { message in
                message.put(IFLA_VLAN_ID, attributes.tag)
                message.put(IFLA_VLAN_PROTOCOL, VLANProtocol.dot1Q)
            }
            return message
        case .other(let kind):
            throw NetlinkError(
                operation: "create \(kind ?? "network card") \(name)", device: name, code: .notSupported)
        }
    }

    /// Deletes a link.
    static func deleteLink(_ name: DeviceName) -> NetlinkMessage {
        var message = NetlinkMessage(RTM_DELLINK, header: ifinfomsg(), operation: "delete \(name)", device: name)
        message.put(IFLA_IFNAME, name)
        return message
    }

    /// Asks for one link, without its statistics.
    static func getLink(_ name: DeviceName) -> NetlinkMessage {
        var message = NetlinkMessage(RTM_GETLINK, header: ifinfomsg(), operation: "find \(name)", device: name)
        message.put(IFLA_IFNAME, name)
        message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        return message
    }

    /// Asks for a link by its number.
    static func getLink(index: Int32) -> NetlinkMessage {
        var header = ifinfomsg()
        header.ifi_index = index
        var message = NetlinkMessage(RTM_GETLINK, header: header, operation: "find device \(index)", device: nil)
        message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        return message
    }

    /// Asks for all links, without their statistics.
    static func getLinks() -> NetlinkMessage {
        var message = NetlinkMessage(
            RTM_GETLINK, flags: NLM_F_DUMP, header: ifinfomsg(), operation: "list links", device: nil)
        message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        return message
    }

    /// Sets a link up or down.
    static func setLink(_ name: DeviceName, up: Bool) -> NetlinkMessage {
        var header = ifinfomsg()
        header.ifi_change = LinkFlags.up
        header.ifi_flags = up ? LinkFlags.up : 0
        return NetlinkMessage(changing: name, header: header, operation: "set \(name) \(up ? "up" : "down")")
    }

    /// Enslaves a link, or releases it where the master's index is 0.
    static func setMaster(_ name: DeviceName, _ master: DeviceName?, index: Int32) -> NetlinkMessage {
        let operation = master.map { "enslave \(name) to \($0)" } ?? "release \(name) from its master"
        var message = NetlinkMessage(changing: name, operation: operation)
        message.put(IFLA_MASTER, index)
        return message
    }

    /// Sets a link's MAC address.
    static func setMAC(_ name: DeviceName, _ mac: MACAddress) -> NetlinkMessage {
        var message = NetlinkMessage(changing: name, operation: "set MAC address \(mac) on \(name)")
        message.put(mac: mac)
        return message
    }

    /// Sets a link's MTU in bytes.
    static func setMTU(_ name: DeviceName, _ mtu: Int) -> NetlinkMessage {
        var message = NetlinkMessage(changing: name, operation: "set MTU \(mtu) on \(name)")
        message.put(IFLA_MTU, UInt32(clamping: mtu))
        return message
    }

    /// Turns a bridge's spanning tree protocol on or off.
    static func setSpanningTree(_ name: DeviceName, _ isOn: Bool) -> NetlinkMessage {
        var message = NetlinkMessage(changing: name, operation: "turn STP \(isOn ? "on" : "off") on \(name)")
        message.putInfo("bridge") { $0.put(IFLA_BR_STP_STATE, UInt32(isOn ? 1 : 0)) }
        return message
    }

    /// Turns a bridge's VLAN filtering on or off.
    static func setVLANFiltering(_ name: DeviceName, _ isOn: Bool) -> NetlinkMessage {
        let operation = "turn VLAN filtering \(isOn ? "on" : "off") on \(name)"
        var message = NetlinkMessage(changing: name, operation: operation)
        message.putInfo("bridge") { $0.put(IFLA_BR_VLAN_FILTERING, UInt8(isOn ? 1 : 0)) }
        return message
    }

    /// Sets a flag of a device or of a bridge's port.
    static func setFlag(_ name: DeviceName, _ flag: ForwardingFlag, _ isOn: Bool) -> NetlinkMessage {
        let operation = "set \(name) \(flag) \(isOn ? "on" : "off")"
        var header = ifinfomsg()
        guard let attribute = flag.portAttribute else {
            header.ifi_change = LinkFlags.noARP
            header.ifi_flags = isOn ? 0 : LinkFlags.noARP
            return NetlinkMessage(changing: name, header: header, operation: operation)
        }
        var message = NetlinkMessage(changing: name, operation: operation)
        message.nest(IFLA_LINKINFO) { message in
            message.put(IFLA_INFO_SLAVE_KIND, "bridge")
            message.nest(IFLA_INFO_SLAVE_DATA) { $0.put(attribute, UInt8(isOn ? 1 : 0)) }
        }
        return message
    }

    /// Lets a bridge's port forward, or disables it. Of a change of the link itself the bridge would make an occasion to look at
    /// the carrier, and enable the port; so this is the bridge's own message.
    static func setForwarding(_ name: DeviceName, index: Int32, _ isOn: Bool) -> NetlinkMessage {
        var header = ifinfomsg()
        header.ifi_family = UInt8(PF_BRIDGE)
        header.ifi_index = index
        var message = NetlinkMessage(
            RTM_SETLINK, flags: NLM_F_ACK, header: header, operation: "set \(name) forwarding \(isOn ? "on" : "off")",
            device: name)
        // The old form, which all kernels take: the state alone, and not nested.
        message.put(IFLA_PROTINFO, isOn ? PortState.forwarding : PortState.disabled)
        return message
    }

    /// Sets a bridge's forward delay and multicast snooping.
    static func setBridge(_ name: DeviceName, _ attributes: BridgeAttributes) -> NetlinkMessage {
        var message = NetlinkMessage(changing: name, operation: "set bridge attributes on \(name)")
        message.putInfo("bridge") { message in
            message.put(IFLA_BR_FORWARD_DELAY, UInt32(clamping: attributes.forwardDelay))
            message.put(IFLA_BR_MCAST_SNOOPING, UInt8(attributes.multicastSnooping ? 1 : 0))
        }
        return message
    }

    /// Asks for a bond of a mode whose active slave has an index that no device has: nothing is made.
    static func askForBondMode(_ mode: UInt8, as name: DeviceName) -> NetlinkMessage {
        var message = NetlinkMessage(
            changing: name, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
            operation: "ask for bonding mode \(mode)")
        message.putInfo("bond") { message in
            message.put(IFLA_BOND_MODE, mode)
            message.put(IFLA_BOND_ACTIVE_SLAVE, UInt32(Int32.max))
        }
        return message
    }

    /// Sets options of a bond.
    static func setBond(_ name: DeviceName, _ options: [BondOption]) -> NetlinkMessage {
        var message = NetlinkMessage(changing: name, operation: BondOption.operation(on: name))
        message.putInfo("bond") { message in
            for option in options { message.put(option.type, option.value) }
        }
        return message
    }

    /// A message that changes, or makes, the link of a name.
    private init(
        changing name: DeviceName, flags: Int32 = NLM_F_ACK, header: ifinfomsg = ifinfomsg(), operation: String
    ) {
        self.init(RTM_NEWLINK, flags: flags, header: header, operation: operation, device: name)
        put(IFLA_IFNAME, name)
    }

    private mutating func put(mac: MACAddress?) {
        if let mac { put(IFLA_ADDRESS, mac.bytes) }
    }

    private mutating func putInfo(_ kind: String, _ data: (inout NetlinkMessage) -> Void) {
        nest(IFLA_LINKINFO) { message in
            message.put(IFLA_INFO_KIND, kind)
            message.nest(IFLA_INFO_DATA, data)
        }
    }
}

extension ForwardingFlag {
    /// The number of the attribute that sets it on a bridge's port; `nil` for one of the device itself or of a table.
    var portAttribute: Int? {
        switch self {
        case .arp, .ownAddress: nil
        case .learning: IFLA_BRPORT_LEARNING
        case .flood: IFLA_BRPORT_UNICAST_FLOOD
        case .multicastFlood: IFLA_BRPORT_MCAST_FLOOD
        case .broadcastFlood: IFLA_BRPORT_BCAST_FLOOD
        case .isolated: IFLA_BRPORT_ISOLATED
        // `IFLA_BRPORT_LOCKED`, since Linux 5.18.
        case .locked: 39
        case .forwarding: IFLA_BRPORT_STATE
        }
    }

    /// Whether it is on by an attribute's value: most are 0 or 1, one is a state of the spanning tree. A port that listens or
    /// learns will forward in a moment.
    func isOn(_ value: UInt8) -> Bool {
        self == .forwarding ? value != PortState.disabled && value != PortState.blocking : value != 0
    }

    /// The flag that an attribute of a bridge's port sets.
    init?(portAttribute number: Int) {
        guard let flag = Self.allCases.first(where: { $0.portAttribute == number }) else { return nil }
        self = flag
    }
}

/// States of a bridge's port (`BR_STATE_…` of `linux/if_bridge.h`).
private enum PortState {
    static let disabled: UInt8 = 0
    static let forwarding: UInt8 = 3
    static let blocking: UInt8 = 4
}
