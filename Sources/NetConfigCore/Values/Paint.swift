/// Colours of a terminal, where there is one.
package struct Paint: Equatable, Sendable {
    /// What a piece of text is, rather than the colour that it has.
    package enum Meaning: Sendable {
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
    package var isOn: Bool

    /// Creates paint; by default none.
    package init(isOn: Bool = false) { self.isOn = isOn }

    /// Text with the colour of what it means (ECMA-48, "select graphic rendition").
    package func callAsFunction(_ text: String, _ meaning: Meaning?) -> String {
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
