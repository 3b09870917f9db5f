extension String {
    /// The text as a terminal and a log may have it, whoever wrote parts of it: without control characters but line
    /// breaks, and not more than so many bytes of it.
    package func loggable(atMost limit: Int = .max) -> String {
        // The characters of category Cc: looking that up takes long.
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            scalar != "\n" && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
        }
        // Nearly all text, of which there can be megabytes.
        if utf8.count <= limit, !unicodeScalars.contains(where: isControl) { return self }
        var text = ""
        for scalar in unicodeScalars {
            guard text.utf8.count < limit else { return text + "…" }
            text.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar)
        }
        return text
    }
}
