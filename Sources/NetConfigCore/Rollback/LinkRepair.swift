/// Computes the actions that make the devices of one state equal to those of another. Each action is first simulated, side
/// effects of the kernel included, and the next one is chosen from the result.
struct LinkRepair {
    private var state: ObservedState
    private let wanted: ObservedState
    private var actions: [Action] = []

    /// The actions that lead from one state to another.
    static func actions(from state: ObservedState, to wanted: ObservedState) -> [Action] {
        var repair = LinkRepair(state: state, wanted: wanted)
        repair.run()
        return repair.actions
    }

    private init(state: ObservedState, wanted: ObservedState) {
        self.state = state
        self.wanted = wanted
    }

    /// The actions that release the slaves of bonds whose options can only change then, and take these bonds down: the kernel
    /// changes the mode only while a bond has no slaves, and the LACP rate only while it is down.
    static func actionsOpeningBonds(from state: ObservedState, to wanted: ObservedState) -> [Action] {
        wanted.links.sorted { $0.key < $1.key }.flatMap { name, link -> [Action] in
            guard case .bond(let old) = state.links[name]?.kind, case .bond(let new) = link.kind,
                old.mode != new.mode || old.lacpRate != new.lacpRate
            else { return [] }
            return state.ports(of: name).map { .setMaster($0, nil) } + [.setDown(name)]
                + (old.mode != new.mode ? [.setBondMode(name, new.mode)] : [])
        }
    }

    private mutating func run() {
        let gone = wanted.links.keys.filter { state.links[$0] == nil }
        let changed = (state.links.compactMap { wanted.links[$0.key] != $0.value ? $0.key : nil } + gone).sorted()
        guard !changed.isEmpty else { return restoreBelongings() }
        // What is done to these can change what hangs on them.
        let names = Set(changed + changed.flatMap { wanted.ports(of: $0) + wanted.vlanLinks(on: $0) }).sorted()
        for name in changed where wanted.links[name] == nil && state.links[name] != nil { perform(.deleteLink(name)) }
        for name in changed where state.links[name] == nil { create(name) }
        for name in changed { restoreMaster(name) }
        for name in changed { restoreAttributes(name) }
        // A parent's MTU bounds its VLAN links', so theirs come after it.
        for name in names where state.links[name]?.mtu != wanted.links[name]?.mtu { restoreMTU(name) }
        for name in names where state.links[name]?.mtu != wanted.links[name]?.mtu { restoreMTU(name) }
        // One whose MTU was too small for IPv6 has it only now.
        for name in names { restoreIPv6(name) }
        // A VLAN link comes up only on a parent that is up.
        for name in names.filter({ !isVLAN($0) }) + names.filter(isVLAN) { restoreUpOrDown(name) }
        for name in names { restoreAddresses(name) }
        defer { restoreBelongings() }
        // The kernel has one route of a destination and metric: what moves between devices goes before it comes.
        for name in names { removeRoutes(name) }
        for name in names { addRoutes(name) }
    }

    private func isVLAN(_ name: DeviceName) -> Bool {
        guard case .vlan = wanted.links[name]?.kind else { return false }
        return true
    }

    private mutating func perform(_ action: Action) {
        state.apply(action)
        actions.append(action)
    }

    /// Creates a link again that this program can create, parents before the VLAN links on them.
    private mutating func create(_ name: DeviceName) {
        guard state.links[name] == nil, let link = wanted.links[name] else { return }
        switch link.kind {
        case .vlan(let vlan):
            create(vlan.parent)
            perform(.createLink(name, link.kind, mac: link.mac == wanted.links[vlan.parent]?.mac ? nil : link.mac))
        case .bond(var attributes):
            // A primary is named when it is a slave.
            let primary = attributes.primary
            attributes.primary = nil
            perform(.createLink(name, .bond(attributes), mac: link.mac))
            for slave in wanted.ports(of: name) { restoreMaster(slave) }
            if primary != nil {
                attributes.primary = primary
                perform(.setBondAttributes(name, attributes))
            }
        case .bridge:
            perform(.createLink(name, link.kind, mac: link.mac))
        case .other:
            break
        }
    }

