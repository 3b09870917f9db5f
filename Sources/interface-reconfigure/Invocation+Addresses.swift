import NetConfig
import NetConfigCore
import NetConfigSystem

/// Addresses that a host cannot have, or be reached by. `reset` is told them by a person, perhaps in haste, and is the last means
/// before a walk to the console; `rewrite` takes them, as callers of old expect.
extension Invocation {
    /// Makes sure that a management network can work with its addresses.
    static func refuseOddAddresses(of management: ManagementCache) throws(UsageError) {
        if let prefix = management.ipv4.prefix {
            guard prefix.length > 0 else {
                throw UsageError("invalid --netmask '0.0.0.0': all the world would be on the management network")
            }
            try refuseNotOwn(prefix, "ip")
            try refuseOddGateway(management.ipv4.gateway, "gateway", of: prefix)
        }
        if let prefix = management.ipv6.addresses.first {
            guard prefix.length > 0 else {
                throw UsageError("invalid --ipv6 '\(prefix)': all the world would be on the management network")
            }
            try refuseNotOwn(prefix, "ipv6")
            try refuseOddGateway(management.ipv6.gateway, "ipv6-gateway", of: prefix)
        }
        for server in management.dns where !server.isUnicast && !server.isLoopback {
            throw UsageError("invalid --dns '\(server)': it is not the address of a host")
        }
    }

    /// Refuses what is no single host's address.
    static func refuseNoHost(_ address: IPAddress, _ option: String) throws(UsageError) {
        guard address.isUnicast else {
            throw UsageError(
                "invalid --\(option) '\(address)': it is not the address of a host on a network "
                    + "(unspecified, loopback, multicast or reserved)")
        }
    }

    private static func refuseNotOwn(_ prefix: IPPrefix, _ option: String) throws(UsageError) {
        try refuseNoHost(prefix.address, option)
        guard !prefix.address.isAutomatic else {
            throw UsageError(
                "invalid --\(option) '\(prefix.address)': link-local addresses are assigned automatically; "
                    + "give one of the network's")
        }
        try refuseEnds(of: prefix, prefix.address, option)
    }

    private static func refuseOddGateway(
        _ gateway: IPAddress?, _ option: String, of prefix: IPPrefix
    ) throws(UsageError) {
        guard let gateway else { return }
        try refuseNoHost(gateway, option)
        guard gateway != prefix.address else {
            throw UsageError("invalid --\(option) '\(gateway)': it is the address of this host")
        }
        // A router on the link may have no other address.
        if gateway.isLinkLocal { return }
        guard prefix.contains(gateway) else {
            throw UsageError("invalid --\(option) '\(gateway)': it is not in \(prefix.network), the host's own network")
        }
        try refuseEnds(of: prefix, gateway, option)
    }

    /// Refuses the first and the last address of an IPv4 network, which has both unless it is too small (RFC 3021).
    private static func refuseEnds(
        of prefix: IPPrefix, _ address: IPAddress, _ option: String
    ) throws(UsageError) {
        guard let broadcast = prefix.broadcast else { return }
        guard address != prefix.network.address else {
            throw UsageError(
                "invalid --\(option) '\(address)': it is the address of the network \(prefix.network) itself")
        }
        guard address != broadcast else {
            throw UsageError("invalid --\(option) '\(address)': it is the broadcast address of \(prefix.network)")
        }
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool { self == .v6(1) || IPPrefix("127.0.0.0/8")?.contains(self) == true }

    /// Whether hosts assign it to themselves: 169.254.0.0/16 and fe80::/10.
    fileprivate var isAutomatic: Bool { isLinkLocal || IPPrefix("169.254.0.0/16")?.contains(self) == true }
}
