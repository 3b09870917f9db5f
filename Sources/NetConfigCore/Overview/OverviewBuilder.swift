/// Puts records and state side by side. Pure: equal input gives the equal overview.
struct OverviewBuilder {
    let model: NetworkModel
    let facts: HostFacts
    let state: ObservedState
    let index: StateIndex
    private let pifs: [PIF]
    /// The devices that the records describe, and those of them that can be uplinks.
    let described: Set<DeviceName>
    let cards: Set<DeviceName>
    /// The devices that this program attached, where it keeps that.
    private let recorded: Set<DeviceName>
    /// The PIFs whose gateway and name servers the host uses.
    let gatewayPIF: PIF?
    let dnsPIF: PIF?

    init(model: NetworkModel, facts: HostFacts, state: ObservedState) {
        self.model = model
        self.facts = facts
        self.state = state
        index = StateIndex(state)
        let recorded = state.attachmentRecord
        self.recorded = recorded
        pifs = model.pifsInOrder
        described = PlanBuilder.described(by: model, on: facts.datapath)
        cards = Set(pifs.map(\.device))
        let clients = Set(state.dhcpClients.map(\.device))
        func isInUse(_ pif: PIF) -> Bool {
            model.isInUse(pif, in: state, facts, recorded, hasClient: clients.contains)
        }
        // A bond's slave that was brought up by itself is a card like others.
        let candidates = pifs.filter { $0.isConfigured && ($0.bondSlaveOf == nil || isInUse($0)) }
        gatewayPIF =
            model.preferredPIF(by: .defaultRoute, among: candidates, isInUse: isInUse)
            ?? model.gatewayPIF(in: state, among: candidates.filter(isInUse))
        dnsPIF = model.preferredPIF(by: .peerDNS, among: candidates, isInUse: isInUse)
    }

    /// All networks of this host: on cards, bonds and tunnels, the management network first, then bridges without a record.
    func nodes() -> [Overview.Node] {
        // A slave has no network of its own; what an earlier configuration left of one is to be seen.
        let roots = pifs.filter { $0.vlan == nil && ($0.bondSlaveOf == nil || isBridgeThere($0)) }
        let management = Set(pifs.lazy.filter(model.isManagement).map { model.datapathPIF(of: $0).ref })
        let first = roots.filter { management.contains($0.ref) }
        let others = roots.filter { !management.contains($0.ref) }
        return (first + others).map { node(of: $0) } + otherBridges()
    }

    /// A PIF's network with all that belongs to it.
    func node(of pif: PIF) -> Overview.Node {
        let isAttached = isAttached(pif)
        var warnings: [Warning] = []
        let children =
            (pif.vlan == nil ? lowerNodes(of: pif) : []) + model.vlanPIFs(on: pif).map { node(of: $0) }
        var settings = pif.managed ? networkSettings(of: pif, isAttached: isAttached, &warnings) : []
        if !isAttached {
            settings = settings.map(\.notExpected)
            if isBridgeThere(pif) {
                let carriesVLANs = model.vlanPIFs(on: pif).contains(where: self.isAttached)
                let place = carriesVLANs ? "present, for the VLANs on it" : "present"
                settings.insert(comparison("device", nil, .text(place), essential: true), at: 0)
            }
        }
        let drift = settings.contains(where: \.isDrift)
        return Overview.Node(
            kind: pif.vlan == nil ? .network : .vlan, name: model.ipDevice(of: pif)?.text ?? "\(pif)",
            title: title(of: pif), tag: pif.vlan, isManagement: model.isManagement(pif),
            state: !pif.managed ? .unmanaged : !isAttached ? .detached : drift ? .drift : .right,
            settings: settings, ignored: ignored(of: pif, warnings), children: children,
            guests: model.bridge(of: pif).flatMap { index.guests[$0.text] } ?? [])
    }

    /// Whether a PIF is expected to exist: it is attached, or in use although no run recorded it.
    func isAttached(_ pif: PIF) -> Bool {
        guard let device = model.ipDevice(of: pif) else { return false }
        if facts.attachment == .xapi { return pif.currentlyAttached }
        if recorded.contains(device) { return true }
        guard let link = state.links[device] else { return false }
        return facts.attachment == .networkd || !link.addresses.isEmpty
            || IPAddress.Family.allCases.contains { isClient(device, $0) }
    }

