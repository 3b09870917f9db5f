extension JSON {
    /// The value as text with a member a line, in the order of their names: equal values give equal text.
    ///
    /// Foundation's encoder takes several times as long for the plan of 800 VLANs.
    package var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes, indentation: 0)
        bytes.append(UInt8(ascii: "\n"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value as text without white space, as UTF-8.
    ///
    /// Foundation's encoder takes twenty times as long for a question to ovsdb-server.
    package var compact: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, indentation: nil)
        return bytes
    }

    /// The value as text on one line.
    package var line: String {
        text.pieces(between: "\n").map(\.trimmed).joined(separator: " ")
    }

    /// A value that may be missing.
    package init(_ text: (some CustomStringConvertible)?) { self = text.map { .string($0.description) } ?? .null }

    /// A number that may be missing.
    package init(_ number: Int?) { self = number.map { .integer($0) } ?? .null }

    /// A flag that may be missing.
    package init(_ flag: Bool?) { self = flag.map { .boolean($0) } ?? .null }

    /// Writes the value behind what is there. Without the indentation of the line that it begins on, there is no white space.
    private func write(to bytes: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .real(let number): bytes += number.isFinite ? String(number).utf8 : "null".utf8
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let elements):
            Self.write(elements, between: "[", "]", to: &bytes, indentation) { element, bytes in
                element.write(to: &bytes, indentation: indentation.map { $0 + 1 })
            }
        case .object(let members):
            let sorted = members.sorted { $0.key < $1.key }
            Self.write(sorted, between: "{", "}", to: &bytes, indentation) { member, bytes in
                Self.write(member.key, to: &bytes)
                bytes += (indentation == nil ? ":" : ": ").utf8
                member.value.write(to: &bytes, indentation: indentation.map { $0 + 1 })
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], between start: Unicode.Scalar, _ end: Unicode.Scalar, to bytes: inout [UInt8],
        _ indentation: Int?, _ write: (Element, inout [UInt8]) -> Void
    ) {
        func newLine(_ more: Int, _ bytes: inout [UInt8]) {
            guard let indentation else { return }
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (indentation + more) * 2))
        }
        bytes.append(UInt8(ascii: start))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine(1, &bytes)
            write(element, &bytes)
        }
        if !elements.isEmpty { newLine(0, &bytes) }
        bytes.append(UInt8(ascii: end))
    }

    /// RFC 8259, section 7: quotation mark, backslash and control characters are escaped. So is DEL, which no terminal
    /// shows.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case ..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                bytes += "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
