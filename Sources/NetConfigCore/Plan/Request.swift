/// A request to bring one PIF up or down.
package struct Request: Equatable, Sendable {
    /// Bring up, or take down.
    package var verb: Verb
    /// The PIF.
    package var pif: Ref<PIF>
    /// Whether the PIF is to be the management interface, whatever its record says.
    package var isManagement: Bool

    /// Whether a card is taken from a bridge or bond that no record describes.
    package var takesCards: Bool

    /// What XAPI is told of the PIF; `nil` where XAPI knows it.
    package var reset: NetworkReset?

    /// Creates a request.
    package init(
        _ verb: Verb, _ pif: Ref<PIF>, isManagement: Bool = false, takesCards: Bool = false, reset: NetworkReset? = nil
    ) {
        self.verb = verb
        self.pif = pif
        self.isManagement = isManagement
        self.takesCards = takesCards
        self.reset = reset
    }
}
