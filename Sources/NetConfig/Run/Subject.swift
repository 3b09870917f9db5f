public import NetConfigCore
public import NetConfigSystem

/// What a request is for, and where its records come from.
public enum Subject: Sendable {
    /// The PIFs that have these bridges, or the bridgeless ones that have these devices, from the host's file of records: a cache,
    /// xcp-networkd's database or `management.conf`. A failure of one stops no other.
    case bridges([String])
    /// The same, from records that the caller has read.
    case records(NetworkModel, [String])
    /// A PIF from XAPI's live data.
    case live(PIFName, XAPIAccess)

    /// How XAPI's callers name a PIF.
    public enum PIFName: Hashable, Sendable {
        /// By XAPI's reference.
        case reference(String)
        /// By its record's uuid.
        case uuid(String)

        /// Whether this is the name of a PIF.
        func isOf(_ pif: PIF) -> Bool {
            switch self {
            case .reference(let text): pif.ref.text == text
            case .uuid(let text): pif.uuid == text
            }
        }
    }
}

extension Subject {
    /// The caller's way to XAPI; `nil` where the records are not XAPI's.
    var access: XAPIAccess? { if case .live(_, let access) = self { access } else { nil } }
}

extension Subject: CustomStringConvertible {
    /// The name as it was given.
    public var description: String {
        switch self {
        case .bridges(let names), .records(_, let names): names.joined(separator: ", ")
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

extension NetworkModel {
    /// The PIF of this name.
    func pif(named name: Subject.PIFName) throws(UnknownPIF) -> PIF {
        let found =
            switch name {
            case .reference(let text): Ref(text).flatMap { pifs[$0] }
            case .uuid: pifs.values.first(where: name.isOf)
            }
        guard let found else { throw UnknownPIF(name: name, fault: unusable.first { name.isOf($0.pif) }?.fault) }
        return found
    }
}
