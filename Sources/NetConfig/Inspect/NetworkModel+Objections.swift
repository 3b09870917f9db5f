internal import NetConfigCore

/// The planner's objections to the records, on a host that has all the cards they need.
extension NetworkModel {
    /// What is wrong with one PIF.
    struct Objections {
        /// Why it cannot be brought up.
        var error: PlanError?
        /// What is left out when it is.
        var warnings: [Warning] = []
    }

    /// Plans `up` of each managed PIF separately, on a bare host with its cards, so that every rule of the planner is also
    /// checked here.
    func objections(on datapath: Datapath) -> [(PIF, Objections)] {
        let facts = HostFacts(datapath: datapath)
        let common = commonPIFs
        return pifsInOrder.filter(\.managed).map { pif in
            var objections = Objections()
            do throws(PlanError) {
                let plan = try Planner.plan(
                    Request(.up, pif.ref), model: part(for: pif, common), facts: facts, observed: bareHost(for: pif))
                objections.error = plan.shortfalls.first
                objections.warnings = plan.warnings
            } catch {
                objections.error = error
            }
            return (pif, objections)
        }
    }

    /// The records that the plan of one PIF needs. A plan examines all PIFs that it is given, and a host may have thousands.
    private func part(for pif: PIF, _ common: [PIF]) -> NetworkModel {
        var part = self
        let bond = bond(masteredBy: datapathPIF(of: pif))
        let members = pifsOfStack(of: pif) + common
        part.bonds = bond.map { [$0.ref: $0] } ?? [:]
        part.pifs = Dictionary(members.map { ($0.ref, $0) }) { first, _ in first }
        for ref in part.pifs.keys { part.pifs[ref]?.vlanSlaveOf = [] }
        return part
    }

    /// The PIFs that every plan examines, because they may provide the default route or the name servers. The first few of each
    /// kind suffice.
    private var commonPIFs: [PIF] {
        let configured = pifsInOrder.filter(\.isConfigured)
        let kinds: [(PIF) -> Bool] = [
            { isManagement($0) }, { $0.otherConfig[.defaultRoute] == "true" }, { $0.otherConfig[.peerDNS] == "true" },
        ]
        return kinds.flatMap { configured.filter($0).prefix(Self.commonLimit) }
    }

    private static var commonLimit: Int { 16 }

    /// A host with the cards of a PIF, which support every setting.
    private func bareHost(for pif: PIF) -> ObservedState {
        var links: [DeviceName: Link] = [:]
        for uplink in uplinks(of: pif) {
            links[uplink.device] = Link(
                kind: .other(nil), mac: uplink.mac ?? MACAddress(bits: 0x0200_0000_0001),
                ipv6: IPv6Settings(acceptRA: 1, autoconf: true),
                offloads: Dictionary(uniqueKeysWithValues: Offload.allCases.map { ($0, false) }),
                settings: LinkSettings(speed: 1000, duplex: .full, autonegotiation: true))
        }
        return ObservedState(links: links, vswitch: VswitchState())
    }
}
