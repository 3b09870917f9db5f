/// A flag that decides whether frames pass a device. It can be set so that they do not, and nothing else shows it.
package enum ForwardingFlag: String, Hashable, Sendable, Codable, CaseIterable {
    /// The device answers ARP.
    case arp
    /// A port of a Linux bridge learns where others are.
    case learning
    /// Frames to stations that the bridge has not heard of go out of the port.
    case flood
    /// Multicasts that no station has asked for go out of the port.
    case multicastFlood = "mcast_flood"
    /// Broadcasts go out of the port.
    case broadcastFlood = "bcast_flood"
    /// The port exchanges frames only with ports that are not isolated.
    case isolated
    /// The port takes frames only of stations that an administrator or a program has entered.
    case locked
    /// The port takes part: its state is not `disabled` or `blocking` although its link has a carrier.
    case forwarding
    /// Frames for the bridge's own address, which are the host's, go out of the port: the table of addresses has it there.
    case ownAddress = "own_address"

    /// What a new device has.
    var isUsuallyOn: Bool { self != .isolated && self != .locked && self != .ownAddress }

    /// Whether it is of a bridge's port, and goes when the port leaves its bridge.
    package var isOfPort: Bool { self != .arp }
}

extension ForwardingFlag: Comparable {
    /// By the word for it.
    package static func < (one: ForwardingFlag, other: ForwardingFlag) -> Bool {
        one.rawValue.utf8.lexicographicallyPrecedes(other.rawValue.utf8)
    }
}

extension ForwardingFlag: CustomStringConvertible {
    /// The word that `ip` and `bridge` have for it.
    package var description: String { rawValue }
}

extension Link {
    /// Sets a flag.
    package mutating func set(_ flag: ForwardingFlag, _ isOn: Bool) {
        var flags = unusualFlags ?? []
        if isOn == flag.isUsuallyOn { flags.remove(flag) } else { flags.insert(flag) }
        unusualFlags = flags.isEmpty ? nil : flags
    }

    /// Whether a flag is on.
    func has(_ flag: ForwardingFlag) -> Bool { flag.isUsuallyOn != (unusualFlags?.contains(flag) ?? false) }
}
