/// How a PIF gets its IPv6 addresses. The fields hold what the record says, whatever the mode.
public struct IPv6Configuration: Equatable, Sendable {
    /// XAPI's `ipv6_configuration_mode`.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        case none = "None"
        case dhcp = "DHCP"
        case `static` = "Static"
        case autoconf = "Autoconf"
    }

    /// How the addresses are got.
    public var mode = Mode.none
    /// The addresses, field `IPv6`.
    public var addresses: [IPPrefix] = []
    /// The gateway, field `ipv6_gateway`.
    public var gateway: IPAddress?

    /// Creates an empty configuration: mode None.
    public init() {}
}
