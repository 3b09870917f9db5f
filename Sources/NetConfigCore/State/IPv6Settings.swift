/// IPv6 settings of a device (`/proc/sys/net/ipv6/conf/<device>`).
package struct IPv6Settings: Hashable, Sendable, Codable {
    /// `accept_ra`: 0 never, 1 unless forwarding, 2 always.
    package var acceptRA: Int
    /// `autoconf`: whether addresses are made from advertised prefixes.
    package var autoconf: Bool
    /// `disable_ipv6`.
    package var isDisabled: Bool
    /// `forwarding`. This program never changes it.
    package var isForwarding: Bool
    /// Whether the device forms no addresses, not even a link-local one (`addr_gen_mode` is `none`); `nil` where it does.
    package var isGenerationOff: Bool?

    /// Creates settings.
    package init(acceptRA: Int, autoconf: Bool, isDisabled: Bool = false, isForwarding: Bool = false) {
        self.acceptRA = acceptRA
        self.autoconf = autoconf
        self.isDisabled = isDisabled
        self.isForwarding = isForwarding
    }

    /// Reads settings; where they do not say so the device does not forward.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        acceptRA = try values.decode(Int.self, forKey: .acceptRA)
        autoconf = try values.decode(Bool.self, forKey: .autoconf)
        isDisabled = try values.decode(Bool.self, forKey: .isDisabled)
        isForwarding = try values.decodeIfPresent(Bool.self, forKey: .isForwarding) ?? false
        isGenerationOff = try values.decodeIfPresent(Bool.self, forKey: .isGenerationOff)
    }

    /// These settings with another attitude to routers, and IPv6 switched on.
    func with(acceptRA: Int, autoconf: Bool) -> IPv6Settings {
        var settings = IPv6Settings(acceptRA: acceptRA, autoconf: autoconf, isForwarding: isForwarding)
        settings.isGenerationOff = isGenerationOff
        return settings
    }

    /// The same on a device that forms addresses.
    var formingAddresses: IPv6Settings {
        var settings = self
        settings.isGenerationOff = nil
        return settings
    }

    /// The kernel's defaults for a new device.
    static let kernelDefault = IPv6Settings(acceptRA: 1, autoconf: true)
}
