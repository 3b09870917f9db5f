/// What several requests come to: one plan for those that can be done.
public struct JointPlan: Equatable, Sendable {
    /// The steps for all that can be done.
    public var plan = Plan()
    /// What cannot be done, and why.
    public var refusals: [PlanError] = []
}

extension NetworkModel {
    /// A sentence about one of several PIFs, with the name under which it was asked for.
    package func sentence(about pif: Ref<PIF>, _ text: String) -> String {
        "\(pifs[pif].flatMap(ipDevice).map { "\($0): " } ?? "")\(text)"
    }
}
