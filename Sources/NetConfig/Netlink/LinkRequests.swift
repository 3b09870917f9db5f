internal import CLibNL
internal import Glibc

/// The requests that make, change and delete links.
enum LinkRequests {
    /// The fixed header of a link message: which link, and which of its flags change.
    private static func message(
        _ type: Int, index: Int32 = 0, up: Bool? = nil, flags: Int32 = 0
    ) -> NetlinkMessage {
        var message = NetlinkMessage(type, flags: flags)
        var header = ifinfomsg()
        header.ifi_index = index
        if let up {
            header.ifi_flags = up ? UInt32(IFF_UP) : 0
            header.ifi_change = UInt32(IFF_UP)
        }
        message.append(header)
        return message
    }

    /// Equivalent to: `ip link add name NAME [address MAC] type …`. `parent` is the index of the device under a VLAN link,
    /// and ignored for other kinds.
    static func create(_ name: DeviceName, _ kind: LinkKind, mac: MACAddress?, parent: Int32) -> NetlinkMessage {
        var message = message(RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL)
        message.put(IFLA_IFNAME, name.text)
        if let mac { message.put(IFLA_ADDRESS, mac.bytes) }
        if case .vlan = kind { message.put(IFLA_LINK, UInt32(bitPattern: parent)) }
        message.nest(IFLA_LINKINFO) { info in
            switch kind {
            case .bridge(let attributes):
                info.put(IFLA_INFO_KIND, "bridge")
                info.nest(IFLA_INFO_DATA) { put(attributes, into: &$0) }
            case .bond(let attributes):
                info.put(IFLA_INFO_KIND, "bond")
                info.nest(IFLA_INFO_DATA) {
                    $0.put(IFLA_BOND_MODE, BondNames.number(of: attributes.mode, in: BondNames.modes))
                    put(attributes, primary: nil, into: &$0)
                }
            case .vlan(let attributes):
                info.put(IFLA_INFO_KIND, "vlan")
                info.nest(IFLA_INFO_DATA) { $0.put(IFLA_VLAN_ID, attributes.tag) }
            case .other(let kind):
                info.put(IFLA_INFO_KIND, kind ?? "")
            }
        }
        return message
    }

    /// Equivalent to: `ip link show NAME`. The acknowledgement ends the answer.
    static func get(_ index: Int32) -> NetlinkMessage { message(RTM_GETLINK, index: index, flags: NLM_F_ACK) }

    /// Equivalent to: `ip link delete NAME`
    static func delete(_ index: Int32) -> NetlinkMessage { message(RTM_DELLINK, index: index) }

    /// Equivalent to: `ip link set NAME up`, or `down`
    static func set(_ index: Int32, up: Bool) -> NetlinkMessage { message(RTM_NEWLINK, index: index, up: up) }

    /// Equivalent to: `ip link set NAME master MASTER`; a master of 0 is `nomaster`
    static func set(_ index: Int32, master: Int32) -> NetlinkMessage {
        var message = message(RTM_NEWLINK, index: index)
        message.put(IFLA_MASTER, UInt32(bitPattern: master))
        return message
    }

    /// Equivalent to: `ip link set NAME address MAC`
    static func set(_ index: Int32, mac: MACAddress) -> NetlinkMessage {
        var message = message(RTM_NEWLINK, index: index)
        message.put(IFLA_ADDRESS, mac.bytes)
        return message
    }

    /// Equivalent to: `ip link set NAME mtu MTU`
    static func set(_ index: Int32, mtu: Int) -> NetlinkMessage {
        var message = message(RTM_NEWLINK, index: index)
        message.put(IFLA_MTU, UInt32(clamping: mtu))
        return message
    }

    /// Equivalent to: `ip link set NAME type bridge …`
    static func set(_ index: Int32, _ attributes: BridgeAttributes) -> NetlinkMessage {
        change(index, kind: "bridge") { put(attributes, into: &$0) }
    }

    /// Equivalent to: `ip link set NAME type bond mode MODE`
    static func set(_ index: Int32, bondMode: String) -> NetlinkMessage {
        change(index, kind: "bond") { $0.put(IFLA_BOND_MODE, BondNames.number(of: bondMode, in: BondNames.modes)) }
    }

    /// Equivalent to: `ip link set NAME type bond …`, all but the mode; `primary` is the index of the primary slave
    static func set(_ index: Int32, _ attributes: BondAttributes, primary: Int32?) -> NetlinkMessage {
        change(index, kind: "bond") { put(attributes, primary: primary, into: &$0) }
    }

    private static func change(
        _ index: Int32, kind: String, _ data: (inout NetlinkMessage) -> Void
    ) -> NetlinkMessage {
        var message = message(RTM_NEWLINK, index: index)
        message.nest(IFLA_LINKINFO) { info in
            info.put(IFLA_INFO_KIND, kind)
            info.nest(IFLA_INFO_DATA, data)
        }
        return message
    }

    private static func put(_ attributes: BridgeAttributes, into data: inout NetlinkMessage) {
        data.put(IFLA_BR_FORWARD_DELAY, UInt32(clamping: attributes.forwardDelay))
        data.put(IFLA_BR_STP_STATE, UInt32(attributes.stp ? 1 : 0))
        data.put(IFLA_BR_MCAST_SNOOPING, UInt8(attributes.multicastSnooping ? 1 : 0))
    }

    /// The kernel takes the options in its own order, whatever ours is: the interval before the delays.
    private static func put(_ attributes: BondAttributes, primary: Int32?, into data: inout NetlinkMessage) {
        data.put(IFLA_BOND_MIIMON, UInt32(clamping: attributes.miimon))
        if attributes.miimon > 0 {
            data.put(IFLA_BOND_UPDELAY, UInt32(clamping: attributes.updelay))
            data.put(IFLA_BOND_DOWNDELAY, UInt32(clamping: attributes.downdelay))
        }
        data.put(IFLA_BOND_USE_CARRIER, UInt8(attributes.useCarrier ? 1 : 0))
        if let policy = attributes.transmitHashPolicy {
            data.put(IFLA_BOND_XMIT_HASH_POLICY, BondNames.number(of: policy, in: BondNames.hashPolicies))
        }
        if let rate = attributes.lacpRate {
            data.put(IFLA_BOND_AD_LACP_RATE, BondNames.number(of: rate, in: BondNames.lacpRates))
        }
        if let primary { data.put(IFLA_BOND_PRIMARY, UInt32(bitPattern: primary)) }
    }
}
