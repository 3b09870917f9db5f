/// Values of the records that this program ignores, and why.
extension OverviewBuilder {
    /// The ignored values of a PIF and its network.
    func ignored(of pif: PIF, _ warnings: [Warning]) -> [String] {
        var reasons = model.warnings.filter { $0.subject == "\(pif)" }.map(\.description)
        reasons += warnings.map(\.description)
        let network = model.network(of: pif)
        if pif.otherConfig[.vlanBugWorkaround] != nil {
            reasons.append("other_config:vlan-bug-workaround of \(pif): no effect on current kernels")
        }
        if pif.bondMasterOf.isEmpty {
            for key in pif.otherConfig.entries.keys.sorted() where key.begins(with: "bond-") {
                reasons.append("other_config:\(key) of \(pif): it is not a bond")
            }
        }
        reasons += overriddenMTUs(of: pif, network)
        reasons += unusedFailModes(of: pif, network)
        reasons += unusedGateways(of: pif)
        let keys =
            pif.otherConfig.ignored.map { "other_config:\($0) of \(pif)" }
            + (network?.otherConfig.ignored ?? []).map { "other_config:\($0) of \(network?.name.title ?? "")" }
        reasons += keys.map { "\($0) is not used by this program" }
        var seen: Set<String> = []
        return reasons.filter { seen.insert($0).inserted }
    }

    private func unusedFailModes(of pif: PIF, _ network: Network?) -> [String] {
        let key = OtherConfigKey.failMode
        let places = [(pif.name, pif.otherConfig[key])] + (network.map { [($0.name, $0.otherConfig[key])] } ?? [])
        return places.compactMap { record, mode in
            guard let mode else { return nil }
            let place = "\(key.field) '\(mode)' of \(record.title)"
            if !NetworkModel.isFailMode(mode) { return "\(place): neither secure nor standalone" }
            let used = model.failMode(ofBridgeOf: pif)
            guard used.origin != .record(record, field: key.field) else { return nil }
            return pif.vlan == nil
                ? "\(place): overridden by \(used.origin)"
                : "\(place): a VLAN's bridge uses the mode of the bridge below"
        }
    }

    private func overriddenMTUs(of pif: PIF, _ network: Network?) -> [String] {
        guard let network, network.mtu != nil else { return [] }
        var unused: [Warning] = []
        let used = [(true, model.mtu(ofBridgeOf: pif, &unused)), (false, model.mtu(ofDeviceOf: pif, &unused))]
        return used.filter { $0.1.origin != .record(network.name, field: "MTU") }.map { isBridges, mtu in
            "MTU of \(network): overridden for \(isBridges ? "the bridge" : "\(pif)") by \(mtu.origin)"
        }
    }

    private func unusedGateways(of pif: PIF) -> [String] {
        IPAddress.Family.allCases.compactMap { family in
            guard let gateway = pif.fixedGateway(family), let hop = pif.nextHop(family) else { return nil }
            if case .impossible(let flaw) = hop { return "gateway \(gateway) of \(pif): \(flaw)" }
            guard let other = gatewayPIF, other.ref != pif.ref else { return nil }
            return "gateway \(gateway) of \(pif): \(other) has the default route"
        }
    }
}
