extension String {
    /// The text in pieces of at most so many characters, broken at blanks where there are any; none for an empty text.
    package func wrapped(to width: Int) -> [String] {
        if count <= width { return isEmpty ? [] : [self] }
        var pieces: [String] = []
        var (line, lineLength) = ("", 0)
        for word in self.pieces(between: " ") {
            // Counted once: a word can be as long as a file.
            var (rest, length) = (word, word.count)
            if !line.isEmpty, lineLength + 1 + length > width {
                pieces.append(line)
                (line, lineLength) = ("", 0)
            }
            while length > width {
                let end = rest.index(rest.startIndex, offsetBy: width)
                pieces.append(String(rest[..<end]))
                rest = rest[end...]
                length -= width
            }
            line += line.isEmpty ? String(rest) : " \(rest)"
            lineLength = line.count
        }
        return line.isEmpty ? pieces : pieces + [line]
    }
}
