extension String {
    /// The text, or, where it has more than so many bytes, its start and how many bytes it has in all.
    package func cut(at limit: Int) -> String {
        guard utf8.count > limit else { return self }
        return String(decoding: utf8.prefix(limit), as: UTF8.self) + "… (\(utf8.count) bytes)"
    }
}
