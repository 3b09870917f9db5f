/// Which PIF gives the host its gateway, and which its name servers.
extension PlanBuilder {
    /// The PIF whose gateway the host uses; warns where several claim it.
    mutating func chooseGateway() -> PIF? {
        if let chosen = choose(.defaultRoute, "the default route") { return chosen }
        keepsDefaultRoute = true
        let wanted = Set(pifs.map(\.ref))
        var left = state
        for pif in pifs {
            guard let device = model.ipDevice(of: pif) else { continue }
            // They go with the addresses.
            left.links[device]?.routes.removeAll { !pif.hasAddresses($0.destination.address.family) }
        }
        for device in leavingPIFs.compactMap(model.ipDevice) { left.links[device]?.routes = [] }
        let attached = gatewayCandidates.filter { wanted.contains($0.ref) || staysInUse($0) }
        return model.gatewayPIF(in: left, among: attached)
    }

    /// The PIFs that can give the host its gateway and name servers: attached or requested ones that are not leaving. The
    /// management interface counts even while its VLAN device is missing.
    func foundGatewayCandidates() -> [PIF] {
        let leaving = Set(leavingPIFs.lazy.filter { $0.vlan == nil }.map(\.ref))
        let wanted = Set(pifs.map(\.ref))
        return model.pifs.values.filter { pif in
            pif.isConfigured && !leaving.contains(pif.ref) && (pif.bondSlaveOf == nil || wanted.contains(pif.ref))
        }
    }

    /// The PIF whose gateway or name servers the host uses: the first on which `key` of `other_config` is set, else the
    /// management interface. Warns where several are set.
    mutating func choose(_ key: OtherConfigKey, _ what: String) -> PIF? {
        let named = model.namedPIFs(by: key, among: gatewayCandidates)
        let wanted = Set(pifs.map(\.ref))
        // One that is not there gives nothing: another does meanwhile.
        let first = named.first { wanted.contains($0.ref) || staysInUse($0) }
        if let absent = named.first, absent.ref != first?.ref {
            note(
                "\(key.field) is set on \(absent), which is not attached: another PIF provides \(what) until it is"
            )
        }
        if let first {
            if named.count > 1, named.first?.ref == first.ref {
                let others = named.dropFirst().prefix(Self.namedLimit).map(\.description).joined(separator: ", ")
                remark(
                    first, "\(key.field) is set on \(others) as well; \(first) is used for \(what)",
                    at: .record(first.name, field: key.field))
            }
            return first
        }
        return requestedManagement ?? model.managementPIF(among: gatewayCandidates)
    }

    /// At most this many PIFs are named in that warning.
    private static var namedLimit: Int { 8 }
}
