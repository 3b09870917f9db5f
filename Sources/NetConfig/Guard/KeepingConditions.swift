/// On what a change is kept.
public struct KeepingConditions: Sendable {
    /// The operator must confirm it within this many seconds.
    public var confirmation: Int?
    /// Its gateways must answer within this many seconds.
    public var gateway: Int?
    /// What guards the change meanwhile.
    public var guardProgram: GuardProgram

    /// Creates conditions.
    public init(confirmation: Int? = nil, gateway: Int? = nil, guardedBy program: GuardProgram) {
        self.confirmation = confirmation
        self.gateway = gateway
        guardProgram = program
    }
}

extension KeepingConditions: CustomStringConvertible {
    /// The conditions as half a sentence.
    public var description: String {
        [
            gateway.map { "the gateway answers within \($0) s" }, confirmation.map { "it is confirmed within \($0) s" },
        ].compactMap(\.self).joined(separator: ", and then ")
    }
}
