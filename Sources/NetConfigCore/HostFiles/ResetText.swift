/// The text of the files by which XAPI and xcp-networkd take over a management interface at their next start, exactly as
/// `xe-reset-networking` writes them.
package enum ResetText {
    /// `management.conf`, which tells xcp-networkd what to configure, and XAPI what the management interface is.
    static func managementConfiguration(_ pif: PIF) -> String {
        lines(
            [("LABEL", pif.device.text), ("MODE", mode(pif.ipv4)), ("MODEV6", mode(pif.ipv6)), ("VLAN", tag(pif))]
                + ipv4(pif) + ipv6(pif, address: "IPv6", gateway: "IPv6_GATEWAY") + dns(pif)
        ) { "\($0)='\($1)'" }
    }

    /// `network-reset`, which has XAPI make its records anew.
    static func networkReset(_ pif: PIF) -> String {
        lines(
            [("DEVICE", pif.device.text), ("MODE", mode(pif.ipv4)), ("MODE_V6", mode(pif.ipv6)), ("VLAN", tag(pif))]
                + ipv4(pif) + ipv6(pif, address: "IPV6", gateway: "GATEWAY_V6") + dns(pif)
        ) { "\($0)=\($1)" }
    }

    /// The inventory with the bridge of the management interface, and with no other: what had been attached is not known any
    /// more.
    static func inventory(_ old: [UInt8], management bridge: String) -> [UInt8] {
        ConfigurationText.assigning(
            [("MANAGEMENT_INTERFACE", "'\(bridge)'"), ("CURRENT_INTERFACES", "''")], in: old)
    }

    /// `pool.conf` of a member. It has no end of line.
    static func pool(master: IPAddress) -> String { "slave:\(master)" }

    private typealias Setting = (key: String, value: String?)

    /// What has no value is no line.
    private static func lines(_ settings: [Setting], _ line: (String, String) -> String) -> String {
        settings.compactMap { setting in setting.value.map { "\(line(setting.key, $0))\n" } }.joined()
    }

    private static func mode(_ configuration: IPv4Configuration) -> String? {
        configuration.mode == .none ? nil : configuration.mode.rawValue.lowercased()
    }

    private static func mode(_ configuration: IPv6Configuration) -> String? {
        configuration.mode == .none ? nil : configuration.mode.rawValue.lowercased()
    }

    private static func tag(_ pif: PIF) -> String? { pif.vlan.map(String.init) }

    private static func ipv4(_ pif: PIF) -> [Setting] {
        guard pif.ipv4.mode == .static else { return [] }
        return [
            ("IP", pif.ipv4.address?.description), ("NETMASK", pif.ipv4.netmask?.description),
            ("GATEWAY", pif.ipv4.gateway?.description),
        ]
    }

    private static func ipv6(_ pif: PIF, address: String, gateway: String) -> [Setting] {
        guard pif.ipv6.mode == .static else { return [] }
        return [(address, pif.ipv6.addresses.first?.description), (gateway, pif.ipv6.gateway?.description)]
    }

    /// Name servers belong to a static address: with others a lease or a router brings them.
    private static func dns(_ pif: PIF) -> [Setting] {
        guard !pif.dns.isEmpty, pif.ipv4.mode == .static || pif.ipv6.mode == .static else { return [] }
        return [("DNS", pif.dns.map(\.description).joined(separator: ","))]
    }
}
