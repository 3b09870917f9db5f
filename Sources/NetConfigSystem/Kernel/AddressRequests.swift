internal import NetConfigCore
internal import CLibNL

/// Requests about addresses.
extension NetlinkMessage {
    /// Gives an address to the device of an index: for ever, unless it has a lifetime. IPv6 checks for duplicates as usual.
    /// When `replacing`, one that is there already gets that lifetime; else that is `EEXIST`.
    static func addAddress(
        _ address: LinkAddress, to device: DeviceName, index: Int32, replacing: Bool = false
    ) -> NetlinkMessage {
        let flags = NLM_F_ACK | NLM_F_CREATE | (replacing ? NLM_F_REPLACE : NLM_F_EXCL)
        var message = NetlinkMessage(
            RTM_NEWADDR, flags: flags, address, index: index, operation: "add address \(address.prefix) to \(device)",
            device: device)
        if let broadcast = address.broadcast { message.put(IFA_BROADCAST, broadcast.bytes) }
        if address.isDynamic, let lifetime = address.lifetime {
            // When it was given and changed last, the kernel notes itself.
            message.put(IFA_CACHEINFO, lifetime.cacheInfo)
        }
        guard let details = address.details else { return message }
        if details.flags != 0 { message.put(IFA_FLAGS, details.flags) }
        message.append(details.attributes)
        return message
    }

    /// Takes an address from the device of an index.
    static func removeAddress(_ address: LinkAddress, from device: DeviceName, index: Int32) -> NetlinkMessage {
        NetlinkMessage(
            RTM_DELADDR, flags: NLM_F_ACK, address, index: index,
            operation: "remove address \(address.prefix) from \(device)", device: device)
    }

    /// Asks for all addresses of both families.
    static func getAddresses() -> NetlinkMessage {
        NetlinkMessage(RTM_GETADDR, flags: NLM_F_DUMP, header: ifaddrmsg(), operation: "list addresses", device: nil)
    }

    private init(
        _ type: Int, flags: Int32, _ address: LinkAddress, index: Int32, operation: String, device: DeviceName
    ) {
        var header = ifaddrmsg()
        header.ifa_family = address.prefix.address.family.number
        header.ifa_prefixlen = UInt8(address.prefix.length)
        header.ifa_index = UInt32(bitPattern: index)
        header.ifa_scope = address.details?.scope ?? 0
        self.init(type, flags: flags, header: header, operation: operation, device: device)
        // Without `IFA_ADDRESS` as well, IPv4 would take the address for the near end of a point-to-point link.
        put(IFA_LOCAL, address.prefix.address.bytes)
        put(IFA_ADDRESS, (address.peer ?? address.prefix.address).bytes)
    }
}

extension IPAddress.Family {
    /// The number of the family: `AF_INET` or `AF_INET6`.
    var number: UInt8 { UInt8(self == .v4 ? AddressFamily.v4 : AddressFamily.v6) }
}

extension AddressLifetime {
    /// A `struct ifa_cacheinfo`. The end of an address given for a time is put off for a lifetime at most: with none at
    /// all it would count as one that an administrator has set.
    fileprivate var cacheInfo: [UInt8] {
        [min(preferred, .max - 1), min(valid, .max - 1), 0, 0].flatMap(\.hostBytes)
    }
}
