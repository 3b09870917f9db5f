/// Former networks that hold the cards or the VLAN of a request although no record describes them any more: they give up the
/// card, its addresses and its routes.
extension PlanBuilder {
    /// The devices above a stack's cards that once were this program's, or have the same parent and tag as a requested VLAN.
    struct Former {
        /// The devices: bridges, bonds, VLAN links, fake bridges.
        var devices: Set<DeviceName> = []
        /// Those of them that other programs made: they only give up the card.
        var foreign: Set<DeviceName> = []
    }

    /// The devices that the records describe on this datapath.
    package static func described(by model: NetworkModel, on datapath: Datapath) -> Set<DeviceName> {
        Set(
            model.pifs.values.flatMap { pif in
                // Open vSwitch has no link for a VLAN: one that is there keeps the frames to itself.
                let isLink = pif.vlan == nil || datapath == .bridge
                return [pif.device, isLink ? model.netdev(of: pif) : nil, model.bridge(of: pif)].compactMap { $0 }
            })
    }

    /// Finds the devices that must make room for a stack.
    mutating func former(above stack: Stack) -> Former {
        var below = Set(uplinks(of: stack.datapath).map(\.device))
        // What is on a bridge that has lost its uplink stands on the cards again as soon as it has them back.
        if facts.datapath == .openvswitch, let bridge = model.bridge(of: stack.datapath) { below.insert(bridge) }
        let above = users.devices(above: below)
        guard !above.isEmpty else { return Former() }
        let unknown = above.subtracting(described)
        guard !unknown.isEmpty else { return Former() }
        var named = unknown.filter { recordedNames.contains($0) || facts.formerDevices.contains($0) }
        let ours = named.union(above.intersection(described))
        for pif in stack.pifs { named.formUnion(devices(like: pif)) }
        let withLikes = ours.union(named)
        var former = Former()
        // What carries a network of ours is a part of it. What carries the same VLAN may be anybody's: the host's addresses
        // there say that it is.
        former.devices = unknown.filter { name in
            named.contains(name)
                || !(isReached(name) ? ours : withLikes).isDisjoint(with: users.devices(above: [name]))
        }
        guard takesCards else { return former }
        former.foreign = unknown.subtracting(former.devices)
        former.devices = unknown
        return former
    }

    /// VLAN links and fake bridges with the same parent and tag as the PIF's, and the bridges that such links are ports of,
    /// whatever their names.
    private mutating func devices(like pif: PIF) -> Set<DeviceName> {
        guard let tag = pif.vlan else { return [] }
        let datapath = model.datapathPIF(of: pif)
        var parents = Set([datapath.device])
        if facts.datapath == .openvswitch { parents.formUnion(uplinks(of: datapath).map(\.device)) }
        var found: Set<DeviceName> = []
        for (name, link) in observed.links {
            guard case .vlan(let vlan) = link.kind, vlan.tag == tag, parents.contains(vlan.parent) else { continue }
            found.insert(name)
            if let master = link.master { found.insert(master) }
        }
        // Conflicts may have cost the card its port by now.
        guard let old = observed.vswitch else { return found.subtracting(described) }
        for row in old.bridges.values where !old.externalInterfaces(of: row).isDisjoint(with: parents.map(\.text)) {
            for port in row.members where old.ports[port]?["fake_bridge"] == .boolean(true) {
                guard old.ports[port]?["tag"] == .integer(Int(tag)) else { continue }
                if let name = DeviceName(interface: port) { found.insert(name) }
            }
        }
        return found.subtracting(described)
    }

    /// Removes the addresses and routes of former networks, and those of their devices that nothing else uses.
    mutating func releaseFormer(of stack: Stack) {
        let former = former(above: stack)
        guard !former.devices.isEmpty else { return }
        let removable = former.devices.subtracting(former.foreign)
        formerNames.formUnion(removable)
        let reason = "\(stack.pifs[0]) takes its place"
        for name in former.devices.sorted() { clearAddresses(of: name, because: reason) }
        if facts.datapath == .openvswitch { releaseRows(removable, of: stack) }
        let cards = Set(uplinks(of: stack.datapath).map(\.device))
        for bridge in removable.sorted() where state.links[bridge]?.isBridge == true {
            let guests = state.ports(of: bridge).filter { !former.devices.contains($0) && !cards.contains($0) }
            if guests.isEmpty { perform(.deleteLink(bridge), because: reason) }
        }
        var likes: Set<DeviceName> = []
        for pif in stack.pifs { likes.formUnion(devices(like: pif)) }
        for name in removable.sorted() {
            guard case .vlan = state.links[name]?.kind else { continue }
            // Of two links of one parent and tag the kernel takes none, and Open vSwitch does not see its frames.
            let isInTheWay = facts.datapath == .openvswitch && likes.contains(name)
            // A requested bridge gets another uplink.
            let master = state.links[name]?.master
            if master == nil || isInTheWay || stack.pifs.contains(where: { model.bridge(of: $0) == master }) {
                perform(.deleteLink(name), because: reason)
            }
        }
        for name in removable.sorted() {
            guard case .bond = state.links[name]?.kind, state.vlanLinks(on: name).isEmpty else { continue }
            let master = state.links[name]?.master
            if master.map(described.contains) ?? true { perform(.deleteLink(name), because: reason) }
        }
    }

