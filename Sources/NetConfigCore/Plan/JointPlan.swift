/// One plan for all requests that can be carried out, and the reasons why the others cannot.
package struct JointPlan: Equatable, Sendable {
    /// The steps for all requests that can be carried out.
    package var plan = Plan()
    /// The refused requests, with the reasons.
    package var refusals: [PlanError] = []
}

extension NetworkModel {
    /// A sentence about one of several PIFs, prefixed with the name that it was requested by.
    package func sentence(about pif: Ref<PIF>?, _ text: String) -> String {
        "\(pif.flatMap { pifs[$0] }.flatMap(ipDevice).map { "\($0): " } ?? "")\(text)"
    }
}
