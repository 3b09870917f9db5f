import NetConfigTestSupport

@testable import NetConfig
@testable import NetConfigCore

/// A random host, with what can be varied.
struct Host {
    var model: NetworkModel
    var facts: HostFacts
    /// The host with nothing on it but its cards.
    var bare: ObservedState

    init?(seed: UInt64) {
        guard let random = RandomHost(seed: seed) else { return nil }
        model = random.model
        facts = random.facts
        bare = random.bare
    }
}

extension Host {
    /// Changes the records as an administrator would: an address mode, an MTU, a bond's mode, the names of two bridges.
    mutating func reconfigure(_ random: inout SeededGenerator) {
        let pif = random.one(of: model.pifsInOrder)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: model.pifs[pif.ref]?.ipv4.mode = random.one(of: IPv4Configuration.Mode.allCases)
        case 1: model.pifs[pif.ref]?.ipv6.mode = random.one(of: IPv6Configuration.Mode.allCases)
        case 2: model.networks[pif.network]?.mtu = random.one(of: [1500, 2000, 9000])
        case 3: swapBridges(pif.network, random.one(of: model.pifsInOrder).network)
        case 4 where !pif.bondMasterOf.isEmpty:
            let mode = random.one(of: ["active-backup", "balance-slb", "lacp", "balance-rr"])
            model.pifs[pif.ref]?.otherConfig = OtherConfig(["bond-mode": mode, "bond-lacp-time": "slow"], of: .pif)
        default:
            guard facts.datapath == .openvswitch else { break }
            facts.datapathType = random.one(of: DatapathType.allCases)
        }
    }

    private mutating func swapBridges(_ one: Ref<Network>, _ other: Ref<Network>) {
        guard let first = model.networks[one]?.bridge, let second = model.networks[other]?.bridge else { return }
        model.networks[one]?.bridge = second
        model.networks[other]?.bridge = first
    }
}

/// A request in some state of a host, and its plan.
struct Situation: CustomStringConvertible {
    var host: Host
    let request: Request
    var start: ObservedState
    let pif: PIF
    let plan: Plan

    /// `nil` where the planner refuses the request.
    init?(_ host: Host, _ request: Request, from start: ObservedState) {
        guard let pif = host.model.pifs[request.pif] else { return nil }
        guard let plan = try? Planner.plan(request, model: host.model, facts: host.facts, observed: start) else {
            return nil
        }
        self.host = host
        self.request = request
        self.start = start
        self.pif = pif
        self.plan = plan
    }

    func plan(from state: ObservedState) throws -> Plan {
        try Planner.plan(request, model: host.model, facts: host.facts, observed: state)
    }

    var description: String {
        "\(request.verb) \(pif) (bridge \(host.model.bridge(of: pif)?.text ?? "none")) on \(host.facts.datapath)\n"
            + plan.text(undo: true)
    }

    /// The devices of some PIFs.
    private func devices(of pifs: [PIF]) -> Set<DeviceName> {
        Set(pifs.flatMap { [host.model.netdev(of: $0), host.model.bridge(of: $0)] }.compactMap { $0 })
    }

    // MARK: Up

