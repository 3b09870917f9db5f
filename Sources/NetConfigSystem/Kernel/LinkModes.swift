internal import CLinux
internal import SystemPackage
internal import NetConfigCore

/// A device's speed, duplex and negotiation with the modes that it supports and offers to its peer.
struct LinkModes {
    /// The two commands that there are for this, with different structures.
    enum Form: Equatable {
        /// `struct ethtool_link_settings`, followed by three masks of so many 32-bit words each.
        case masks(words: Int)
        /// `struct ethtool_cmd`
        case legacy
    }

    /// Which structure the command has.
    let form: Form
    /// The command to read settings, and then their values.
    var command: [UInt8]

    /// Starts a command to read settings.
    init(_ form: Form) {
        self.form = form
        switch form {
        case .masks(let words):
            command = UInt32(ETHTOOL_GLINKSETTINGS).hostBytes + Array(repeating: 0, count: 44 + 12 * words)
            command[15] = UInt8(truncatingIfNeeded: words)
        case .legacy:
            command = UInt32(ETHTOOL_GSET).hostBytes + Array(repeating: 0, count: 40)
        }
    }

    /// The number of words that the kernel asked for, which it writes as a negative one.
    var wantedWords: Int { -Int(Int8(bitPattern: command[15])) }

    /// The settings; a speed of 0 or -1 and a duplex mode of 255 mean that it is unknown.
    var settings: LinkSettings {
        let unknown: UInt32 = form == .legacy ? 0xFFFF : .max
        return LinkSettings(
            speed: speed == 0 || speed == unknown || speed == .max ? nil : Int(speed),
            duplex: command[duplexPlace] == 0 ? .half : command[duplexPlace] == 1 ? .full : nil,
            autonegotiation: command[autonegotiationPlace] != 0, advertised: advertised)
    }

    /// The modes that are offered to the peer.
    private var advertised: [UInt32] {
        let mask = command[maskRange(1)]
        let words = stride(from: 0, to: mask.count, by: 4).compactMap { mask.integer(at: $0, as: UInt32.self) }
        return words.reversed().drop { $0 == 0 }.reversed()
    }

    /// The command that makes these settings the device's.
    var setCommand: [UInt8] {
        let number = form == .legacy ? ETHTOOL_SSET : ETHTOOL_SLINKSETTINGS
        return UInt32(number).hostBytes + command[4...]
    }

    /// Changes what `settings` says.
    mutating func change(to settings: LinkSettings) {
        if let speed = settings.speed { self.speed = UInt32(clamping: speed) }
        if let duplex = settings.duplex { command[duplexPlace] = duplex == .full ? 1 : 0 }
        if let autonegotiation = settings.autonegotiation { command[autonegotiationPlace] = autonegotiation ? 1 : 0 }
        if let advertised = settings.advertised { return offer(advertised) }
        guard command[autonegotiationPlace] != 0 else { return }
        let asked = Self.twistedPair.filter { mode in
            supports(mode.bit) && settings.speed ?? mode.speed == mode.speed
                && settings.duplex ?? mode.duplex == mode.duplex
        }
        let isRestricted = settings.speed != nil || settings.duplex != nil
        command.replaceSubrange(maskRange(1), with: command[maskRange(0)])
        guard isRestricted, !asked.isEmpty else { return }
        // Bits that are no speed, such as the kinds of connector and pause frames, stay as they are supported.
        for mode in Self.twistedPair where !asked.contains(where: { $0.bit == mode.bit }) { withdraw(mode.bit) }
    }

    /// Offers these modes and no others. Those beyond the device's masks are none that it has.
    private mutating func offer(_ words: [UInt32]) {
        let place = maskRange(1)
        let bytes = words.flatMap(\.hostBytes).prefix(place.count)
        command.replaceSubrange(place, with: bytes + Array(repeating: 0, count: place.count - bytes.count))
    }

    private var duplexPlace: Int { form == .legacy ? 14 : 8 }
    private var autonegotiationPlace: Int { form == .legacy ? 18 : 11 }

    /// Mbit/s; the older structure has the lower half in one place and the upper half in another.
    private var speed: UInt32 {
        get {
            guard form == .legacy else { return command[4...].integer() ?? 0 }
            let low: UInt16 = command[12...].integer() ?? 0, high: UInt16 = command[28...].integer() ?? 0
            return UInt32(high) << 16 | UInt32(low)
        }
        set {
            guard form == .legacy else { return command.replaceSubrange(4..<8, with: newValue.hostBytes) }
            command.replaceSubrange(12..<14, with: UInt16(truncatingIfNeeded: newValue).hostBytes)
            command.replaceSubrange(28..<30, with: UInt16(truncatingIfNeeded: newValue >> 16).hostBytes)
        }
    }

    /// Where the mask of supported (0) or offered (1) modes is.
    private func maskRange(_ number: Int) -> Range<Int> {
        let (start, size) =
            switch form {
            case .legacy: (4, 4)
            case .masks(let words): (48, 4 * words)
            }
        return start + number * size..<start + (number + 1) * size
    }

    private func supports(_ bit: Int) -> Bool {
        let mask = command[maskRange(0)]
        guard let word = mask.integer(at: bit / 32 * 4, as: UInt32.self) else { return false }
        return word >> UInt32(bit % 32) & 1 != 0
    }

    private mutating func withdraw(_ bit: Int) {
        let place = maskRange(1).lowerBound + bit / 32 * 4
        guard place < maskRange(1).upperBound, let word = command[place...].integer(as: UInt32.self) else { return }
        command.replaceSubrange(place..<place + 4, with: (word & ~(1 << UInt32(bit % 32))).hostBytes)
    }

    /// The modes that negotiate a speed over twisted pair (`ETHTOOL_LINK_MODE_…baseT…_BIT`).
    private static let twistedPair: [(bit: Int, speed: Int, duplex: LinkSettings.Duplex)] = [
        (0, 10, .half), (1, 10, .full), (2, 100, .half), (3, 100, .full), (4, 1000, .half), (5, 1000, .full),
        (47, 2500, .full), (48, 5000, .full), (12, 10000, .full),
    ]
}
