extension String {
    /// The text with blanks for line breaks: what comes from outside and is part of a message must not look like
    /// another one.
    var oneLine: String { String(map { $0.isNewline ? " " : $0 }) }
}
