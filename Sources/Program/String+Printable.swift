extension String {
    /// The text as a terminal and a log may have it, whoever wrote parts of it: without control characters but line
    /// breaks, and not more than so many bytes of it.
    package func printable(atMost limit: Int = .max) -> String {
        var text = ""
        for scalar in unicodeScalars {
            guard text.utf8.count < limit else { return text + "…" }
            let isControl = scalar != "\n" && scalar.properties.generalCategory == .control
            text.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return text
    }
}
