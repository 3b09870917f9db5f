extension Duration {
    /// In milliseconds with one decimal.
    package var text: String {
        let tenths = Int((self / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
