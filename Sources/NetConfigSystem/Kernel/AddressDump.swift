internal import NetConfigCore
internal import CLibNL

/// The kernel's addresses as a dump of `RTM_NEWADDR` messages tells them.
enum AddressDump {
    /// Decodes a dump to addresses by device index, in the kernel's order and without IPv6 link-local ones; `names` are the
    /// devices', as far as they matter: an address of a known one has its label, where that is another.
    static func decode(_ replies: [NetlinkReply], names: [Int32: DeviceName] = [:]) -> [Int32: [LinkAddress]] {
        var addresses: [Int32: [LinkAddress]] = [:]
        for reply in replies where reply.type == RTM_NEWADDR {
            guard let (index, address) = decode(reply.payload, names) else { continue }
            addresses[index, default: []].append(address)
        }
        return addresses
    }

    /// Decodes a `struct ifaddrmsg` and attributes; `nil` for what a ``Link`` does not list.
    private static func decode(
        _ payload: ArraySlice<UInt8>, _ names: [Int32: DeviceName]
    ) -> (Int32, LinkAddress)? {
        guard let header = payload.integer(at: 0, as: UInt32.self).map({ _ in payload.prefix(4) }),
            let index = payload.integer(at: 4, as: Int32.self), let family = header.first
        else { return nil }
        guard family == AddressFamily.v4 || family == AddressFamily.v6 else { return nil }
        var flags = UInt32(header[header.startIndex + 2])
        var local: IPAddress?, address: IPAddress?, broadcast: IPAddress?
        var lifetime: AddressLifetime?
        var more: [UInt8] = []
        for attribute in NetlinkAttributes(payload.dropFirst(8)) {
            switch attribute.type {
            case IFA_LABEL where names[index].map({ $0.text != attribute.payload.text }) == true:
                more += attribute.bytes
            case IFA_RT_PRIORITY, IFA_PROTO: more += attribute.bytes
            // One that is for ever, and no longer preferred.
            case IFA_CACHEINFO where attribute.payload.prefix(8).elementsEqual([0, 0, 0, 0, 255, 255, 255, 255]):
                let times = attribute.payload.prefix(8) + Array(repeating: 0, count: 8)
                more += NetlinkAttribute(type: IFA_CACHEINFO, payload: times).bytes
            case IFA_CACHEINFO: lifetime = AddressLifetime(cacheInfo: attribute.payload)
            case IFA_LOCAL: local = IPAddress(bytes: attribute.payload)
            case IFA_ADDRESS: address = IPAddress(bytes: attribute.payload)
            case IFA_BROADCAST: broadcast = IPAddress(bytes: attribute.payload)
            // Eight bits of flags in the header were not enough; these are all of them.
            case IFA_FLAGS: flags = attribute.payload.integer() ?? flags
            default: break
            }
        }
        // On a point-to-point link `IFA_ADDRESS` is the peer's.
        guard let own = local ?? address, !own.isLinkLocal,
            let prefix = IPPrefix(own, length: Int(header[header.startIndex + 1]))
        else { return nil }
        let isPermanent = flags & UInt32(IFA_F_PERMANENT) != 0
        let scope = header[header.startIndex + 3]
        // Who gives an address for a limited time gives these along with it.
        let details =
            !isPermanent
            ? nil
            : KernelDetails(
                flags: flags & settableFlags, scope: family == AddressFamily.v4 && scope != 0 ? scope : nil,
                attributes: more)
        let peer = local == nil || local == address ? nil : address
        return (
            index,
            LinkAddress(
                prefix, broadcast: broadcast, peer: peer, isDynamic: !isPermanent,
                lifetime: isPermanent ? nil : lifetime, isDuplicate: flags & UInt32(IFA_F_DADFAILED) != 0,
                details: details)
        )
    }

    /// The flags that a program may set when it adds an address; the others are the kernel's.
    private static var settableFlags: UInt32 {
        UInt32(IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN)
    }
}

extension AddressLifetime {
    /// Reads the beginning of a `struct ifa_cacheinfo`, which counts down.
    fileprivate init?(cacheInfo: ArraySlice<UInt8>) {
        guard let preferred = cacheInfo.integer(at: 0, as: UInt32.self),
            let valid = cacheInfo.integer(at: 4, as: UInt32.self)
        else { return nil }
        self.init(preferred: preferred, valid: valid)
    }
}
