extension Planner {
    /// Plans `rewrite` on the host itself: the network UUIDs that Open vSwitch's bridges carry are brought in line with the
    /// records. Writing the cache is the caller's.
    ///
    /// - Parameters:
    ///   - model: What the records say.
    ///   - observed: What is there; a host without Open vSwitch has nothing to bring in line.
    /// - Returns: One transaction, or none.
    package static func planRewrite(model: NetworkModel, observed: ObservedState) -> Plan {
        guard let rows = observed.vswitch else { return Plan(outages: []) }
        var wanted = rows
        let networks = NetworkUUIDs(of: Set(model.pifs.values.map(\.device)), in: model)
        for pif in model.pifsInOrder where pif.managed {
            guard let bridge = model.bridge(of: pif)?.text else { continue }
            let uuids = networks.text(of: pif)
            wanted.bridges[bridge]?.setNetworkUUIDs(uuids, key: "xs-network-uuids")
            if rows.ports[bridge]?["fake_bridge"] == .boolean(true) {
                wanted.ports[bridge]?.setNetworkUUIDs(uuids, key: NetworkUUIDs.fakeBridgeKey)
            }
        }
        let changes = rows.changes(to: wanted)
        guard !changes.isEmpty else { return Plan(outages: []) }
        let action = Action.changeVswitch(changes)
        let undo = Undo.actions(takingBack: action, from: observed.applying(action), to: observed)
        return Plan(steps: [Step(action, because: "networks of the records", undo: undo)], outages: [], start: observed)
    }
}
