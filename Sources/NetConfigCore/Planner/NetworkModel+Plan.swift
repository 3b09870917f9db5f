extension NetworkModel {
    /// Plans from a state, without a host.
    ///
    /// - Parameters:
    ///   - verb: What is wanted.
    ///   - names: For which networks: bridges, or the devices of bridgeless PIFs.
    ///   - state: What is there; it says which datapath the host uses.
    /// - Returns: The steps for all of them as one; none where everything already is right.
    /// - Throws: ``PlanError``, also for a name that is in no record, and where `state` was observed for something else.
    public func plan(_ verb: Verb, _ names: [String], from state: ObservedState) throws(PlanError) -> Plan {
        var requests: [Request] = []
        for result in pifs(named: names) {
            do throws(UnknownBridge) {
                requests.append(Request(verb, try result.get().ref))
            } catch {
                throw PlanError(nil, .unknownName(error))
            }
        }
        let facts = HostFacts(datapath: state.vswitch == nil ? .bridge : .openvswitch)
        let joint = Planner.plan(requests, model: self, facts: facts, observed: state)
        if let refusal = joint.refusals.first { throw refusal }
        var plan = joint.plan
        plan.warnings = warnings.map(\.asRemark) + plan.warnings
        return plan
    }
}
