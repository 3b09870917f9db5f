/// On what a change is kept; else it is put back.
public struct KeepingConditions: Sendable {
    /// Within what time the change must be confirmed; `nil` where it need not be. Whole seconds count.
    public var confirmation: Duration?
    /// Within what time the gateways must answer; `nil` where they are not asked. Whole seconds count.
    public var gateway: Duration?
    /// The program that guards the change.
    public var guardProgram: GuardProgram

    /// What the program that made a change says while that waits to be confirmed.
    public enum Answer: Sendable {
        /// The change is kept.
        case keep
        /// The change is put back at once.
        case putBack
        /// Ask again.
        case notYet
    }

    /// Creates conditions.
    public init(confirmation: Duration? = nil, gateway: Duration? = nil, guardedBy program: GuardProgram) {
        self.confirmation = confirmation
        self.gateway = gateway
        guardProgram = program
    }
}

extension KeepingConditions: CustomStringConvertible {
    /// The conditions as a clause.
    public var description: String {
        [
            gateway.map { "the gateway answers within \($0.wholeSeconds) s" },
            confirmation.map { "it is confirmed within \($0.wholeSeconds) s" },
        ].compactMap(\.self).joined(separator: ", and then ")
    }
}
