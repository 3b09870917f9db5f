/// Belongings of devices that could not be put back.
struct NotRestored: Error, Equatable, CustomStringConvertible {
    /// A sentence for each.
    var causes: [String]

    var description: String { causes.joined(separator: "; ") }
}
