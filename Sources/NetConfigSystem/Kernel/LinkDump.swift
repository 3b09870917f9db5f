internal import NetConfigCore
internal import CLibNL

/// The kernel's links as a dump of `RTM_NEWLINK` messages tells them, without addresses and routes.
struct LinkDump {
    /// The names of the links by kernel index.
    private(set) var names: [Int32: DeviceName] = [:]
    /// The links by name.
    private(set) var links: [DeviceName: Link] = [:]

    /// Kinds of devices that share the card of another one, and can stand for a card.
    private static let stackedKinds: Set = ["macvlan", "macvtap", "ipvlan", "ipvtap"]

    /// Decodes a dump.
    init(_ replies: [NetlinkReply]) {
        let records = replies.filter { $0.type == RTM_NEWLINK }.compactMap { LinkRecord($0.payload) }
        var kinds: [Int32: String] = [:]
        names.reserveCapacity(records.count)
        links.reserveCapacity(records.count)
        for record in records {
            names[record.index] = record.name
            kinds[record.index] = record.kind
        }
        for record in records {
            guard let name = record.name else { continue }
            links[name] = record.link(
                // All ports of an Open vSwitch datapath have the same device as master, whatever their bridge.
                master: kinds[record.master] == "openvswitch" ? nil : names[record.master],
                name: { names[$0] })
            // A device on another one can carry no more than that one does now.
            guard let upper = record.kind, Self.stackedKinds.contains(upper), let parent = record.parentName(names)
            else { continue }
            links[name]?.sharedCard = parent
            guard let limit = records.first(where: { $0.name == parent })?.mtu
            else { continue }
            let own = links[name]?.greatestMTU ?? limit
            links[name]?.greatestMTU = min(own, limit)
        }
    }
}

/// One `RTM_NEWLINK` message, indexes unresolved.
package struct LinkRecord {
    /// The kernel's number for the device.
    var index: Int32
    /// Its name; `nil` where the message has none.
    var name: DeviceName?
    /// `IFLA_INFO_KIND`
    var kind: String?
    /// `IFLA_INFO_DATA`
    var info: ArraySlice<UInt8> = []
    /// Index of the master, 0 for none.
    var master: Int32 = 0
    /// Whether the device has a carrier (`IFF_RUNNING`).
    package private(set) var isRunning: Bool
    /// Whether the device is administratively up (`IFF_UP`).
    private(set) var isUp: Bool
    private var isEthernet: Bool
    private(set) var mac: MACAddress?
    private var permanentMAC: MACAddress?
    private var slavePermanentMAC: MACAddress?
    private(set) var mtu: Int?
    private var leastMTU: Int?
    private var greatestMTU: Int?
    private var otherNames: [String] = []
    private var parent: Int32 = 0
    private var isParentElsewhere = false
    private var ipv6: IPv6Settings?
    private var isARPOff: Bool
    private var portFlags: [ForwardingFlag: Bool] = [:]

    /// Decodes what follows the message's header: a `struct ifinfomsg` and attributes.
    init?(_ payload: ArraySlice<UInt8>) {
        guard let type = payload.integer(at: 2, as: UInt16.self), let index = payload.integer(at: 4, as: Int32.self),
            let flags = payload.integer(at: 8, as: UInt32.self)
        else { return nil }
        self.index = index
        isUp = flags & LinkFlags.up != 0
        isRunning = flags & LinkFlags.running != 0
        isARPOff = flags & LinkFlags.noARP != 0
        isEthernet = type == HardwareType.ethernet
        for attribute in NetlinkAttributes(payload.dropFirst(16)) {
            let value = attribute.payload
            switch attribute.type {
            case IFLA_IFNAME: name = DeviceName(kernel: value.prefix { $0 != 0 })
            case IFLA_ADDRESS: mac = MACAddress(bytes: value)
            case IFLA_PERM_ADDRESS: permanentMAC = MACAddress(bytes: value)
            case IFLA_MTU: mtu = value.integer(as: UInt32.self).map(Int.init)
            case IFLA_MIN_MTU: leastMTU = value.integer(as: UInt32.self).map(Int.init)
            case IFLA_MAX_MTU: greatestMTU = value.integer(as: UInt32.self).map(Int.init)
            case IFLA_MASTER: master = value.integer() ?? 0
            case IFLA_LINK: parent = value.integer() ?? 0
            case IFLA_LINK_NETNSID: isParentElsewhere = true
            case IFLA_LINKINFO: readInfo(attribute.nested)
            // Linux before 5.5 has none.
            case IFLA_PROP_LIST: readProperties(attribute.nested)
            case IFLA_AF_SPEC: readFamilies(attribute.nested)
            default: break
            }
        }
    }

    /// The device that it is on; `nil` where there is none, or it is in another namespace.
    func parentName(_ names: [Int32: DeviceName]) -> DeviceName? { isParentElsewhere ? nil : names[parent] }

    /// The link, with the names of the devices that it refers to.
    func link(master: DeviceName?, name: (Int32) -> DeviceName?) -> Link {
        var link = Link(
            kind: linkKind(name), mac: isEthernet ? mac : nil,
            permanentMAC: isEthernet ? slavePermanentMAC ?? permanentMAC : nil, mtu: mtu, isUp: isUp, master: master,
            ipv6: ipv6)
        if case .other = link.kind {
            // 0 stands for no limit.
            link.greatestMTU = greatestMTU == 0 ? nil : greatestMTU
            link.leastMTU = leastMTU == 0 ? nil : leastMTU
        }
        // The kernel itself disables a port without a carrier, and enables it again.
        for (flag, isOn) in portFlags where flag != .forwarding || isRunning { link.set(flag, isOn) }
        // Some virtual devices never answer ARP; one that has addresses must.
        if isARPOff, link.isBridge || link.isOpenVswitchs { link.set(.arp, false) }
        if !otherNames.isEmpty { link.otherNames = otherNames }
        return link
    }

    private func linkKind(_ name: (Int32) -> DeviceName?) -> LinkKind {
        switch kind {
        case "bridge": .bridge(BridgeAttributes(info))
        case "bond": .bond(BondAttributes(info, name: name))
        // A VLAN of 802.1ad, or one on a device of another namespace, is none that this program could describe.
        case "vlan":
            VLANAttributes(info, parent: isParentElsewhere ? nil : name(parent)).map(LinkKind.vlan)
                ?? .other(kind)
        default: .other(kind)
        }
    }

    private mutating func readInfo(_ attributes: NetlinkAttributes) {
        var slaveKind: String?
        for attribute in attributes {
            switch attribute.type {
            case IFLA_INFO_KIND: kind = attribute.payload.text
            case IFLA_INFO_DATA: info = attribute.payload
            case IFLA_INFO_SLAVE_KIND: slaveKind = attribute.payload.text
            case IFLA_INFO_SLAVE_DATA where slaveKind == "bond":
                let permanent = attribute.nested.first { $0.type == IFLA_BOND_SLAVE_PERM_HWADDR }
                slavePermanentMAC = permanent.flatMap { MACAddress(bytes: $0.payload) }
            case IFLA_INFO_SLAVE_DATA where slaveKind == "bridge":
                for flag in attribute.nested {
                    if let known = ForwardingFlag(portAttribute: flag.type) {
                        portFlags[known] = known.isOn(flag.payload.first ?? 0)
                    }
                }
            default: break
            }
        }
    }

    private mutating func readProperties(_ attributes: NetlinkAttributes) {
        for attribute in attributes where attribute.type == IFLA_ALT_IFNAME {
            let bytes = attribute.payload.prefix { $0 != 0 }
            guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else { continue }
            otherNames.append(text)
        }
    }

    private mutating func readFamilies(_ attributes: NetlinkAttributes) {
        let family = attributes.first { $0.type == AddressFamily.v6 }
        guard let values = family?.nested.first(where: { $0.type == IFLA_INET6_CONF })?.payload else { return }
        func value(_ index: Int) -> Int { Int(values.integer(at: 4 * index, as: Int32.self) ?? 0) }
        ipv6 = IPv6Settings(
            acceptRA: value(DeviceConfiguration.acceptRA), autoconf: value(DeviceConfiguration.autoconf) != 0,
            isDisabled: value(DeviceConfiguration.disableIPv6) != 0,
            isForwarding: value(DeviceConfiguration.forwarding) != 0)
        let mode = family?.nested.first { $0.type == IFLA_INET6_ADDR_GEN_MODE }?.payload.first
        if let mode, UInt32(mode) == IN6_ADDR_GEN_MODE_NONE.rawValue { ipv6?.isGenerationOff = true }
    }
}

