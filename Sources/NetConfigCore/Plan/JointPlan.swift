/// What several requests come to: one plan for those that can be done.
package struct JointPlan: Equatable, Sendable {
    /// The steps for all that can be done.
    package var plan = Plan()
    /// What cannot be done, and why.
    package var refusals: [PlanError] = []
}

extension NetworkModel {
    /// A sentence about one of several PIFs, with the name under which it was asked for.
    package func sentence(about pif: Ref<PIF>?, _ text: String) -> String {
        "\(pif.flatMap { pifs[$0] }.flatMap(ipDevice).map { "\($0): " } ?? "")\(text)"
    }
}
