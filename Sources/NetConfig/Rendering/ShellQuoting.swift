extension String {
    /// The text as a POSIX shell takes it literally, as one word: as it is where that is plain, else between single quotes.
    ///
    /// - Parameter plain: What counts as plain besides letters, digits and `._:/,-`.
    /// - Returns: The word.
    func shellQuoted(plain: String = "") -> String {
        let isPlain = utf8.allSatisfy { byte in
            let character = Character(UnicodeScalar(byte))
            return byte < 0x80
                && (character.isLetter || character.isNumber || "._:/,-".contains(character)
                    || plain.contains(character))
        }
        if isPlain, !isEmpty { return self }
        return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
