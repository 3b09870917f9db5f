/// The settings of a link that `ethtool -s` can change. What is `nil` was not seen, or is to stay as it is.
package struct LinkSettings: Hashable, Sendable, Codable {
    /// Duplex mode.
    package enum Duplex: String, Hashable, Sendable, Codable {
        case half, full
    }

    /// Speed in Mbit/s.
    package var speed: Int?
    /// Duplex mode.
    package var duplex: Duplex?
    /// Whether speed and duplex are negotiated with the peer.
    package var autonegotiation: Bool?
    /// The modes that are offered to the peer (`ETHTOOL_LINK_MODE_…_BIT`), in words of 32 bits, the lowest one first, without
    /// zeros at the end. Where it is `nil` in a wish, negotiation offers all modes that have the speed and duplex mode of
    /// that wish.
    package var advertised: [UInt32]?

    /// Creates settings.
    package init(
        speed: Int? = nil, duplex: Duplex? = nil, autonegotiation: Bool? = nil, advertised: [UInt32]? = nil
    ) {
        self.speed = speed
        self.duplex = duplex
        self.autonegotiation = autonegotiation
        self.advertised = advertised
    }

    /// The words of a mask that is written in hexadecimal, with or without `0x`; `nil` where it is none.
    package static func modes(_ text: String) -> [UInt32]? {
        let digits = text.begins(with: "0x") || text.begins(with: "0X") ? text.dropping(2).utf8 : text[...].utf8
        guard (1...32).contains(digits.count) else { return nil }
        var words = [UInt32](repeating: 0, count: 4)
        for (place, byte) in digits.reversed().enumerated() {
            guard let digit = byte.hexDigitValue else { return nil }
            words[place / 8] |= UInt32(digit) << UInt32(place % 8 * 4)
        }
        while words.last == 0 { words.removeLast() }
        return words.isEmpty ? nil : words
    }

    /// These settings, which name modes of speeds, with the rest that a device offers now: negotiation itself, pause frames,
    /// connectors and error correction are no part of such a wish, as for `ethtool -s`.
    package func keepingKinds(of current: LinkSettings) -> LinkSettings {
        guard let modes = advertised else { return self }
        let kinds = zip(current.advertised ?? [], Self.kinds).map { $0 & $1 }
        var words = [UInt32](repeating: 0, count: max(modes.count, kinds.count))
        for (place, word) in modes.enumerated() { words[place] |= word }
        for (place, word) in kinds.enumerated() { words[place] |= word }
        while words.last == 0 { words.removeLast() }
        var settings = self
        settings.advertised = words
        return settings
    }

    /// The bits 6 to 11, 13, 14, 16 and 49 to 51 of `ETHTOOL_LINK_MODE_…_BIT`.
    private static let kinds: [UInt32] = [0x0001_6FC0, 0x000E_0000]

    /// Whether a link that has these settings has all that a wish says.
    package func fulfil(_ wish: LinkSettings) -> Bool {
        (wish.speed ?? speed) == speed && (wish.duplex ?? duplex) == duplex
            && (wish.autonegotiation ?? autonegotiation) == autonegotiation
            && (wish.advertised ?? advertised) == advertised
    }

    /// These settings after a wish was granted. What is offered then is not known, unless the wish says it.
    package func granting(_ wish: LinkSettings) -> LinkSettings {
        LinkSettings(
            speed: wish.speed ?? speed, duplex: wish.duplex ?? duplex,
            autonegotiation: wish.autonegotiation ?? autonegotiation, advertised: wish.advertised)
    }
}
