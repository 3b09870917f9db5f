/// What holds for IPv6 on the whole host.
package struct IPv6Host: Hashable, Sendable, Codable {
    /// Whether an administrator has switched it off (`net.ipv6.conf.all.disable_ipv6`).
    package var isDisabled: Bool
    /// The settings that a device has when it is made (`net.ipv6.conf.default`).
    package var newDevices: IPv6Settings

    /// Creates a description.
    package init(isDisabled: Bool = false, newDevices: IPv6Settings) {
        self.isDisabled = isDisabled
        self.newDevices = newDevices
    }
}
