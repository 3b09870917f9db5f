extension String {
    /// The text as a POSIX shell takes it literally, as one word: as it is where that is plain, else between single quotes.
    ///
    /// - Parameter plain: What counts as plain besides letters, digits and `._:/,-`.
    /// - Returns: The word.
    package func shellQuoted(plain: String = "") -> String {
        let isPlain = utf8.allSatisfy {
            $0.isLetter || $0.isDigit || "._:/,-".utf8.contains($0) || plain.utf8.contains($0)
        }
        if isPlain, !isEmpty { return self }
        return "'" + substituting("'", with: "'\\''") + "'"
    }
}
