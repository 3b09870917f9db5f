/// How a PIF gets its IPv4 address. The fields hold what the record says, whatever the mode.
public struct IPv4Configuration: Equatable, Sendable {
    /// XAPI's `ip_configuration_mode`.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        case none = "None"
        case dhcp = "DHCP"
        case `static` = "Static"
    }

    /// How the address is got.
    public var mode = Mode.none
    /// The address, field `IP`.
    public var address: IPAddress?
    /// The network mask, field `netmask`.
    public var netmask: IPAddress?
    /// The gateway.
    public var gateway: IPAddress?

    /// Creates an empty configuration: mode None.
    public init() {}

    /// The address with its prefix length; `nil` where either is missing or the mask is not contiguous.
    public var prefix: IPPrefix? {
        guard let address, let netmask else { return nil }
        return IPPrefix(address, netmask: netmask)
    }
}
