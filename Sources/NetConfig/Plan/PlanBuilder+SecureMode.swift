/// The flows of a bridge in secure mode that carries the management interface.
extension PlanBuilder {
    /// Nothing passes a bridge that is secure until its controller comes: a few flows keep the host reachable meanwhile.
    /// They go with every change that makes the bridge secure, and to one that is so without them and without a controller
    /// that answers, whichever PIF on it is asked for.
    mutating func ensureSecureModeFlows(of stack: Stack, on bridge: DeviceName) {
        guard let rows = state.vswitch, rows.bridges[bridge.text]?.isSecure == true,
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
        perform(.addFlows(bridge.text, missing), because: "the bridge is secure and no controller is connected yet")
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

    /// Whether the host is managed over a PIF, by its record or by the request. Where the two differ, both count: somebody
    /// may be on either.
    private func isManaging(_ pif: PIF) -> Bool {
        model.isManagement(pif) || requestedManagement?.ref == pif.ref
    }
}