    private mutating func restoreMaster(_ name: DeviceName) {
        guard let link = state.links[name], let target = wanted.links[name], link.master != target.master else {
            return
        }
        if let master = target.master, case .bond = state.links[master]?.kind, link.isUp { perform(.setDown(name)) }
        perform(.setMaster(name, target.master))
    }

    private mutating func restoreAttributes(_ name: DeviceName) {
        guard let link = state.links[name], let target = wanted.links[name] else { return }
        if link.kind != target.kind {
            switch (link.kind, target.kind) {
            case (_, .bridge(let attributes)): perform(.setBridgeAttributes(name, attributes))
            case (.bond(let old), .bond(let new)):
                if old.mode != new.mode { perform(.setBondMode(name, new.mode)) }
                if state.links[name]?.kind != target.kind { perform(.setBondAttributes(name, new)) }
            default: break
            }
        }
        if let mac = target.mac, state.links[name]?.mac != mac, !isBondSlave(name) { perform(.setMAC(name, mac)) }
        for (offload, isOn) in target.offloads.sorted(by: { $0.key < $1.key }) where link.offloads[offload] != isOn {
            perform(.setOffload(name, offload, isOn))
        }
        for flag in ForwardingFlag.allCases where link.has(flag) != target.has(flag) {
            perform(.setFlag(name, flag, target.has(flag)))
        }
        // Bridges, bonds and VLAN links have the speed of what is below them: it can be read, but not set.
        if case .other = target.kind, let settings = target.settings, link.settings != settings {
            perform(.setLinkSettings(name, settings))
        }
        restoreIPv6(name)
    }

    private func isBondSlave(_ name: DeviceName) -> Bool {
        guard let master = state.links[name]?.master, case .bond = state.links[master]?.kind else { return false }
        return true
    }

    private mutating func restoreMTU(_ name: DeviceName) {
        guard let link = state.links[name], let mtu = wanted.links[name]?.mtu, link.mtu != mtu else { return }
        perform(.setMTU(name, mtu))
    }

    private mutating func restoreIPv6(_ name: DeviceName) {
        guard let current = state.links[name]?.ipv6, let target = wanted.links[name]?.ipv6, current != target else {
            return
        }
        perform(.setIPv6(name, target))
    }

    private mutating func restoreUpOrDown(_ name: DeviceName) {
        guard let link = state.links[name], let target = wanted.links[name], link.isUp != target.isUp else { return }
        perform(target.isUp ? .setUp(name) : .setDown(name))
    }

    private mutating func restoreAddresses(_ name: DeviceName) {
        guard let target = wanted.links[name], state.links[name]?.addresses != target.addresses else { return }
        let kept = target.addresses.filter { !self.wanted.isLeased($0, on: name) }
        let wanted = Set(target.addresses)
        for address in state.links[name]?.addresses ?? [] where !wanted.contains(address) {
            perform(.removeAddress(name, address))
        }
        guard let link = state.links[name] else { return }
        let there = Set(link.addresses)
        for address in kept where !there.contains(address) { perform(.addAddress(name, address)) }
    }

    private mutating func restoreBelongings() {
        for action in Undo.restoring(wanted, from: state) { perform(action) }
    }

    private mutating func removeRoutes(_ name: DeviceName) {
        guard let target = wanted.links[name] else { return }
        let wanted = Set(target.routes)
        for route in state.links[name]?.routes ?? [] where !wanted.contains(route) {
            perform(.removeRoute(name, route))
        }
    }

    private mutating func addRoutes(_ name: DeviceName) {
        guard let link = state.links[name], let target = wanted.links[name] else { return }
        let there = Set(link.routes)
        for route in target.routes where !there.contains(route) { perform(.addRoute(name, route)) }
    }
}
