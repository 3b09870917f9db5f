package import NetConfigCore

/// What an installer, or a reset of the network, leaves for XAPI's first start: `/etc/firstboot.d/data/management.conf`, lines
/// `KEY='value'` that describe one management interface.
package enum ManagementConfiguration {
    /// Where it is.
    package static let standardPath = HostFile.managementConfiguration

    /// The bridge of a management VLAN, until XAPI gives it another one.
    package static let bridgeOfVLAN = "xentemp"

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - text: The lines; what is none is skipped, as a shell would.
    ///   - name: What errors call it.
    ///   - interface: The management interface by the host's inventory: the name of the bridge; `nil` for the usual one.
    /// - Returns: One management interface and what is below it.
    /// - Throws: `CacheError`, which names the key.
    package static func read(
        _ text: String, name: String, interface: String?
    ) throws(CacheError) -> NetworkModel {
        do throws(ModelError) {
            return try management(Inventory(text), interface).model
        } catch {
            throw CacheError(name, .record(error))
        }
    }

    private static func management(
        _ values: Inventory, _ interface: String?
    ) throws(ModelError) -> ManagementCache {
        func value<Value>(_ key: String, _ expected: String, _ parse: (String) -> Value?) throws(ModelError) -> Value? {
            if values.isCutOff(key) { throw error(key, "the quote is not closed", in: values) }
            guard let text = values[key], !text.isEmpty else { return nil }
            guard let value = parse(text) else {
                throw error(key, "'\(text.shortened(to: 80))' is not valid: expected \(expected)", in: values)
            }
            return value
        }
        // Of a bond the first card counts until XAPI makes it.
        let key = values["BOND_MODE"] == nil && !values.isCutOff("BOND_MODE") ? "LABEL" : "BOND_MEMBERS"
        let device = try value(key, "the name of a network card: \(DeviceName.rule)") { text in
            DeviceName(String((text.pieces(between: key == "LABEL" ? "\n" : ",").first ?? "").trimmed))
        }
        guard let device else { throw error(key, "the network card is missing", in: values) }
        let tag = try value("VLAN", ValueRange.words(ValueRange.vlanTag), ValueRange.tag(_:))
        let usual = tag == nil ? device.usualBridge : bridgeOfVLAN
        let named = interface.flatMap { $0.isEmpty ? nil : $0 } ?? usual
        guard let bridge = DeviceName(named) else {
            throw error(
                "MANAGEMENT_INTERFACE",
                "the host's inventory has '\(named.shortened(to: 80))', which is not a device name: \(DeviceName.rule)",
                in: values)
        }
        var management = ManagementCache(bridge: bridge, device: device, vlan: tag)
        management.ipv4.mode = try value("MODE", "static, dhcp or none") { modes[$0] } ?? .none
        management.ipv4.address = try value("IP", "an IPv4 address", address(.v4))
        management.ipv4.netmask = try value("NETMASK", "an IPv4 netmask", address(.v4))
        management.ipv4.gateway = try value("GATEWAY", "an IPv4 address", address(.v4))
        management.ipv6.mode = try value("MODEV6", "static, dhcp, autoconf or none") { modesV6[$0] } ?? .none
        management.ipv6.addresses =
            try value("IPv6", "an IPv6 address/length") { text in
                IPPrefix(text).flatMap { $0.address.family == .v6 ? [$0] : nil }
            } ?? []
        management.ipv6.gateway = try value("IPv6_GATEWAY", "an IPv6 address", address(.v6))
        management.dns =
            try value("DNS", "IP addresses, separated by commas") { text in
                let parts = text.pieces(between: ",").map { IPAddress(String($0.trimmed)) }
                return parts.contains { $0 == nil } ? nil : parts.compactMap { $0 }
            } ?? []
        return management
    }

    private static let modes: [String: IPv4Configuration.Mode] = ["static": .static, "dhcp": .dhcp, "none": .none]
    private static let modesV6: [String: IPv6Configuration.Mode] = [
        "static": .static, "dhcp": .dhcp, "autoconf": .autoconf, "none": .none,
    ]

    private static func address(_ family: IPAddress.Family) -> (String) -> IPAddress? {
        { text in IPAddress(text).flatMap { $0.family == family ? $0 : nil } }
    }

    private static func error(_ key: String, _ message: String, in values: Inventory) -> ModelError {
        ModelError(record: "management interface", field: key, message: message, position: values.position(of: key))
    }
}
