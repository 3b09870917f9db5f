/// The flows of a management bridge in secure mode.
extension PlanBuilder {
    /// When the pool's fail mode makes the management bridge secure, nothing passes until the controller comes: a few
    /// flows keep the host reachable meanwhile. Empty where the request's PIF needs none.
    func secureModeFlows(on bridge: DeviceName, _ datapath: PIF, previousFailMode: OVSDBValue?) -> [SecureModeFlow] {
        guard pif.ref == datapath.ref, isManagement(pif),
            model.isPoolSecure, model.failMode(on: model.network(of: pif)).value == "secure",
            previousFailMode != .string("secure") || flowsArePending(on: bridge),
            let mac = datapathMAC(of: pif)
        else { return [] }
        return SecureModeFlow.forManagement(over: model.uplinks(of: pif).map(\.device), mac: mac)
    }

    private func flowsArePending(on bridge: DeviceName) -> Bool {
        state.files[SecureModeFlow.pendingFile]?.text == "\(bridge)\n"
    }

    /// Notes that a bridge becomes secure before its flows can be there.
    mutating func notePendingFlows(on bridge: DeviceName) {
        guard !flowsArePending(on: bridge) else { return }
        let (path, note) = (SecureModeFlow.pendingFile, FileContents("\(bridge)\n"))
        perform(.replaceFile(path, before: state.files[path], after: note), because: SecureModeFlow.pendingReason)
    }

    /// Adds the flows, after which none are to come.
    mutating func addSecureModeFlows(_ flows: [SecureModeFlow], to bridge: DeviceName) {
        perform(.addFlows(bridge.text, flows), because: "the bridge is secure and no controller is connected yet")
        let path = SecureModeFlow.pendingFile
        guard flowsArePending(on: bridge), let note = state.files[path] else { return }
        perform(.replaceFile(path, before: note, after: nil), because: SecureModeFlow.doneReason)
    }
}
