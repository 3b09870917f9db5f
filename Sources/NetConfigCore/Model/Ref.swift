/// An opaque reference to one of XAPI's records, typed by the kind of record it names.
///
/// XAPI writes "no record" as `OpaqueRef:NULL` or as the empty string; neither is a `Ref`, so past the
/// decoders "none" is `nil` and nothing else.
public struct Ref<Record>: Hashable, Sendable {
    /// XAPI's text for the reference, usually `OpaqueRef:` and a UUID; any other text is as legal.
    public let text: String

    /// Creates a reference from XAPI's text, or `nil` where that text means "none".
    public init?(_ text: String) {
        guard !text.isEmpty, text != Self.null else { return nil }
        self.text = text
    }

    /// Creates the reference of a record that is not XAPI's own, from a name that no other record of its kind has.
    package init(named name: String) { text = "OpaqueRef:named-\(name)" }

    /// How XAPI writes a reference to nothing.
    public static var null: String { "OpaqueRef:NULL" }
}

extension Ref: Comparable {
    /// By text.
    public static func < (lhs: Ref, rhs: Ref) -> Bool { lhs.text < rhs.text }
}

extension Ref: CustomStringConvertible {
    /// The text that messages use.
    public var description: String { text }
}
