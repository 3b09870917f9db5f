extension VswitchState {
    /// The actions that give bridges the flows back that they had in an earlier state.
    func lostFlows(since old: VswitchState?) -> [Action] {
        (old?.flows ?? [:]).sorted { $0.key < $1.key }.compactMap { bridge, there in
            let lost = there.subtracting(flows[bridge] ?? [])
            guard bridges[bridge]?.isSecure == true, !lost.isEmpty else { return nil }
            return .addFlows(bridge, lost.sorted { $0.text < $1.text })
        }
    }
}
