internal import CLibNL
internal import Glibc

/// Links as the kernel lists them, while their indexes still matter.
struct LinkDump {
    /// The names of devices by index.
    private(set) var names: [Int32: DeviceName] = [:]
    private var entries: [(name: DeviceName, link: Link, master: Int32?, parent: Int32?, primary: Int32?)] = []
    private var vswitches: Set<Int32> = []

    /// Equivalent to: `ip -details link show`, without statistics.
    static func request() -> NetlinkMessage {
        var message = NetlinkMessage(RTM_GETLINK, flags: NLM_F_DUMP)
        message.append(ifinfomsg())
        message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        return message
    }

    /// Takes up one message. Devices whose name is none that we could work with are left out.
    mutating func add(_ type: Int, _ body: ArraySlice<UInt8>) {
        guard type == RTM_NEWLINK, let index: Int32 = body.number(at: 4), let flags: UInt32 = body.number(at: 8) else {
            return
        }
        var link = Link(kind: .other(nil), mtu: nil, isUp: flags & UInt32(IFF_UP) != 0)
        var name: DeviceName?
        var master: Int32?
        var parent: Int32?
        var info: NetlinkAttributes?
        for attribute in NetlinkAttributes(body.dropFirst(16)) {
            switch attribute.type {
            case IFLA_IFNAME: name = DeviceName(attribute.text)
            case IFLA_ADDRESS: link.mac = MACAddress(bytes: attribute.value)
            case IFLA_PERM_ADDRESS: link.permanentMAC = MACAddress(bytes: attribute.value)
            case IFLA_MTU: link.mtu = attribute.number(UInt32.self).map(Int.init)
            case IFLA_MASTER: master = attribute.number()
            case IFLA_LINK: parent = attribute.number()
            case IFLA_LINKINFO: info = attribute.nested
            case IFLA_AF_SPEC: link.ipv6 = Self.ipv6(attribute.nested)
            default: break
            }
        }
        guard let name else { return }
        names[index] = name
        var primary: Int32?
        if let info { primary = Self.read(info, into: &link) }
        if case .other("openvswitch") = link.kind { vswitches.insert(index) }
        entries.append((name, link, master, parent, primary))
    }

    /// The links by name, with masters and parents by name as well.
    func links() -> [DeviceName: Link] {
        var links: [DeviceName: Link] = [:]
        for (name, link, master, parent, primary) in entries {
            var link = link
            // The device that all ports of a kernel datapath are enslaved to says nothing about their bridge.
            link.master = master.flatMap { vswitches.contains($0) ? nil : names[$0] }
            switch link.kind {
            case .vlan(let vlan):
                link.kind =
                    parent.flatMap { names[$0] }.map { .vlan(VLANAttributes(parent: $0, tag: vlan.tag)) }
                    ?? .other("vlan")
            case .bond(var attributes):
                attributes.primary = primary.flatMap { names[$0] }
                link.kind = .bond(attributes)
            default: break
            }
            links[name] = link
        }
        return links
    }

    /// Reads `IFLA_LINKINFO`; returns the index of a bond's primary slave.
    private static func read(_ info: NetlinkAttributes, into link: inout Link) -> Int32? {
        var kind: String?
        var data = NetlinkAttributes([])
        for attribute in info {
            switch attribute.type {
            case IFLA_INFO_KIND: kind = attribute.text
            case IFLA_INFO_DATA: data = attribute.nested
            case IFLA_INFO_SLAVE_DATA:
                for slave in attribute.nested where slave.type == IFLA_BOND_SLAVE_PERM_HWADDR {
                    // A bridge port's attribute of this number is one byte long, and no address.
                    if let mac = MACAddress(bytes: slave.value) { link.permanentMAC = mac }
                }
            default: break
            }
        }
        switch kind {
        case "bridge": link.kind = .bridge(bridge(data))
        case "bond":
            let (attributes, primary) = bond(data)
            link.kind = .bond(attributes)
            return primary
        case "vlan":
            let tag: UInt16? = data.first { $0.type == IFLA_VLAN_ID }?.number()
            // The parent's name is known when all links are.
            if let tag, let unknown = DeviceName("?") { link.kind = .vlan(VLANAttributes(parent: unknown, tag: tag)) }
        default: link.kind = .other(kind)
        }
        return nil
    }

    private static func bridge(_ data: NetlinkAttributes) -> BridgeAttributes {
        var bridge = BridgeAttributes()
        for attribute in data {
            switch attribute.type {
            case IFLA_BR_STP_STATE: bridge.stp = attribute.number(UInt32.self) != 0
            case IFLA_BR_FORWARD_DELAY: bridge.forwardDelay = attribute.number(UInt32.self).map(Int.init) ?? 0
            case IFLA_BR_MCAST_SNOOPING: bridge.multicastSnooping = attribute.number(UInt8.self) != 0
            default: break
            }
        }
        return bridge
    }

    private static func bond(_ data: NetlinkAttributes) -> (BondAttributes, primary: Int32?) {
        var bond = BondAttributes(mode: "", miimon: 0, updelay: 0, downdelay: 0, useCarrier: true)
        var primary: Int32?
        for attribute in data {
            func name(in names: [String]) -> String? {
                attribute.number(UInt8.self).map { BondNames.name(of: $0, in: names) }
            }
            func milliseconds() -> Int { attribute.number(UInt32.self).map(Int.init) ?? 0 }
            switch attribute.type {
            case IFLA_BOND_MODE: bond.mode = name(in: BondNames.modes) ?? ""
            case IFLA_BOND_MIIMON: bond.miimon = milliseconds()
            case IFLA_BOND_UPDELAY: bond.updelay = milliseconds()
            case IFLA_BOND_DOWNDELAY: bond.downdelay = milliseconds()
            case IFLA_BOND_USE_CARRIER: bond.useCarrier = attribute.number(UInt8.self) != 0
            case IFLA_BOND_XMIT_HASH_POLICY: bond.transmitHashPolicy = name(in: BondNames.hashPolicies)
            case IFLA_BOND_AD_LACP_RATE: bond.lacpRate = name(in: BondNames.lacpRates)
            case IFLA_BOND_PRIMARY: primary = attribute.number()
            default: break
            }
        }
        return (bond, primary)
    }

    /// `IFLA_AF_SPEC` holds `AF_INET6`, that holds `IFLA_INET6_CONF`: an array of 32-bit numbers by `DEVCONF_…`.
    private static func ipv6(_ families: NetlinkAttributes) -> IPv6Settings? {
        let inet6 = families.first { $0.type == AF_INET6 }
        guard let values = inet6?.nested.first(where: { $0.type == IFLA_INET6_CONF })?.value else { return nil }
        func value(_ index: Int) -> Int32? { values.number(at: 4 * index) }
        guard let acceptRA = value(DEVCONF_ACCEPT_RA), let autoconf = value(DEVCONF_AUTOCONF)
        else { return nil }
        return IPv6Settings(
            acceptRA: Int(acceptRA), autoconf: autoconf != 0,
            isDisabled: value(DEVCONF_DISABLE_IPV6) ?? 0 != 0)
    }
}
