/// What a request is about, and where its records come from.
public enum Subject: Sendable {
    /// The PIFs that have these bridges, or the bridgeless ones that have these devices, from the cache. A failure of one
    /// stops no other.
    case bridges([String])
    /// A PIF from XAPI's live data.
    case live(PIFName, XAPIAccess)

    /// How XAPI's callers name a PIF.
    public enum PIFName: Hashable, Sendable {
        /// By XAPI's reference.
        case reference(String)
        /// By its record's uuid.
        case uuid(String)
    }
}

extension Subject: CustomStringConvertible {
    /// The name as it was given.
    public var description: String {
        switch self {
        case .bridges(let names): names.joined(separator: ", ")
        case .live(let name, _): "\(name)"
        }
    }
}

extension Subject.PIFName: CustomStringConvertible {
    /// The kind of name, and the name.
    public var description: String {
        switch self {
        case .reference(let text): "PIF \(text)"
        case .uuid(let text): "PIF with uuid \(text)"
        }
    }
}

/// A PIF that this host does not have.
public struct UnknownPIF: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was asked for.
    public var name: Subject.PIFName

    /// What was asked for.
    public var description: String { "this host has no \(name)" }
}

extension NetworkModel {
    /// The PIF of this name.
    func pif(named name: Subject.PIFName) throws(UnknownPIF) -> PIF {
        let found =
            switch name {
            case .reference(let text): Ref(text).flatMap { pifs[$0] }
            case .uuid(let text): pifs.values.first { $0.uuid == text }
            }
        guard let found else { throw UnknownPIF(name: name) }
        return found
    }
}