/// Address families of `socket(2)` as rtnetlink numbers them.
enum AddressFamily {
    /// `AF_INET`
    static let v4 = 2
    /// `AF_INET6`
    static let v6 = 10
}

/// Kinds of hardware (`ARPHRD_…` of `linux/if_arp.h`).
enum HardwareType {
    /// `ARPHRD_ETHER`
    static let ethernet: UInt16 = 1
}

/// Places in `IFLA_INET6_CONF`, an array of 32-bit numbers (`DEVCONF_…` of `linux/ipv6.h`, a header that does not go
/// together with the C library's).
private enum DeviceConfiguration {
    static let forwarding = 0
    static let acceptRA = 3
    static let autoconf = 5
    static let disableIPv6 = 26
}

extension BridgeAttributes {
    /// Decodes `IFLA_INFO_DATA` of a bridge.
    init(_ data: ArraySlice<UInt8>) {
        self.init()
        for attribute in NetlinkAttributes(data) {
            switch attribute.type {
            case IFLA_BR_STP_STATE: stp = attribute.payload.integer(as: UInt32.self) != 0
            case IFLA_BR_FORWARD_DELAY: forwardDelay = Int(attribute.payload.integer(as: UInt32.self) ?? 0)
            case IFLA_BR_MCAST_SNOOPING: multicastSnooping = attribute.payload.first != 0
            case IFLA_BR_VLAN_FILTERING: vlanFiltering = attribute.payload.first != 0
            default: break
            }
        }
    }
}

extension VLANAttributes {
    /// Decodes `IFLA_INFO_DATA` of a VLAN link; `nil` where it is no 802.1Q one or has no parent.
    init?(_ data: ArraySlice<UInt8>, parent: DeviceName?) {
        var tag: UInt16?
        var isDot1Q = true
        for attribute in NetlinkAttributes(data) {
            switch attribute.type {
            case IFLA_VLAN_ID: tag = attribute.payload.integer()
            case IFLA_VLAN_PROTOCOL: isDot1Q = Array(attribute.payload) == VLANProtocol.dot1Q
            default: break
            }
        }
        guard let parent, let tag, isDot1Q else { return nil }
        self.init(parent: parent, tag: tag)
    }
}
