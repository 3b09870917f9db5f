import NetConfigCore
import NetConfigSystem

extension Invocation {
    /// The interface that `--force BRIDGE rewrite` describes.
    static func managementCache(_ bridge: String, _ options: Options) throws(UsageError) -> ManagementCache {
        guard let device = options.device, options.mode != nil else {
            throw UsageError("--force BRIDGE rewrite needs --device and --mode")
        }
        var cache = try management(
            try name(bridge, of: "bridge"), try card(device), try tag(options.vlan), options)
        // Callers that do not know the address pass a placeholder, such as `x`: the device knows.
        cache.mac = options.mac.flatMap { MACAddress($0) }.flatMap { $0.isAssignable ? $0 : nil }
        return cache
    }

    /// The addresses that options give to an interface.
    static func management(
        _ bridge: DeviceName, _ card: DeviceName, _ tag: UInt16?, _ options: Options
    ) throws(UsageError) -> ManagementCache {
        var cache = ManagementCache(bridge: bridge, device: card, vlan: tag)
        cache.ipv4 = try ipv4(options.mode ?? "none", options)
        cache.ipv6 = try ipv6(options)
        cache.dns = try pieces(of: options.dns).map { (part) throws(UsageError) in
            try address(part, "dns")
        }
        return cache
    }

    private static func ipv4(_ mode: String, _ options: Options) throws(UsageError) -> IPv4Configuration {
        var configuration = IPv4Configuration()
        guard let mode = IPv4Configuration.Mode.allCases.first(where: { $0.rawValue.lowercased() == mode.lowercased() })
        else { throw UsageError("unknown mode '\(mode)': expected dhcp, static or none") }
        configuration.mode = mode
        if mode == .static {
            guard let ip = options.ip, let netmask = options.netmask else {
                throw UsageError("--mode=static needs --ip and --netmask")
            }
            configuration.address = try address(ip, "ip", .v4)
            configuration.netmask = try address(netmask, "netmask", .v4)
            guard configuration.prefix != nil else {
                throw UsageError("invalid --netmask '\(netmask)': expected a netmask such as 255.255.255.0")
            }
            configuration.gateway = try given(options.gateway).map { text throws(UsageError) in
                try address(text, "gateway", .v4)
            }
        } else if let name = [("ip", options.ip), ("netmask", options.netmask), ("gateway", options.gateway)]
            .first(where: { given($0.1) != nil })?.0
        {
            throw UsageError("--\(name) can only be used with --mode=static")
        }
        return configuration
    }

    private static func ipv6(_ options: Options) throws(UsageError) -> IPv6Configuration {
        var configuration = IPv6Configuration()
        let text = options.ipv6Mode ?? (options.ipv6 == nil ? "none" : "static")
        guard let mode = IPv6Configuration.Mode.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() })
        else { throw UsageError("unknown IPv6 mode '\(text)': expected dhcp, autoconf, static or none") }
        configuration.mode = mode
        guard mode == .static else {
            guard given(options.ipv6) == nil, given(options.ipv6Gateway) == nil else {
                throw UsageError("--ipv6 and --ipv6-gateway can only be used with --ipv6-mode=static")
            }
            return configuration
        }
        for part in pieces(of: options.ipv6) {
            guard let prefix = IPPrefix(part), prefix.address.family == .v6 else {
                throw UsageError("invalid --ipv6 '\(part)': expected an IPv6 address with prefix length")
            }
            configuration.addresses.append(prefix)
        }
        guard !configuration.addresses.isEmpty else { throw UsageError("--ipv6-mode=static needs --ipv6") }
        configuration.gateway = try given(options.ipv6Gateway).map { text throws(UsageError) in
            try address(text, "ipv6-gateway", .v6)
        }
        return configuration
    }

    /// VLANs were called `eth0:5` once.
    static func card(_ text: String) throws(UsageError) -> DeviceName {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1).map { String(Substring($0)) }
        if parts.count == 2, let parent = DeviceName(parts[0]), let tag = UInt16(parts[1]) {
            throw UsageError("'\(text)' is not a network card; for a VLAN use --device=\(parent) --vlan=\(tag)")
        }
        return try name(text, of: "device")
    }

    static func name(_ text: String, of what: String) throws(UsageError) -> DeviceName {
        guard let name = DeviceName(text) else {
            throw UsageError("'\(text)' cannot be the name of a \(what): \(DeviceName.rule)")
        }
        return name
    }

    static func tag(_ text: String?) throws(UsageError) -> UInt16? {
        guard let text = given(text) else { return nil }
        guard let tag = UInt16(text), (1...4094).contains(tag) else {
            throw UsageError("invalid --vlan '\(text)': expected 1 to 4094")
        }
        return tag
    }

    static func address(
        _ text: String, _ option: String, _ family: IPAddress.Family? = nil
    ) throws(UsageError) -> IPAddress {
        guard let address = IPAddress(text), family == nil || address.family == family else {
            throw UsageError(
                "invalid --\(option) '\(text)': expected an \(family == .v4 ? "IPv4" : family == .v6 ? "IPv6" : "IP") address"
            )
        }
        return address
    }

    /// What is between commas, without blanks around it.
    private static func pieces(of text: String?) -> [String] {
        (text ?? "").utf8.split(separator: UInt8(ascii: ",")).map { piece in
            let start = piece.drop { $0 == UInt8(ascii: " ") }
            let end = start.lastIndex { $0 != UInt8(ascii: " ") } ?? start.startIndex
            return start.isEmpty ? "" : String(Substring(start[...end]))
        }
    }

    /// Scripts pass options that they have no value for, such as `--gateway=`.
    static func given(_ text: String?) -> String? { text == "" ? nil : text }
}
