extension Duration {
    /// In milliseconds with one decimal.
    package var text: String {
        let tenths = Int((self / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    /// As an estimate: in whole milliseconds, from a second on in seconds with one decimal.
    package var roughText: String {
        let milliseconds = Int((self / .milliseconds(1)).rounded(.up))
        guard milliseconds >= 1000 else { return "\(max(1, milliseconds)) ms" }
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
