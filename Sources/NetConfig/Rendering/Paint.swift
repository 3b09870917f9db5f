/// Colours of a terminal, where there is one.
public struct Paint: Equatable, Sendable {
    /// What a piece of text is, rather than the colour that it has.
    public enum Meaning: Sendable {
        /// What is right, or comes.
        case good
        /// What is wrong, or goes.
        case bad
        /// What to look at.
        case warning
        /// What only explains.
        case faint
        /// What leads the eye.
        case title
    }

    /// Whether there is colour at all.
    public var isOn: Bool

    /// Creates paint; by default none.
    public init(isOn: Bool = false) { self.isOn = isOn }

    /// Text with the colour of what it means (ECMA-48, "select graphic rendition").
    func callAsFunction(_ text: String, _ meaning: Meaning?) -> String {
        guard isOn, let meaning, !text.isEmpty else { return text }
        let code =
            switch meaning {
            case .good: "32"
            case .bad: "1;31"
            case .warning: "33"
            case .faint: "2"
            case .title: "1"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

extension String {
    /// The text as a line of a terminal: what could be a terminal's command, or turn the direction of writing, becomes `?`,
    /// and tabs blanks.
    var printable: String {
        // Nearly all text, of which there can be megabytes.
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return self }
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0 == "\t" ? " " : isControl($0) ? "?" : $0 }))
    }
}
