@testable import NetConfig

/// A value that somebody might send for no good.
struct HostileValue: Sendable {
    /// The bytes themselves.
    let bytes: [UInt8]

    /// As they stand in XML: escaped as far as that is possible.
    var xml: [UInt8] {
        var escaped: [UInt8] = []
        let text = String(decoding: bytes, as: UTF8.self)
        return text.utf8.elementsEqual(bytes) && (try? escaped.append(escapingXML: text)) != nil ? escaped : bytes
    }

    /// Paths, options, quotes, commands, line breaks, numbers, words that mean something, what is no text, and much.
    static let all: [HostileValue] = texts.map { HostileValue(bytes: Array($0.utf8)) } + rawBytes.map(HostileValue.init)

    private static let texts = [
        "/", "..", "../../etc/passwd", "a/../../b", "-rf", "\"", "a'b\"c\\", "\\", "`>pwned`", "$(>pwned)", ";>pwned;#",
        "\n>pwned\n", "'\n>pwned #", "\">pwned;\"", "\"{};script", "a\nb", "a b", " ", "%s%n", "OpaqueRef:NULL",
        "\u{E9}\u{202E}", "\u{FFFD}", "<a/>", "]]>", "&amp;", "18446744073709551616", "0", "nan", "True", "::",
        "255.255.255.255/33", "all", String(repeating: "../", count: 300), String(repeating: "x", count: 100_000),
        String(repeating: "1,", count: 2_000),
    ]

    /// NUL, an escape sequence, what no UTF-8 has, `/` written too long, half a surrogate pair, an end too early.
    private static let rawBytes: [[UInt8]] = [
        [0], Array("a\0b".utf8), Array("\u{1B}]0;x\u{7}\u{9B}31m".utf8), [0xFF, 0xFE], [0xC0, 0xAF],
        [0xED, 0xA0, 0x80], [0xE2, 0x82],
    ]
}
