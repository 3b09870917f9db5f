internal import NetConfigCore
internal import CLibNL

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

/// Places in `IFLA_INET6_CONF`, an array of 32-bit numbers (`DEVCONF_…` of `linux/ipv6.h`, a header that does not go
/// together with the C library's).
private enum DeviceConfiguration {
    static let forwarding = 0
    static let acceptRA = 3
    static let autoconf = 5
    static let disableIPv6 = 26
}
