/// On what a change is kept.
public struct KeepingConditions: Sendable {
    /// The operator must confirm it within this many seconds.
    public var confirmation: Int?
    /// Its gateways must answer within this many seconds.
    public var gateway: Int?
    /// The arguments with which this program, started once more, guards a change below the same root prefix.
    public var guardArguments: [String]

    /// Creates conditions.
    public init(confirmation: Int? = nil, gateway: Int? = nil, guardArguments: [String]) {
        self.confirmation = confirmation
        self.gateway = gateway
        self.guardArguments = guardArguments
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
