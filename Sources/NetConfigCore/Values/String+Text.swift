/// What people read: terminals, the log, messages, plans. All of it passes here.
extension String {
    /// The text as part of a line: blanks for tabs and line breaks, and `?` for what is not seen, could be a command to a
    /// terminal, begins a line or turns the direction of writing. What comes from outside must not look like another
    /// line, or like another value.
    package var printable: String { printable(keepingLines: false) }

    /// The text as lines: the same, but LF stays.
    ///
    /// - Parameter limit: The most bytes of it.
    /// - Returns: The lines, with `…` where there were more bytes.
    package func printableLines(atMost limit: Int = .max) -> String {
        guard utf8.count > limit else { return printable(keepingLines: true) }
        var start = utf8.index(startIndex, offsetBy: limit)
        while start.samePosition(in: unicodeScalars) == nil { start = utf8.index(before: start) }
        return String(self[..<start]).printable(keepingLines: true) + "…"
    }

    private func printable(keepingLines: Bool) -> String {
        // Nearly all text, of which there can be megabytes.
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) || (keepingLines && $0 == UInt8(ascii: "\n")) }) { return self }
        var text = UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\n" where keepingLines: text.append(scalar)
            case "\r" where rest.first == "\n": continue
            case "\n", "\t": text.append(" ")
            default: text.append(scalar.isSeen ? scalar : "?")
            }
        }
        return String(text)
    }

    /// The text, or, where it has more than so many bytes, its start and how many bytes it has in all.
    package func cut(at limit: Int) -> String {
        guard utf8.count > limit else { return self }
        return String(decoding: utf8.prefix(limit), as: UTF8.self) + "… (\(utf8.count) bytes)"
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text, or its start where it has more than so many scalars. (A grapheme cluster can be of any length.)
    package func shortened(to count: Int) -> String {
        let start = self[...].unicodeScalars.prefix(count)
        return start.endIndex == endIndex ? String(self) : "\(Substring(start))…"
    }
}

extension Unicode.Scalar {
    /// Whether it is something to see, or a blank, and changes nothing about what is beside it but accents.
    package var isSeen: Bool {
        if isASCII { return (0x20...0x7E).contains(value) }
        // Variation selectors, fillers, joiners and tags are not seen; some of them are marks or letters.
        if properties.isDefaultIgnorableCodePoint { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}
