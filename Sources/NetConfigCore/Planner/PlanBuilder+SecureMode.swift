/// The flows that let an Open vSwitch bridge pass traffic.
extension PlanBuilder {
    /// Adds the flow `NORMAL` to a bridge whose flows were deleted. A bridge with a controller is left to its controller.
    mutating func ensureFlows(of stack: Stack, on bridge: DeviceName) {
        guard let rows = state.vswitch, let row = rows.bridges[bridge.text] else { return }
        if row.isSecure {
            ensureSecureModeFlows(of: stack, on: bridge)
        } else if rows.empty.contains(bridge.text) {
            perform(.addFlows(bridge.text, [.normal]), because: VswitchState.noFlows)
        }
    }

    /// Adds the flows that keep the host reachable over a bridge in fail mode `secure`, which forwards nothing until its
    /// controller connects. They are added when the bridge becomes secure, and whenever a secure bridge has neither these flows
    /// nor a connected controller, whichever PIF on it is requested.
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

    /// Whether the host is managed over a PIF, according to its record or to the request. Both count: an administrator may be
    /// connected over either.
    private func isManaging(_ pif: PIF) -> Bool {
        model.isManagement(pif) || requestedManagement?.ref == pif.ref
    }
}