    /// The state of what `up` is about: the PIF's devices and rows, without what may differ for reasons of other PIFs.
    func end(_ state: ObservedState) -> ObservedState {
        let model = host.model
        let datapath = model.datapathPIF(of: pif)
        var end = ObservedState(vswitch: state.vswitch)
        // A card whose PIF has neither bridge nor bond keeps its addresses when a VLAN goes up on it.
        let below = devices(of: model.uplinks(of: pif)).union(datapath.bondMasterOf.isEmpty ? [] : [datapath.device])
        let ipDevice = model.ipDevice(of: pif)
        let state = state.withoutLeases
        let own = Set([model.netdev(of: pif), ipDevice].compactMap { $0 })
        // A destination that another device has a route to is not this one's as well.
        let taken = Set(
            start.links.flatMap { name, link in
                link.routes.filter { name != ipDevice || $0.origin != .static }.map(\.destination)
            })
        for name in own.union(below) {
            guard var link = state.links[name], own.contains(name) || isCard(name) || name == datapath.device else {
                continue
            }
            if name != ipDevice { (link.addresses, link.routes) = ([], []) }
            link.routes.removeAll { taken.contains($0.destination) }
            // What no record asks for stays as it was: offloads that another record asked for earlier, the policy of
            // another mode.
            if !isCard(name) { link.offloads = [:] }
            if case .bond(var attributes) = link.kind, attributes.mode == "active-backup" {
                attributes.transmitHashPolicy = nil
                link.kind = .bond(attributes)
            }
            // Whether a lower device has a bridge of its own, and was quiet before, is another PIF's business.
            if name != ipDevice { link.ipv6 = nil }
            if !own.contains(name), model.bond(masteredBy: datapath) == nil { link.master = nil }
            if !own.contains(name), pif.vlan != nil, name == datapath.device { link.master = nil }
            end.links[name] = link
        }
        // Whether an MTU must be asked for depends on the other ports; the MTU itself is compared above.
        for name in end.vswitch?.interfaces.keys.sorted() ?? [] { end.vswitch?.interfaces[name]?["mtu_request"] = nil }
        end.dhcpClients = state.dhcpClients.filter { $0.device == ipDevice }
        if !isGatewayNamed {
            // The default route that is there stays, and decides what a client asks for.
            for name in end.links.keys { end.links[name]?.routes.removeAll { $0.destination.length == 0 } }
            for index in end.dhcpClients.indices {
                (end.dhcpClients[index].configuration, end.dhcpClients[index].environment) = ("", [])
            }
        }
        // A card's own bridge may be kept for its guests, without the card.
        end.keepRows(of: devices(of: [pif, datapath]).union(model.uplinks(of: pif).map(\.device)))
        return end
    }

    /// Whether the records or the request say over which PIF the default route goes.
    private var isGatewayNamed: Bool {
        let model = host.model
        let leaving = Set(model.conflictingPIFs(of: pif, BondIndex(model)).map(\.ref))
        return request.isManagement
            || model.pifs.values.contains { pif in
                (model.isManagement(pif) || pif.otherConfig["defaultroute"] == "true") && !leaving.contains(pif.ref)
                    && (pif.ipv4.mode != .none || pif.ipv6.mode != .none)
            }
    }

    private func isCard(_ name: DeviceName) -> Bool { host.bare.links[name] != nil }

    // MARK: Bystanders

    /// The state of all that the request does not concern: devices of PIFs that share no card with it, and what is stacked
    /// on its datapath. What stands on a bond that must go, goes.
    func bystanders(_ state: ObservedState) -> ObservedState {
        let model = host.model
        let datapath = model.datapathPIF(of: pif)
        var concerned = [pif, datapath] + model.uplinks(of: pif)
        if request.verb == .up {
            for other in model.conflictingPIFs(of: pif, BondIndex(model)) {
                concerned += [other] + model.vlanPIFs(on: other) + model.uplinks(of: other)
            }
        }
        let names = devices(of: concerned)
        let stacked = devices(of: model.vlanPIFs(on: datapath))
        var unused: [Warning] = []
        let wanted = Set(model.staticRoutes(of: pif, &unused).map(\.value.destination))
        var rest = state.withoutLeases
        rest.files = [:]
        for name in names { rest.links[name] = nil }
        for (name, link) in rest.links {
            // There is one default route on the whole host, and one to the destination of a static route.
            rest.links[name]?.routes.removeAll { $0.destination.length == 0 || wanted.contains($0.destination) }
            // What is stacked on a card has its MAC address, and no larger MTU.
            if stacked.contains(name) {
                rest.links[name]?.mac = nil
                rest.links[name]?.mtu = nil
            }
            if link.master.map(names.contains) == true { rest.links[name]?.master = nil }
        }
        rest.dhcpClients.removeAll { names.contains($0.device) }
        for (name, link) in rest.links {
            // It follows its card up, and cannot carry more.
            guard case .vlan(let vlan) = link.kind, names.contains(vlan.parent) else { continue }
            rest.links[name] = Link(kind: link.kind, mac: nil)
        }
        for name in names {
            rest.vswitch?.flows[name.text] = nil
            rest.vswitch?.bridges[name.text] = nil
            rest.vswitch?.ports[name.text] = nil
            rest.vswitch?.interfaces[name.text] = nil
        }
        for name in stacked {
            // A datapath whose networks changed is described anew.
            rest.vswitch?.ports[name.text]?["external_ids"] = nil
            rest.vswitch?.interfaces[name.text]?["mac"] = nil
            // It is asked for so that the MTU stays.
            rest.vswitch?.interfaces[name.text]?["mtu_request"] = nil
        }
        return rest
    }
}
