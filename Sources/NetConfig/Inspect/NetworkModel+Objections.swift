/// What the planner objects to in the records, on a host that has all that they ask for.
extension NetworkModel {
    /// What is wrong with one PIF.
    struct Objections {
        /// Why it cannot be brought up.
        var error: PlanError?
        /// What is left out when it is.
        var warnings: [Warning] = []
    }

    /// Plans `up` of each managed PIF, one after the other, on a bare host with the cards that it needs. So a rule of the
    /// planner's is a rule here, too.
    func objections(on datapath: Datapath) -> [(PIF, Objections)] {
        let facts = HostFacts(datapath: datapath)
        return parts.flatMap { part in
            part.pifs.filter { $0.managed }.map { pif in
                var objections = Objections()
                do throws(PlanError) {
                    objections.warnings = try Planner.plan(
                        Request(.up, pif.ref), model: part.model, facts: facts, observed: bareHost(for: pif)
                    ).warnings
                } catch {
                    objections.error = error
                }
                return (pif, objections)
            }
        }
    }

    /// The PIFs that have to do with each other, with the records that they need: each part is planned for itself, since a
    /// host may have hundreds of VLANs, and a plan looks at all PIFs.
    private var parts: [(pifs: [PIF], model: NetworkModel)] {
        var leader: [DeviceName: DeviceName] = [:]
        for bond in bonds.values.sorted(by: { $0.ref < $1.ref }) {
            let devices = ([pifs[bond.master]].compactMap { $0 } + slaves(of: bond)).map(\.device)
            let first = devices.lazy.compactMap { leader[$0] }.first ?? devices.first
            for device in devices { leader[device] = first }
        }
        let groups = Dictionary(grouping: pifsInOrder) { leader[$0.device] ?? $0.device }
        // Whose default route and name servers the host uses is every PIF's business.
        let common = pifs.filter {
            $0.value.management || $0.value.otherConfig["defaultroute"] != nil || $0.value.otherConfig["peerdns"] != nil
        }
        return groups.sorted { $0.key < $1.key }.map { _, members in
            var part = self
            part.pifs = Dictionary(uniqueKeysWithValues: members.map { ($0.ref, $0) }).merging(common) { first, _ in
                first
            }
            return (members, part)
        }
    }

    /// The records without those that do not fit together: what is left can be planned with.
    var usable: NetworkModel {
        var model = self
        // What refers to a record that was left out goes in the next round.
        for _ in 0..<10 {
            let errors = ModelValidation(model).errors
            if errors.isEmpty { return model }
            let broken = Set(errors.map(\.record))
            model.pifs = model.pifs.filter { !broken.contains($0.key.asRecord) }
            model.networks = model.networks.filter { !broken.contains($0.key.asRecord) }
            model.bonds = model.bonds.filter { !broken.contains($0.key.asRecord) }
            model.vlans = model.vlans.filter { !broken.contains($0.key.asRecord) }
            model.tunnels = model.tunnels.filter { !broken.contains($0.key.asRecord) }
        }
        return NetworkModel()
    }

    /// A host that has the cards of a PIF, able to do whatever may be asked of them.
    private func bareHost(for pif: PIF) -> ObservedState {
        var links: [DeviceName: Link] = [:]
        for uplink in uplinks(of: pif) {
            links[uplink.device] = Link(
                kind: .other(nil), mac: uplink.mac ?? MACAddress(bits: 0x0200_0000_0001),
                ipv6: IPv6Settings(acceptRA: 1, autoconf: true),
                offloads: Dictionary(uniqueKeysWithValues: Offload.allCases.map { ($0, false) }),
                settings: LinkSettings(speed: 1000, duplex: .full, autonegotiation: true))
        }
        return ObservedState(links: links, vswitch: VswitchState(), kernel: [6, 1])
    }
}
