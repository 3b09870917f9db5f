/// What the records say and nobody heeds, and why not.
extension OverviewBuilder {
    /// The ignored values of a PIF and its network.
    func ignored(of pif: PIF, _ warnings: [Warning]) -> [String] {
        var reasons = model.warnings.filter { $0.subject == "\(pif)" }.map(\.description)
        reasons += warnings.map(\.description)
        let network = model.network(of: pif)
        if pif.otherConfig["vlan-bug-workaround"] != nil {
            reasons.append("other_config:vlan-bug-workaround of \(pif): no effect on current kernels")
        }
        if pif.bondMasterOf.isEmpty {
            for key in pif.otherConfig.entries.keys.sorted() where key.begins(with: "bond-") {
                reasons.append("other_config:\(key) of \(pif): it is no bond")
            }
        }
        reasons += overriddenMTUs(of: pif, network)
        let key = "vswitch-controller-fail-mode"
        if let mode = network?.otherConfig[key], mode != "secure", mode != "standalone" {
            reasons.append(
                "other_config:\(key) '\(mode)' of \(network?.name.title ?? ""): neither secure nor standalone")
        }
        reasons += unusedGateways(of: pif) + unusedRoutes(of: pif)
        let keys =
            pif.otherConfig.ignored.map { "other_config:\($0) of \(pif)" }
            + (network?.otherConfig.ignored ?? []).map { "other_config:\($0) of \(network?.name.title ?? "")" }
        reasons += keys.map { "\($0): it means nothing to this program" }
        var seen: Set<String> = []
        return reasons.filter { seen.insert($0).inserted }
    }

    private func overriddenMTUs(of pif: PIF, _ network: Network?) -> [String] {
        guard let network, network.mtu != nil else { return [] }
        var unused: [Warning] = []
        let used = [
            ("the bridge", model.mtu(ofBridgeOf: pif, &unused)), ("\(pif)", model.mtu(ofDeviceOf: pif, &unused)),
        ]
        return used.filter { $0.1.origin != .record(network.name, field: "MTU") }.map { name, mtu in
            "MTU of \(network): for \(name), \(mtu.origin) goes before it"
        }
    }

    private func unusedGateways(of pif: PIF) -> [String] {
        var gateways: [(IPAddress, networks: [IPPrefix])] = []
        if pif.ipv4.mode == .static, let gateway = pif.ipv4.gateway {
            gateways.append((gateway, pif.ipv4.prefix.map { [$0] } ?? []))
        }
        if pif.ipv6.mode == .static, let gateway = pif.ipv6.gateway { gateways.append((gateway, pif.ipv6.addresses)) }
        return gateways.compactMap { gateway, networks in
            if let other = gatewayPIF, other.ref != pif.ref {
                return "gateway \(gateway) of \(pif): \(other) has the default route"
            }
            if gateway.isLinkLocal || networks.contains(where: { $0.contains(gateway) }) { return nil }
            return "gateway \(gateway) of \(pif): it is on none of the PIF's networks"
        }
    }

    private func unusedRoutes(of pif: PIF) -> [String] {
        guard pif.ipv4.mode != .dhcp, let link = model.ipDevice(of: pif).flatMap({ state.links[$0] }) else { return [] }
        var unused: [Warning] = []
        return model.staticRoutes(of: pif, &unused).map(\.value).compactMap { route in
            guard let gateway = route.gateway, gateway.family == .v4,
                !link.addresses.contains(where: { $0.prefix.contains(gateway) })
            else { return nil }
            return "route \(route.text) of \(pif): its gateway is on no network of the device"
        }
    }
}
