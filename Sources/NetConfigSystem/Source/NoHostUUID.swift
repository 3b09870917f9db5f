/// An inventory that does not say which host it is of.
struct NoHostUUID: Error, Equatable, CustomStringConvertible {
    /// The inventory's file.
    var file: String

    /// What is missing where.
    var description: String { "\(file) has no INSTALLATION_UUID, by which XAPI knows this host" }
}
