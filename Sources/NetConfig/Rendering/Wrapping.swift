extension String {
    /// The text in pieces of at most so many characters, broken at blanks where there are any; none for an empty text.
    func wrapped(to width: Int) -> [String] {
        if count <= width { return isEmpty ? [] : [self] }
        var pieces: [String] = []
        var line = ""
        for word in self.pieces(between: " ") {
            var word = String(word)
            if !line.isEmpty, line.count + 1 + word.count > width {
                pieces.append(line)
                line = ""
            }
            while word.count > width {
                pieces.append(String(word.prefix(width)))
                word = String(word.dropFirst(width))
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return line.isEmpty ? pieces : pieces + [line]
    }
}
