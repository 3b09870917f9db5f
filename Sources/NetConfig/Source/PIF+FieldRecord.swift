extension PIF {
    /// Reads a PIF. Structure must be right; an address that is none is left out with a warning.
    init(_ record: FieldRecord, _ warnings: inout [Warning]) throws(ModelError) {
        guard let device = try record.deviceName("device") else {
            throw record.error("device", "a device name was expected, there is none")
        }
        self.init(ref: try record.ref(), uuid: record.uuid, device: device, network: try record.requiredRef("network"))
        vlan = try record.tag("VLAN")
        management = try record.flag("management") ?? false
        currentlyAttached = try record.flag("currently_attached") ?? false
        managed = try record.flag("managed") ?? true
        physical = try record.flag("physical") ?? false
        try readRelations(record)
        try readIPv4(record, &warnings)
        try readIPv6(record, &warnings)
        dns = record.values("DNS", "an IP address", about: self, &warnings) { IPAddress($0) }
        // Callers of `rewrite` write `x` for "whatever the device has".
        if let text = record.text("MAC"), text != "x" {
            mac = record.value("MAC", "a MAC address", about: self, &warnings) { MACAddress($0) }
        }
        properties = record.map("properties")
        otherConfig = OtherConfig(record.map("other_config"), of: .pif)
    }

    private mutating func readRelations(_ record: FieldRecord) throws(ModelError) {
        bondSlaveOf = record.optionalRef("bond_slave_of")
        bondMasterOf = try record.refs("bond_master_of")
        vlanMasterOf = record.optionalRef("VLAN_master_of")
        vlanSlaveOf = try record.refs("VLAN_slave_of")
        tunnelAccessPIFOf = try record.refs("tunnel_access_PIF_of")
        tunnelTransportPIFOf = try record.refs("tunnel_transport_PIF_of")
        sriovPhysicalPIFOf = try record.refs("sriov_physical_PIF_of").map { (ref: Ref<PIF>) in ref.text }
        sriovLogicalPIFOf = try record.refs("sriov_logical_PIF_of").map { (ref: Ref<PIF>) in ref.text }
    }

    private mutating func readIPv4(_ record: FieldRecord, _ warnings: inout [Warning]) throws(ModelError) {
        ipv4.mode = try record.choice("ip_configuration_mode") ?? .none
        ipv4.address = record.value("IP", "an IPv4 address", about: self, &warnings, IPAddress.init(v4:))
        ipv4.gateway = record.value("gateway", "an IPv4 address", about: self, &warnings, IPAddress.init(v4:))
        ipv4.netmask = record.value("netmask", "an IPv4 netmask", about: self, &warnings) { text in
            IPAddress(v4: text).flatMap { IPPrefix(.v4(0), netmask: $0) == nil ? nil : $0 }
        }
    }

    private mutating func readIPv6(_ record: FieldRecord, _ warnings: inout [Warning]) throws(ModelError) {
        ipv6.mode = try record.choice("ipv6_configuration_mode") ?? .none
        ipv6.addresses = record.values("IPv6", "an IPv6 address/length", about: self, &warnings) { text in
            IPPrefix(text).flatMap { $0.address.family == .v6 ? $0 : nil }
        }
        ipv6.gateway = record.value("ipv6_gateway", "an IPv6 address", about: self, &warnings) { text in
            IPAddress(text).flatMap { $0.family == .v6 ? $0 : nil }
        }
        primaryAddressType = try record.choice("primary_address_type").map { (type: AddressType) in type.family } ?? .v4
    }
}

/// XAPI's words for `primary_address_type`.
enum AddressType: String, CaseIterable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"

    /// The word for a family.
    init(_ family: IPAddress.Family) { self = family == .v4 ? .ipv4 : .ipv6 }

    /// The family that is meant.
    var family: IPAddress.Family { self == .ipv4 ? .v4 : .v6 }
}

extension IPAddress {
    /// Parses a dotted quad, or `nil` for anything else.
    fileprivate init?(v4 text: String) {
        guard let address = IPAddress(text), address.family == .v4 else { return nil }
        self = address
    }
}