    /// Removes former bridges from the rows. A bridge with ports of virtual machines is kept for them, without the card.
    private mutating func releaseRows(_ former: Set<DeviceName>, of stack: Stack) {
        let cards = uplinks(of: stack.datapath).map(\.device.text)
        let tags = Set(stack.pifs.compactMap(\.vlan).map { OVSDBValue.integer(Int($0)) })
        for name in former.map(\.text).sorted() {
            guard let row = rows.bridges[name] else { continue }
            let uplinks = cards.compactMap { observed.vswitch?.port(ofInterface: $0) }
            let guests = row.members.filter { port in
                port != name && !uplinks.contains(port) && !former.contains { $0.text == port }
            }
            guard !guests.isEmpty else {
                let others = rows.externalInterfaces(of: row).subtracting(cards)
                leftoverCards.formUnion(others.compactMap(DeviceName.init(interface:)))
                rows.removeBridge(name)
                continue
            }
            guard !hasUplink(row, besides: cards) else { continue }
            remark(name, "keeps its ports \(guests.joined(separator: ", ")), which lose the uplink")
        }
        for name in former.map(\.text).sorted() where rows.ports[name]?["fake_bridge"] == .boolean(true) {
            guard let bridge = rows.bridge(ofPort: name), let tag = rows.ports[name]?["tag"] else { continue }
            let hasGuests =
                rows.bridges[bridge]?.members.contains { $0 != name && rows.ports[$0]?["tag"] == tag } ?? false
            // Those of the VLAN that is asked for belong to the new one by their tag.
            if !hasGuests || tags.contains(tag) { rows.removePort(name) }
        }
    }

    /// Whether an Open vSwitch bridge has other uplinks than these cards: other slaves of a bond, or another card of the
    /// records.
    private func hasUplink(_ bridge: VswitchRow, besides cards: [String]) -> Bool {
        let recorded = Set(model.pifs.values.map(\.device.text))
        return bridge.members.contains { port in
            let isBond = observed.vswitch?.ports[port].map { $0.members.count > 1 } ?? false
            return rows.ports[port]?.members.contains { interface in
                !cards.contains(interface) && (isBond || recorded.contains(interface))
                    && DeviceName(interface: interface).flatMap { observed.links[$0] } != nil
            } ?? false
        }
    }

    /// The bridges that now have the uplink which the PIF's bridge will get: their virtual machines' ports move to it.
    mutating func predecessors(of pif: PIF, _ device: DeviceName) -> [DeviceName] {
        guard !formerNames.isEmpty else { return [] }
        var uplinks = [device]
        if let tag = pif.vlan {
            let parent = model.datapathPIF(of: pif).device
            let wanted = LinkKind.vlan(VLANAttributes(parent: parent, tag: tag))
            uplinks += state.vlanLinks(on: parent).filter { state.links[$0]?.kind == wanted }
        }
        let masters = Set(uplinks.compactMap { state.links[$0]?.master })
        return masters.filter { formerNames.contains($0) && state.links[$0]?.isBridge == true }.sorted()
    }

    /// Moves the ports of virtual machines from earlier bridges to the one that now has their uplink.
    mutating func moveGuests(of predecessors: [DeviceName], to bridge: DeviceName) {
        for old in predecessors {
            let reason = "\(bridge) takes the place of \(old)"
            for guest in state.ports(of: old) { perform(.setMaster(guest, bridge), because: reason) }
            perform(.deleteLink(old), because: reason)
        }
    }

