extension Link {
    /// The device with all that goes when it is deleted.
    var json: JSON {
        guard case .object(var members) = kind.json(mac: mac) else { return .null }
        members["mtu"] = JSON(mtu)
        members["state"] = .string(isUp ? "up" : "down")
        members["master"] = JSON(master)
        members["addresses"] = .array(addresses.map(\.json))
        members["routes"] = .array(routes.map(\.json))
        return .object(members)
    }
}

extension LinkKind {
    /// What kind of device it is, with the attributes of that kind.
    func json(mac: MACAddress?) -> JSON {
        .object(["kind": .string(word), "mac": JSON(mac), "attributes": attributes])
    }

    /// The attributes that only devices of this kind have.
    var attributes: JSON {
        switch self {
        case .bridge(let attributes): attributes.json
        case .bond(let attributes): attributes.json
        case .vlan(let vlan): .object(["parent": .string(vlan.parent.text), "tag": .integer(Int(vlan.tag))])
        case .other: .null
        }
    }

    private var word: String {
        switch self {
        case .bridge: "bridge"
        case .bond: "bond"
        case .vlan: "vlan"
        case .other(let kind): kind ?? "card"
        }
    }
}

extension BridgeAttributes {
    var json: JSON {
        .object([
            "stp": .boolean(stp), "forward_delay": .integer(forwardDelay),
            "multicast_snooping": .boolean(multicastSnooping), "vlan_filtering": .boolean(vlanFiltering),
        ])
    }
}

extension BondAttributes {
    var json: JSON {
        .object([
            "mode": .string(mode), "miimon": .integer(miimon), "updelay": .integer(updelay),
            "downdelay": .integer(downdelay), "use_carrier": .boolean(useCarrier),
            "xmit_hash_policy": JSON(transmitHashPolicy), "lacp_rate": JSON(lacpRate), "primary": JSON(primary),
        ])
    }
}

extension LinkSettings {
    var json: JSON {
        .object([
            "speed": JSON(speed), "duplex": JSON(duplex?.rawValue), "autoneg": JSON(autonegotiation),
            "advertise": JSON(offer),
        ])
    }
}

extension IPv6Settings {
    var json: JSON {
        var members: [String: JSON] = [
            "accept_ra": .integer(acceptRA), "autoconf": .boolean(autoconf), "disable_ipv6": .boolean(isDisabled),
        ]
        if isGenerationOff == true { members["addr_gen_mode"] = .string("none") }
        return .object(members)
    }
}

extension LinkAddress {
    var json: JSON {
        .object([
            "address": .string(prefix.description), "broadcast": JSON(broadcast), "dynamic": .boolean(isDynamic),
        ])
    }
}

extension Route {
    var json: JSON {
        var members: [String: JSON] = [
            "destination": .string(isDefault ? "default" : destination.description),
            "family": .string(destination.address.family.json), "via": JSON(gateway), "source": JSON(source),
            "metric": .integer(metric), "onlink": .boolean(isOnLink), "protocol": .integer(Int(origin.rawValue)),
        ]
        if let fork { members["over"] = .string(fork.text) }
        return .object(members)
    }
}

extension DHCPClient {
    /// The client; `patience` is how long its first lease is waited for, in seconds.
    func json(patience: Int?) -> JSON {
        .object([
            "family": .string(family.json), "configuration": .string(configuration),
            "environment": .array(environment.map { .string($0) }), "patience": JSON(patience),
        ])
    }
}

extension FileContents {
    var json: JSON {
        let octal = String(mode, radix: 8)
        var members: [String: JSON] = [
            "text": .string(text), "mode": .string(String(repeating: "0", count: max(0, 4 - octal.count)) + octal),
        ]
        if exactText == nil { members["bytes"] = .array(bytes.map { .integer(Int($0)) }) }
        return .object(members)
    }
}

extension IPAddress.Family {
    fileprivate var json: String { self == .v4 ? "IPv4" : "IPv6" }
}