    private func isBridgeThere(_ pif: PIF) -> Bool { model.bridge(of: pif).map { state.links[$0] != nil } ?? false }

    /// Whether a DHCP client runs on a device.
    func isClient(_ device: DeviceName, _ family: IPAddress.Family) -> Bool {
        index.clients[family]?.contains(device) == true
    }

    private func title(of pif: PIF) -> String {
        var parts: [String] = []
        if model.isManagement(pif) { parts.append("management") }
        if let tag = pif.vlan { parts.append("VLAN \(tag)") }
        if !pif.tunnelAccessPIFOf.isEmpty { parts.append("tunnel") }
        if model.isVirtualFunction(pif) { parts.append("SR-IOV") }
        if model.bridge(of: pif) == nil { parts.append("no bridge") }
        if let bond = pif.bondSlaveOf.flatMap({ model.bonds[$0] }).flatMap({ model.pifs[$0.master] }) {
            parts.append("slave of \(bond.device)")
        }
        return parts.joined(separator: ", ")
    }

    /// The devices below a network: a bond with its cards, or a card.
    private func lowerNodes(of pif: PIF) -> [Overview.Node] {
        guard pif.tunnelAccessPIFOf.isEmpty, !model.isVirtualFunction(pif) else { return [] }
        if let bond = model.bond(masteredBy: pif) { return [node(of: bond, master: pif)] }
        return [cardNode(of: pif, on: pif)]
    }

    /// Bridges without a PIF of this host: internal networks, leftovers of earlier records, and unknown ones. Former devices
    /// without a bridge are listed as well.
    private func otherBridges() -> [Overview.Node] {
        let known = Set(model.pifs.values.compactMap { model.bridge(of: $0)?.text })
        let internals = Set(model.networks.values.compactMap { $0.bridge?.text })
        let former = formerNetworks.filter { !internals.contains($0.key) }
        let linux = state.links.filter { $0.value.isBridge }.map(\.key.text)
        let vswitch = Array((state.vswitch?.bridges ?? [:]).keys)
        return Set(linux + vswitch).union(former.keys).subtracting(known).sorted().map { name in
            Overview.Node(
                kind: .other, name: name,
                title: internals.contains(name) ? "internal network" : former[name] ?? "not in any record of this host",
                tag: nil, state: .unmanaged, settings: [], ignored: [], children: [], guests: index.guests[name] ?? [])
        }
    }

    /// The existing devices of former networks, each with an explanation.
    private var formerNetworks: [String: String] {
        let earlier = facts.formerDevices.filter { name in
            state.links[name]?.isBridge == true || state.vswitch?.bridges[name.text] != nil
                || state.vswitch?.ports[name.text]?["fake_bridge"] == .boolean(true)
        }
        let attached = facts.attachment == .recorded ? state.recordedNames : []
        return Dictionary(
            uniqueKeysWithValues: earlier.union(attached).subtracting(described).map { name in
                let isNetworkds = facts.networkdDevices.contains(name)
                return (
                    name.text,
                    isNetworkds
                        ? "in xcp-networkd's database" : "no longer in any record; `--force \(name) down` removes it"
                )
            })
    }

    /// A row of a setting; a configured value counts as drift if it is missing on an existing device.
    func comparison(
        _ name: String, _ configured: Overview.Value?, _ actual: Overview.Value?, from origin: Origin? = nil,
        essential: Bool = false
    ) -> Overview.Comparison {
        Overview.Comparison(
            name: name, configured: configured, actual: actual, origin: origin, isEssential: essential,
            isDrift: configured.map { actual?.description.isExactly($0.description) != true } ?? false)
    }
}

extension Overview.Comparison {
    /// The row with an unknown actual value.
    var unknown: Overview.Comparison {
        var row = self
        (row.actual, row.isDrift) = (nil, false)
        return row
    }

    /// The row of a setting that is not expected to exist: only the configured value.
    var notExpected: Overview.Comparison {
        var row = self
        (row.actual, row.isDrift, row.isEssential) = (nil, false, false)
        return row
    }
}
