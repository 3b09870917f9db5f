extension Overview {
    /// A setting that is not as the records ask for.
    public struct Difference: Hashable, Sendable {
        /// The network's bridge, the card, bond or bridgeless device.
        public let device: String
        /// The setting.
        public let setting: String
        /// What the records ask for.
        public let wanted: Value
        /// What there is; `nil` where that is not known.
        public let found: Value?
        /// Which record asks for it; `nil` where none does by itself.
        public let origin: Origin?
    }

    /// All that is not as the records ask for, in the order of ``nodes``. That the management network is not attached is one;
    /// of the others nothing says that they should be.
    public var differences: [Difference] { nodes.flatMap(\.allDifferences) }

    /// Whether anything is not as the records ask for.
    public var hasDrift: Bool { nodes.contains(where: \.hasDrift) }
}

extension Overview.Node {
    fileprivate var allDifferences: [Overview.Difference] {
        let detached = Overview.Difference(
            device: name, setting: "management network", wanted: "attached", found: "not attached", origin: nil)
        let own = settings.filter(\.isDrift).map { setting in
            Overview.Difference(
                device: name, setting: setting.name, wanted: setting.configured ?? .nothing, found: setting.actual,
                origin: setting.origin)
        }
        return (isManagement && state == .detached ? [detached] : []) + own + children.flatMap(\.allDifferences)
    }
}

extension Overview.Difference: Encodable {
    private enum Key: String, CodingKey {
        case device, setting, wanted, found, origin
    }

    /// Encodes an object with `device`, `setting`, `wanted`, `found` and `origin`; the last two can be `null`.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(device, forKey: .device)
        try object.encode(setting, forKey: .setting)
        try object.encode(wanted, forKey: .wanted)
        try object.encode(found, forKey: .found)
        try object.encode(origin?.description, forKey: .origin)
    }
}

extension Overview.Value: Encodable {
    /// Encodes a Boolean for a flag, a number, a list of texts for addresses, `null` for nothing, and else a text.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .nothing: try value.encodeNil()
        case .flag(let isOn, _): try value.encode(isOn)
        case .number(let number, _): try value.encode(number)
        case .prefixes(let prefixes): try value.encode(prefixes.map(\.description))
        case .addresses(let addresses): try value.encode(addresses.map(\.description))
        case .missing, .device, .mac, .text: try value.encode(description)
        }
    }
}
