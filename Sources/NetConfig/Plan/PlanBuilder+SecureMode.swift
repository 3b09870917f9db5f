/// The flows of a management bridge in secure mode.
extension PlanBuilder {
    /// When the pool's fail mode makes the management bridge secure, nothing passes until the controller comes: a few
    /// flows keep the host reachable meanwhile. Empty where the stack needs none.
    func secureModeFlows(on bridge: DeviceName, of stack: Stack, previousFailMode: OVSDBValue?) -> [SecureModeFlow] {
        let pif = stack.pifs[0]
        guard pif.ref == stack.datapath.ref, isManagement(pif),
            model.isPoolSecure, model.failMode(on: model.network(of: pif)).value == "secure",
            previousFailMode != .string("secure") || PendingFlows.areNoted(of: bridge.text, in: state),
            let mac = datapathMAC(of: pif)
        else { return [] }
        return SecureModeFlow.forManagement(over: model.uplinks(of: pif).map(\.device), mac: mac)
    }

    /// Notes that a bridge becomes secure before its flows can be there.
    mutating func notePendingFlows(on bridge: DeviceName) {
        guard !PendingFlows.areNoted(of: bridge.text, in: state) else { return }
        let noting = PendingFlows.noting(bridge.text, in: state)
        perform(noting.action, because: noting.reason)
    }

    /// Adds the flows, after which none are to come.
    mutating func addSecureModeFlows(_ flows: [SecureModeFlow], to bridge: DeviceName) {
        perform(.addFlows(bridge.text, flows), because: "the bridge is secure and no controller is connected yet")
        guard PendingFlows.areNoted(of: bridge.text, in: state), let forgetting = PendingFlows.forgetting(in: state)
        else { return }
        perform(forgetting.action, because: forgetting.reason)
    }
}
