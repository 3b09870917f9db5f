extension IPAddress {
    /// Parses a dotted quad or an IPv6 address (RFC 4291, section 2.2), or `nil` for anything else.
    ///
    /// No leading zeros in a dotted quad (some programs read them as octal), no zone index.
    public init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.parseIPv6(text[...]) else { return nil }
            self = .v6(bits)
        } else {
            guard let bits = Self.parseIPv4(text[...]) else { return nil }
            self = .v4(bits)
        }
    }

    private static func parseIPv4(_ text: Substring) -> UInt32? {
        var bits: UInt32 = 0
        var (byte, digits, dots): (UInt32, Int, Int) = (0, 0, 0)
        for character in text.utf8 {
            switch character {
            case _ where character.isDigit:
                guard digits == 0 || byte > 0 else { return nil }
                byte = byte * 10 + UInt32(character - UInt8(ascii: "0"))
                digits += 1
                guard byte <= 255 else { return nil }
            case UInt8(ascii: "."):
                guard digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | byte
                (byte, digits, dots) = (0, 0, dots + 1)
            default: return nil
            }
        }
        guard digits > 0, dots == 3 else { return nil }
        return bits << 8 | byte
    }

    private static func parseIPv6(_ text: Substring) -> UInt128? {
        guard text.utf8.count <= 45 else { return nil }
        guard let gap = text.place(of: "::") else {
            guard let groups = parseGroups(text), groups.count == 8 else { return nil }
            return join(groups)
        }
        guard let head = parseGroups(text[..<gap.lowerBound], isEnd: false),
            let tail = parseGroups(text[gap.upperBound...]),
            head.count + tail.count < 8
        else { return nil }
        return join(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func join(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// Colon-separated groups of 16 bits; at the end of an address the last may be a dotted quad, which counts as two.
    private static func parseGroups(_ text: Substring, isEnd: Bool = true) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.pieces(between: ":", keepingEmpty: true)
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.includes(".") {
                guard let bits = parseIPv4(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    /// A dotted quad, or the canonical text of RFC 5952 for IPv6.
    public var description: String {
        switch self {
        case .v4(let bits): "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        case .v6(let bits): Self.canonicalText((0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) })
        }
    }

    /// The longest run of two or more zero groups, the first one of equal length, becomes `::`.
    private static func canonicalText(_ groups: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(longest.count, 1) { longest = start..<index }
            start = index + 1
        }
        func text(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return text(groups) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
