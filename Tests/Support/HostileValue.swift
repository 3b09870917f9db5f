import NetConfigCore
import NetConfigSystem

/// A value that might be sent for no good. All tests of hostile input take theirs from here.
package struct HostileValue: Sendable, CustomStringConvertible {
    /// The bytes themselves.
    package let bytes: [UInt8]

    /// As they stand in XML: escaped as far as that is possible.
    package var xml: [UInt8] {
        var escaped: [UInt8] = []
        let text = String(decoding: bytes, as: UTF8.self)
        return text.utf8.elementsEqual(bytes) && (try? escaped.append(escapingXML: text)) != nil ? escaped : bytes
    }

    /// As they stand in what `printf` prints.
    package var octal: String {
        bytes.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }

    /// The start of it, escaped.
    package var description: String { String(decoding: bytes.prefix(40), as: UTF8.self).debugDescription }

    /// Paths, options, quotes, commands, line breaks, numbers, words that mean something, what is no text, and much.
    package static let all: [HostileValue] =
        (texts + clusters + invisible).map { HostileValue(bytes: Array($0.utf8)) } + rawBytes.map(HostileValue.init)

    /// Those that can be an argument of a program: without NUL, and not longer than the kernel takes.
    package static let arguments = all.filter { !$0.bytes.contains(0) && $0.bytes.count < 1 << 16 }

    /// Each character that means something to a reader with what makes one Character of both, and a command behind it.
    package static let clusters = ["'", "\"", "\\", "\n", "<", "/", ";", " ", ",", "=", "`", "#", "&", "$("].map {
        character in
        ["\u{301}", "\u{200D}", "\u{FE0F}", "\r\n"].map { "x\(character)\($0);>pwned;" }.joined()
    }

    /// What is not seen, begins a line, turns the direction of writing, or is canonically equivalent to something else.
    private static let invisible = [
        "\r\n>pwned\r\n", "\u{2028}error: all is lost\u{2029}\u{85}", "\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}\u{61C}",
        "\u{200B}\u{FEFF}\u{E0041}\u{FE0F}\u{AD}\u{3164}", "e\u{301}", "\u{37E}>pwned\u{37E}", "\u{1FEF}>pwned\u{1FEF}",
        "\u{301}", "x\rerror: y",
    ]

    private static let texts = [
        "/", "..", "../../etc/passwd", "a/../../b", "-rf", "\"", "a'b\"c\\", "\\", "`>pwned`", "$(>pwned)", ";>pwned;#",
        "\n>pwned\n", "'\n>pwned #", "\">pwned;\"", "\"{};script", "a\nb", "a b", " ", "%s%n", "OpaqueRef:NULL",
        "\u{E9}\u{202E}", "\u{FFFD}", "<a/>", "]]>", "&amp;", "18446744073709551616", "0", "nan", "True", "::",
        "255.255.255.255/33", "all", "", "--", "-1", "=", "=x", String(repeating: "../", count: 300),
        String(repeating: "x", count: 100_000),
        String(repeating: "1,", count: 2_000),
    ]

    /// NUL, an escape sequence, what no UTF-8 has, `/` written too long, half a surrogate pair, an end too early.
    private static let rawBytes: [[UInt8]] = [
        [0], Array("a\0b".utf8), Array("\u{1B}]0;x\u{7}\u{9B}31m".utf8), [0xFF, 0xFE], [0xC0, 0xAF],
        [0xED, 0xA0, 0x80], [0xE2, 0x82],
    ]
}
