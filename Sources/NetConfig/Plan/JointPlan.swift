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
            let device = model.pifs[pif].flatMap(model.ipDevice)
            return "\(device.map { "\($0): " } ?? "")\(error)"
        }
    }

    /// The steps for all that can be done.
    public var plan = Plan()
    /// What cannot be done.
    public var refusals: [Refusal] = []

    mutating func refuse(_ pif: PIF, _ error: PlanError) { refusals.append(Refusal(pif: pif.ref, error: error)) }
}
