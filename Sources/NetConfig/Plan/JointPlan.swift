/// What several requests come to: one plan for those that can be done.
public struct JointPlan: Equatable, Sendable {
    /// A request that cannot be done.
    public struct Refusal: Equatable, Sendable {
        /// The PIF that it is about.
        public var pif: Ref<PIF>
        /// Why.
        public var error: PlanError

        /// What is refused, and why.
        func sentence(_ model: NetworkModel) -> String {
            model.sentence(about: pif, "\(error)")
        }
    }

    /// The steps for all that can be done.
    public var plan = Plan()
    /// What cannot be done.
    public var refusals: [Refusal] = []

    mutating func refuse(_ pif: PIF, _ error: PlanError) { refusals.append(Refusal(pif: pif.ref, error: error)) }
}

extension NetworkModel {
    /// A sentence about one of several PIFs, with the name under which it was asked for.
    func sentence(about pif: Ref<PIF>, _ text: String) -> String {
        "\(pifs[pif].flatMap(ipDevice).map { "\($0): " } ?? "")\(text)"
    }
}
