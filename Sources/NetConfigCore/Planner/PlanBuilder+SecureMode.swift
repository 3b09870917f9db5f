/// The flows without which nothing passes a bridge of Open vSwitch.
extension PlanBuilder {
    /// A bridge whose flows were deleted becomes a switch again. Those of one that has a controller are the controller's.
    mutating func ensureFlows(of stack: Stack, on bridge: DeviceName) {
        guard let rows = state.vswitch, let row = rows.bridges[bridge.text] else { return }
        if row.isSecure {
            ensureSecureModeFlows(of: stack, on: bridge)
        } else if rows.empty.contains(bridge.text) {
            perform(.addFlows(bridge.text, [.normal]), because: VswitchState.noFlows)
        }
    }

    /// Nothing passes a bridge that is secure until its controller comes: a few flows keep the host reachable meanwhile.
    /// They go with every change that makes the bridge secure, and to one that is so without them and without a controller
    /// that answers, whichever PIF on it is asked for.
    private mutating func ensureSecureModeFlows(of stack: Stack, on bridge: DeviceName) {
        guard let rows = state.vswitch,
            !rows.isSecure(bridge.text, since: observed.vswitch) || !rows.controlled.contains(bridge.text)
        else { return }
        let there = rows.flows[bridge.text] ?? []
        var missing: [SecureModeFlow] = []
        for pif in [stack.datapath] + model.vlanPIFs(on: stack.datapath) where isManaging(pif) {
            missing += secureModeFlows(of: pif, over: stack.datapath, on: bridge).filter {
                !there.contains($0) && !missing.contains($0)
            }
        }
        guard !missing.isEmpty else { return }
        perform(
            .addFlows(bridge.text, missing),
            because: "the bridge is in fail mode secure and no controller is connected yet")
    }

    private func secureModeFlows(of pif: PIF, over datapath: PIF, on bridge: DeviceName) -> [SecureModeFlow] {
        var access: SecureModeFlow.Access?
        if let tag = pif.vlan {
            guard let port = model.bridge(of: pif), isFakeBridgeThere(pif, on: datapath) else { return [] }
            access = SecureModeFlow.Access(port, tag: tag)
        }
        guard let mac = datapathMAC(of: datapath) else { return [] }
        return SecureModeFlow.forManagement(over: uplinks(of: datapath).map(\.device), mac: mac, access: access)
    }

    /// Whether the host is managed over a PIF, by its record or by the request. Where the two differ, both count: an
    /// administrator may be connected over either.
    private func isManaging(_ pif: PIF) -> Bool {
        model.isManagement(pif) || requestedManagement?.ref == pif.ref
    }
}
