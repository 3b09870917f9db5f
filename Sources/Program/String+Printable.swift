extension String {
    /// The text as a terminal and a log may have it, whoever wrote parts of it: without control characters but line
    /// breaks, and not more than so many bytes of it.
    package func printable(atMost limit: Int = .max) -> String {
        // Nearly all text, of which there can be megabytes.
        let isPlain = utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\n") }
        if isPlain, utf8.count <= limit { return self }
        var text = ""
        for scalar in unicodeScalars {
            guard text.utf8.count < limit else { return text + "…" }
            // The characters of category Cc: looking that up takes long.
            let isControl = scalar != "\n" && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
            text.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return text
    }
}