    /// Removes other uplinks from a Linux bridge: with two uplinks frames would loop.
    mutating func releaseOtherUplinks(than device: DeviceName, from bridge: DeviceName, of pif: PIF) {
        let (ports, described) = (state.ports(of: bridge), described)
        var cards = Set(model.pifs.values.map(\.device))
        cards.formUnion(formerCards(of: bridge, among: ports.filter { $0 != device }, besides: cards))
        for port in state.otherUplinks(among: ports, than: device, pif, cards: cards, described) {
            let reason = "the uplink of \(bridge) is \(device)"
            guard case .vlan(let vlan) = state.links[port]?.kind else {
                perform(.setMaster(port, nil), because: reason)
                let isUsed = model.pifs.values.contains { $0.device == port && $0.vlan == nil && isNeeded($0) }
                if !isUsed { lower(port, because: reason) }
                continue
            }
            if !described.contains(port), vlan.tag == pif.vlan, port == DeviceName("\(vlan.parent).\(vlan.tag)") {
                // The network's own, from when it was on that card.
                perform(.deleteLink(port), because: reason)
            } else {
                perform(.setMaster(port, nil), because: reason)
            }
        }
    }
}

extension PlanBuilder {
    /// The cards by which a bridge led to the wire and that no record describes any more. Others are named: an administrator may
    /// have meant them.
    mutating func formerCards(
        of bridge: DeviceName, among ports: some Sequence<DeviceName>, besides recorded: Set<DeviceName>
    ) -> Set<DeviceName> {
        let found = observed.unrecordedCards(of: bridge, among: ports, besides: recorded, facts.formerDevices)
        for card in found.others.sorted() {
            remark(
                card,
                "is a port of \(bridge), and no record describes it: with two uplinks on one segment frames go round; "
                    + "take it out, unless that is meant")
        }
        return found.former
    }
}

extension ObservedState {
    /// The cards below the ports of a bridge that no record describes: former uplinks of this program's, and others.
    ///
    /// A bridge of this program has the MAC address of its card.
    func unrecordedCards(
        of bridge: DeviceName, among ports: some Sequence<DeviceName>, besides recorded: Set<DeviceName>,
        _ formerDevices: Set<DeviceName>
    ) -> (former: Set<DeviceName>, others: Set<DeviceName>) {
        var found: (former: Set<DeviceName>, others: Set<DeviceName>) = ([], [])
        let mac = links[bridge]?.mac
        let cards = ports.flatMap { port -> [DeviceName] in
            switch links[port]?.kind {
            case .vlan(let vlan): [vlan.parent]
            case .bond: self.ports(of: port)
            default: [port]
            }
        }
        for name in cards where !recorded.contains(name) && !name.isGuests {
            guard let link = links[name], case .other(let kind) = link.kind, let own = link.ownMAC else { continue }
            if formerDevices.contains(name) || own == mac {
                if kind != "openvswitch", kind != "tun" { found.former.insert(name) }
            } else if kind == nil {
                // Hardware: what has a kind was made by a program, most often for a virtual machine or container.
                found.others.insert(name)
            }
        }
        return found
    }

    /// The ports of a PIF's Linux bridge that are uplinks besides its own: cards of this host, bonds and VLAN links. A bond
    /// that no record describes any more, and the VLANs on it, lead to the same wire while a card is in it or may come back.
    func otherUplinks(
        among ports: [DeviceName], than device: DeviceName, _ pif: PIF, cards: Set<DeviceName>,
        _ described: Set<DeviceName>
    ) -> [DeviceName] {
        func leadsOut(_ name: DeviceName) -> Bool {
            guard links[name]?.isBond == true else { return cards.contains(name) }
            let slaves = self.ports(of: name)
            return slaves.isEmpty || slaves.contains(where: cards.contains)
        }
        return ports.filter { port in
            guard port != device else { return false }
            guard case .vlan(let vlan) = links[port]?.kind else { return leadsOut(port) }
            return leadsOut(vlan.parent) && (described.contains(port) || vlan.tag == pif.vlan)
        }
    }

    /// Whether devices that no record describes hold the cards of these requests.
    package func hasStrangers(above requests: [Request], in model: NetworkModel, on datapath: Datapath) -> Bool {
        let cards = requests.compactMap { model.pifs[$0.pif] }.flatMap(model.uplinks).map(\.device)
        let above = DeviceUsers(self).devices(above: Set(cards))
        return !above.isEmpty && !above.isSubset(of: PlanBuilder.described(by: model, on: datapath))
    }
}
