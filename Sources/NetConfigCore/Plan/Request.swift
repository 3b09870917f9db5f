/// What the caller wants done with one PIF.
public struct Request: Equatable, Sendable {
    /// Attach or detach.
    public enum Verb: String, Hashable, Sendable {
        case up, down
    }

    /// Attach or detach.
    public var verb: Verb
    /// The PIF.
    public var pif: Ref<PIF>
    /// Whether the PIF is to be the management interface, whatever its record says.
    public var isManagement: Bool

    /// Whether a card is taken from a bridge or bond that no record describes.
    public var takesCards: Bool

    /// Creates a request.
    public init(_ verb: Verb, _ pif: Ref<PIF>, isManagement: Bool = false, takesCards: Bool = false) {
        self.verb = verb
        self.pif = pif
        self.isManagement = isManagement
        self.takesCards = takesCards
    }
}
