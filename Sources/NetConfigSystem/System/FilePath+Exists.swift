internal import SystemPackage

extension FilePath {
    /// Whether there is something of this name, links followed.
    var exists: Bool { (try? stat()) != nil }
}
