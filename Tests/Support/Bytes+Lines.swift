extension [UInt8] {
    /// The lines, without their ends; empty ones too.
    package var lines: [String] {
        split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
