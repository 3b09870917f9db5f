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

extension KeepingConditions {
    /// How long a condition may take to be met.
    private static let range = Duration.seconds(1)...Duration.seconds(86_400)

    /// What keeps a change from having these conditions, as a clause; `nil` where nothing does.
    func flaw(_ requests: Int, _ unknown: [String], _ awaitsCards: Bool) -> String? {
        if let sentence = unknown.first { return sentence }
        if requests != 1 { return "a change that is kept on conditions is that of one network" }
        if awaitsCards { return "a change that is kept on conditions does not wait for network cards" }
        let times = [confirmation, gateway].compactMap(\.self)
        if times.isEmpty { return "there is no condition on which the change would be kept" }
        return times.contains { !Self.range.contains($0) } ? "a condition must be met within 1 s to 1 day" : nil
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
