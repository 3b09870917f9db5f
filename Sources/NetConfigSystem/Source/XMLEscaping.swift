extension [UInt8] {
    /// Appends text so that a parser gives it back as it is, in an element as well as in an attribute.
    package mutating func append(escapingXML text: String) throws(InvalidXMLCharacter) {
        let needsCare =
            unsafe text.utf8.withContiguousStorageIfAvailable { unsafe $0.contains(where: \.needsCare) } ?? true
        guard needsCare else { return append(contentsOf: text.utf8) }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append(contentsOf: "&amp;".utf8)
            case "<": append(contentsOf: "&lt;".utf8)
            case ">": append(contentsOf: "&gt;".utf8)
            case "\"": append(contentsOf: "&quot;".utf8)
            // Parsers turn these into blanks in an attribute, and a carriage return into a line feed anywhere.
            case "\t", "\n", "\r": append(contentsOf: "&#\(scalar.value);".utf8)
            case _ where !scalar.isXML: throw InvalidXMLCharacter(scalar: scalar)
            default: append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether XML has a place for the character.
    fileprivate var isXML: Bool {
        switch self {
        case "\t", "\n", "\r": true
        case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": false
        default: true
        }
    }
}

extension String {
    /// The text with U+FFFD for what XML has no place for.
    package var writableAsXML: String {
        String(UnicodeScalarView(unicodeScalars.map { $0.isXML ? $0 : "\u{FFFD}" }))
    }
}

extension UInt8 {
    /// Whether the byte has to be escaped or may belong to a character that XML has no place for.
    fileprivate var needsCare: Bool { self < 64 ? Self.special >> UInt64(self) & 1 == 1 : self == 0xEF }

    /// One bit for each of the first 64 characters: control characters, quote, ampersand, less and greater than.
    private static let special: UInt64 = 0xFFFF_FFFF | 1 << 0x22 | 1 << 0x26 | 1 << 0x3C | 1 << 0x3E
}
