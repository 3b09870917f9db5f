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
