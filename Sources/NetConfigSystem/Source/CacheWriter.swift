package import NetConfigCore

/// Writes a cache of the host's network records, in the form that the original `interface-reconfigure` writes and loads.
///
/// The same model always gives the same bytes: records stand by kind and then by reference, and what the original does
/// not know is written only where it says something.
package enum CacheWriter {
    /// The XML text of a cache.
    ///
    /// - Throws: `ModelError`, naming record and field, for text that XML cannot hold.
    package static func text(of model: NetworkModel) throws(ModelError) -> String {
        String(decoding: try bytes(of: model), as: UTF8.self)
    }

    /// The XML text of a cache, in UTF-8.
    ///
    /// - Throws: `ModelError`, naming record and field, for text that XML cannot hold.
    package static func bytes(of model: NetworkModel) throws(ModelError) -> [UInt8] {
        // A guess that is seldom too small: growing would copy all that has been written.
        var text = CacheXMLWriter(
            capacity: model.pifs.count * 1200 + model.networks.count * 400 + model.vlans.count * 300)
        try forEach(model.pifs) { pif throws(ModelError) in try write(pif, to: &text) }
        try forEach(model.bonds) { bond throws(ModelError) in try write(bond, to: &text) }
        try forEach(model.vlans) { vlan throws(ModelError) in try write(vlan, to: &text) }
        try forEach(model.tunnels) { tunnel throws(ModelError) in try write(tunnel, to: &text) }
        try forEach(model.networks) { network throws(ModelError) in try write(network, to: &text) }
        if let pool = model.pool { try write(pool, to: &text) }
        return text.finished()
    }

    /// Goes through records by reference.
    private static func forEach<Record>(
        _ records: [Ref<Record>: Record], _ body: (Record) throws(ModelError) -> Void
    ) throws(ModelError) {
        for ref in records.keys.sorted() {
            if let record = records[ref] { try body(record) }
        }
    }

    private static func write(_ pif: PIF, to text: inout CacheXMLWriter) throws(ModelError) {
        try text.start(.pif, pif.ref.text)
        try text.field("uuid", pif.uuid)
        try text.field("management", pif.management)
        try text.field("network", pif.network.text)
        try text.field("device", pif.device.text)
        try text.list("bond_master_of", of: "slave", pif.bondMasterOf)
        try text.field("bond_slave_of", pif.bondSlaveOf)
        try text.field("VLAN", pif.vlan.map { "\($0)" } ?? "-1")
        try text.field("VLAN_master_of", pif.vlanMasterOf)
        try text.list("VLAN_slave_of", of: "master", pif.vlanSlaveOf)
        try text.list("tunnel_access_PIF_of", of: "pif", pif.tunnelAccessPIFOf)
        try text.list("tunnel_transport_PIF_of", of: "pif", pif.tunnelTransportPIFOf)
        try text.field("ip_configuration_mode", pif.ipv4.mode.rawValue)
        try text.field("IP", pif.ipv4.address)
        try text.field("netmask", pif.ipv4.netmask)
        try text.field("gateway", pif.ipv4.gateway)
        try text.field("DNS", pif.dns.map(\.description).joined(separator: ","))
        try writeIPv6(pif, to: &text)
        if !pif.managed { try text.field("managed", pif.managed) }
        if !pif.properties.isEmpty { try text.map("properties", pif.properties) }
        if !pif.sriovLogicalPIFOf.isEmpty {
            try text.list("sriov_logical_PIF_of", of: "sriov", pif.sriovLogicalPIFOf)
        }
        try text.field("MAC", pif.mac?.description ?? PIF.anyMAC)
        try text.map("other_config", pif.otherConfig.entries)
        try text.field("currently_attached", pif.currentlyAttached)
        text.end(.pif)
    }

    private static func writeIPv6(_ pif: PIF, to text: inout CacheXMLWriter) throws(ModelError) {
        if pif.ipv6 != IPv6Configuration() {
            try text.field("ipv6_configuration_mode", pif.ipv6.mode.rawValue)
            try text.field("IPv6", pif.ipv6.addresses.map(\.description).joined(separator: ","))
            try text.field("IPv6_gateway", pif.ipv6.gateway)
        }
        if pif.primaryAddressType != .v4 {
            try text.field("primary_address_type", AddressType(pif.primaryAddressType).rawValue)
        }
    }

    private static func write(_ bond: Bond, to text: inout CacheXMLWriter) throws(ModelError) {
        try text.start(.bond, bond.ref.text)
        try text.field("uuid", bond.uuid)
        try text.field("master", bond.master.text)
        try text.list("slaves", of: "slave", bond.slaves)
        if let primary = bond.primarySlave { try text.field("primary_slave", primary.text) }
        if let mode = bond.mode { try text.field("mode", mode) }
        if !bond.properties.isEmpty { try text.map("properties", bond.properties) }
        text.end(.bond)
    }

    private static func write(_ vlan: VLAN, to text: inout CacheXMLWriter) throws(ModelError) {
        try text.start(.vlan, vlan.ref.text)
        try text.field("uuid", vlan.uuid)
        try text.field("tagged_PIF", vlan.taggedPIF.text)
        try text.field("untagged_PIF", vlan.untaggedPIF.text)
        text.end(.vlan)
    }

    private static func write(_ tunnel: Tunnel, to text: inout CacheXMLWriter) throws(ModelError) {
        try text.start(.tunnel, tunnel.ref.text)
        try text.field("uuid", tunnel.uuid)
        try text.field("access_PIF", tunnel.accessPIF.text)
        try text.field("transport_PIF", tunnel.transportPIF.text)
        if let name = tunnel.protocol { try text.field("protocol", name) }
        text.end(.tunnel)
    }

    private static func write(_ network: Network, to text: inout CacheXMLWriter) throws(ModelError) {
        try text.start(.network, network.ref.text)
        try text.field("uuid", network.uuid)
        try text.field("bridge", network.bridge)
        if let mtu = network.mtu { try text.field("MTU", mtu) }
        try text.list("PIFs", of: "PIF", network.pifs)
        if !network.purpose.isEmpty { try text.list("purpose", of: "purpose", network.purpose) }
        if !network.managed { try text.field("managed", network.managed) }
        try text.map("other_config", network.otherConfig.entries)
        text.end(.network)
    }

    private static func write(_ pool: Pool, to text: inout CacheXMLWriter) throws(ModelError) {
        try text.start(.pool, pool.ref.text)
        if let uuid = pool.uuid { try text.field("uuid", uuid) }
        if let snooping = pool.igmpSnoopingEnabled { try text.field("igmp_snooping_enabled", snooping) }
        try text.map("other_config", pool.otherConfig.entries)
        text.end(.pool)
    }
}
