internal import NetConfigCore

extension PIF {
    /// What a cache says, and callers of `rewrite`, for "whatever the device has".
    static var anyMAC: String { "x" }

    /// Reads a PIF; `nil` where it has not what every one must have. Structure must be right; an address that is none is left
    /// out with a warning.
    init?(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        let device = record.deviceName("device", &diagnostics)
        if device == nil, record.text("device") == nil {
            diagnostics.add(record.error("device", "the device name is missing"))
        }
        let ref: Ref<PIF>? = record.ref(&diagnostics)
        let network: Ref<Network>? = record.requiredRef("network", &diagnostics)
        let isWhole = device != nil && network != nil
        // What stands for a missing part: the rest is read all the same, to find all that is wrong.
        guard let ref, let device = device ?? DeviceName("?"), let network = network ?? Ref("?") else { return nil }
        self.init(ref: ref, uuid: record.uuid(&diagnostics), device: device, network: network)
        vlan = record.tag("VLAN", &diagnostics)
        management =
            record.value("management", "True or False", about: self, &diagnostics, FieldRecord.flag) ?? false
        currentlyAttached = record.flag("currently_attached", &diagnostics) ?? false
        managed = record.flag("managed", &diagnostics) ?? true
        physical = record.flag("physical", &diagnostics) ?? false
        readRelations(record, &diagnostics)
        readIPv4(record, &diagnostics)
        readIPv6(record, &diagnostics)
        dns = record.values("DNS", "an IP address", limit: RecordLimit.nameServers, about: self, &diagnostics) {
            IPAddress($0)
        }
        if let text = record.text("MAC"), !text.isExactly(Self.anyMAC) {
            mac = record.value("MAC", "a MAC address", about: self, &diagnostics) { MACAddress($0) }
        }
        properties = record.map("properties", about: self, &diagnostics)
        otherConfig = OtherConfig(record.map("other_config", about: self, &diagnostics), of: .pif)
        if !isWhole { return nil }
    }

    private mutating func readRelations(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        bondSlaveOf = record.optionalRef("bond_slave_of")
        bondMasterOf = record.refs("bond_master_of", &diagnostics)
        vlanMasterOf = record.optionalRef("VLAN_master_of")
        vlanSlaveOf = record.refs("VLAN_slave_of", &diagnostics)
        tunnelAccessPIFOf = record.refs("tunnel_access_PIF_of", &diagnostics)
        tunnelTransportPIFOf = record.refs("tunnel_transport_PIF_of", &diagnostics)
        sriovPhysicalPIFOf = record.refs("sriov_physical_PIF_of", &diagnostics).map { (ref: Ref<PIF>) in ref.text }
        sriovLogicalPIFOf = record.refs("sriov_logical_PIF_of", &diagnostics).map { (ref: Ref<PIF>) in ref.text }
    }

    private mutating func readIPv4(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        ipv4.mode = record.choice("ip_configuration_mode", &diagnostics) ?? .none
        ipv4.address = record.value("IP", "an IPv4 address", about: self, &diagnostics, IPAddress.init(v4:))
        ipv4.gateway = record.value("gateway", "an IPv4 address", about: self, &diagnostics, IPAddress.init(v4:))
        ipv4.netmask = record.value("netmask", "an IPv4 netmask", about: self, &diagnostics) { text in
            IPAddress(v4: text).flatMap { mask in
                // No host is in the network of all addresses.
                IPPrefix(.v4(0), netmask: mask).flatMap { $0.length == 0 ? nil : mask }
            }
        }
    }

    private mutating func readIPv6(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        ipv6.mode =
            record.value(
                "ipv6_configuration_mode", IPv6Configuration.Mode.allowed, about: self, &diagnostics,
                IPv6Configuration.Mode.init(rawValue:)) ?? .none
        ipv6.addresses = record.values(
            "IPv6", "an IPv6 address/length", limit: RecordLimit.addresses, about: self, &diagnostics
        ) { text in
            IPPrefix(text).flatMap { $0.address.family == .v6 ? $0 : nil }
        }
        leaveOutUnusableAddresses(record, &diagnostics)
        ipv6.gateway = record.value("ipv6_gateway", "an IPv6 address", about: self, &diagnostics) { text in
            IPAddress(text).flatMap { $0.family == .v6 ? $0 : nil }
        }
        let type = record.value(
            "primary_address_type", AddressType.allowed, about: self, &diagnostics, AddressType.init(rawValue:))
        primaryAddressType = type?.family ?? .v4
    }
}

extension RawRepresentable<String> where Self: CaseIterable {
    /// The words of a choice.
    fileprivate static var allowed: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
}

extension PIF {
    /// Leaves out IPv6 addresses that the kernel would refuse: one of them must not cost the others. An address can be on a
    /// device once, whatever the length.
    private mutating func leaveOutUnusableAddresses(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        guard !ipv6.addresses.isEmpty else { return }
        let isStatic = ipv6.mode == .static
        var lengths: [IPAddress: Int] = [:]
        let title = description
        ipv6.addresses.removeAll { prefix in
            let reason: String
            if !prefix.address.isUnicast {
                reason = "it is not a host address"
            } else if isStatic, prefix.address.isLinkLocal {
                reason = "the kernel assigns link-local addresses itself"
            } else if isStatic, prefix.length == 0 {
                reason = "a prefix length of 0 is not valid for an address"
            } else if let length = lengths.updateValue(prefix.length, forKey: prefix.address) {
                lengths[prefix.address] = length
                reason = "the address is listed already, with length \(length)"
            } else {
                return false
            }
            diagnostics.add(
                Warning(
                    title, "IPv6 '\(prefix)' ignored: \(reason)",
                    origin: .record(RecordName(title: title, record: record.name), field: "IPv6"),
                    line: record["IPv6"]?.position?.line))
            return true
        }
    }
}

extension IPAddress {
    /// Parses a dotted quad, or `nil` for anything else.
    fileprivate init?(v4 text: String) {
        guard let address = IPAddress(text), address.family == .v4 else { return nil }
        self = address
    }
}
