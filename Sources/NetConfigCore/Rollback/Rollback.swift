/// Computes the actions that undo a plan from any later state: after all of its steps, after some (the program was killed), or
/// after other programs changed the host further.
///
/// What the plan changes is set back to what it was before, and everything else is left unchanged. So no run has to record how
/// far it came, and a virtual machine that was plugged in in the meantime keeps its port.
package struct Rollback: Equatable, Codable {
    /// The state before the plan.
    package var before: ObservedState
    /// The plan's actions.
    package var actions: [Action]

    /// Describes the plan to undo: its actions, and the state before them.
    package init(before: ObservedState, actions: [Action]) { (self.before, self.actions) = (before, actions) }

    /// The actions that undo the plan from the present state; none where nothing is left to undo.
    package func actions(from now: ObservedState) -> [Action] {
        var planner = RollbackPlanner(way: self, trail: Trail(of: actions, from: before), state: now)
        planner.run()
        return planner.actions
    }
}

/// Computes those actions, step by step.
private struct RollbackPlanner {
    let way: Rollback
    /// What the plan changes at some point.
    let trail: Trail
    /// The state that the actions so far lead to.
    var state: ObservedState
    private(set) var actions: [Action] = []

    init(way: Rollback, trail: Trail, state: ObservedState) {
        (self.way, self.trail, self.state) = (way, trail, state)
    }

    mutating func run() {
        let initial = state
        for client in state.dhcpClients where isChanged(client) && !way.before.runs(client) {
            perform(.stopDHCP(client))
        }
        putBackRows()
        let lost = way.before.dhcpClients.filter { isChanged($0) && !state.runs($0) }
        putBackLinks(waitingFor: lost)
        putBackFiles()
        for client in lost { start(client) }
        putBackOtherRoutes()
        guard !actions.isEmpty else { return }
        restoreBelongings()
        for action in actions.announcements(in: state, since: initial) { perform(action) }
        for case .run(let program) in way.actions { perform(.run(program)) }
    }

    private mutating func perform(_ action: Action) {
        state.apply(action)
        actions.append(action)
    }

    /// Whether the plan starts or stops clients of this device and family.
    private func isChanged(_ client: DHCPClient) -> Bool {
        let before = way.before.dhcpClients.like(client)
        return trail.clients.contains { $0.like(client) != before }
    }

    private mutating func putBackRows() {
        guard let before = way.before.vswitch, let now = state.vswitch else { return }
        let wanted = now.restored(to: before, from: trail.rows)
        let changes = now.changes(to: wanted)
        for case .addFlows(let bridge, let flows) in way.actions
        where now.bridges[bridge] != nil && wanted.bridges[bridge] != nil {
            let added = flows.filter { before.flows[bridge]?.contains($0) != true }
            let areThere = added.contains {
                $0 == .normal ? !now.empty.contains(bridge) : now.flows[bridge]?.contains($0) == true
            }
            if areThere || !changes.isEmpty { perform(.removeFlows(bridge, added)) }
        }
        guard !changes.isEmpty else { return }
        perform(.changeVswitch(changes))
        for action in state.vswitch?.lostFlows(since: before) ?? [] { perform(action) }
    }

    // MARK: Links

    private mutating func putBackLinks(waitingFor clients: [DHCPClient]) {
        let changed = trail.changedLinks
        var wanted = state
        // These give their addresses again, once they are started.
        wanted.dhcpClients += clients
        for name in changed {
            guard let old = way.before.links[name] else {
                wanted.links[name] = remainder(of: name, changed)
                continue
            }
            // What others have removed since is not ours to make again.
            guard state.links[name] != nil || trail.goneLinks.contains(name) else { continue }
            wanted.links[name] = restored(name, to: old)
            // A lease brings the networks that these need.
            for client in clients where client.device == name {
                wanted.links[name]?.routes.removeAll { $0.destination.address.family == client.family }
            }
        }
        LinkRepair.actionsOpeningBonds(from: state, to: wanted).forEach { perform($0) }
        // The second time for what the first does besides: the MTU of a bridge follows its ports'.
        for _ in 1...2 { LinkRepair.actions(from: state, to: wanted).forEach { perform($0) } }
    }

    /// What is kept of a link that the plan created: nothing, unless others use it by now, or Open vSwitch keeps it for them.
    private func remainder(of name: DeviceName, _ changed: Set<DeviceName>) -> Link? {
        guard var link = state.links[name] else { return nil }
        let users = state.ports(of: name) + state.vlanLinks(on: name)
        let isOpenVswitchs = if case .other = link.kind { true } else { false }
        if !isOpenVswitchs, changed.isSuperset(of: users) { return nil }
        link.addresses.removeAll { trail.addresses[name]?.contains($0) == true || $0.isDynamic }
        link.routes.removeAll { trail.routes[name]?.contains($0) == true }
        return link
    }

    /// A link as it was before, plus the addresses and routes that other programs have added since.
    private func restored(_ name: DeviceName, to old: Link) -> Link {
        var link = old
        let addresses = Set(old.addresses).union(trail.addresses[name] ?? [])
        let routes = Set(old.routes).union(trail.routes[name] ?? [])
        // Dynamic ones that were not there before came with the plan's clients and IPv6 settings.
        link.addresses += (state.links[name]?.addresses ?? []).filter { !$0.isDynamic && !addresses.contains($0) }
        link.routes += (state.links[name]?.routes ?? []).filter { !routes.contains($0) }
        return link
    }

    /// Restores routes that no single link has: connected routes, and those that a router advertised.
    private mutating func putBackOtherRoutes() {
        for case .addRoute(let name, let route) in way.actions.reversed()
        where route.isAutomatic && isThere(name) && way.before.lacksNetwork(of: route, on: name)
            && !state.lacksNetwork(of: route, on: name)
        {
            perform(.removeRoute(name, route))
        }
        for case .removeRoute(let name, let route) in way.actions.reversed()
        where route.isOther && isThere(name) && route.forkDevices.allSatisfy(isThere)
            && way.before.hasOtherRoute(route, over: name) && !state.hasOtherRoute(route, over: name)
        {
            perform(.addRoute(name, route))
        }
    }

    /// Restores what belonged to devices. What of it still exists was not observed and is left unchanged.
    private mutating func restoreBelongings() {
        let lost = trail.lostBelongings.filter { $0.canBePutBack && $0.devices.allSatisfy(isThere) }
        if !lost.isEmpty { perform(.restore(lost.sorted())) }
    }

    private func isThere(_ name: DeviceName) -> Bool { state.links[name] != nil }

    // MARK: Files and clients

    private mutating func putBackFiles() {
        moveFilesBack()
        var paths = way.actions.compactMap { action in
            if case .replaceFile(let path, _, _) = action { path } else { nil }
        }
        // A DHCP client's script writes this one without being asked.
        if way.actions.contains(where: \.isDHCP) { paths.append(HostFile.resolver) }
        var seen: Set<String> = []
        for path in paths.reversed() where seen.insert(path).inserted && state.files[path] != way.before.files[path] {
            perform(.replaceFile(path, before: state.files[path], after: way.before.files[path]))
        }
    }

    /// Before a file is written that has got the name of one that was moved: it would be moved in its place.
    private mutating func moveFilesBack() {
        let before = way.before.filesByName ?? []
        for case .moveFile(let path, let other) in way.actions.reversed()
        where before.contains(path) && state.filesByName?.contains(other) == true {
            if let file = state.files[path], file != way.before.files[path] {
                perform(.replaceFile(path, before: file, after: nil))
            } else if state.files[path] != nil || state.filesByName?.contains(path) == true {
                continue
            }
            perform(.moveFile(other, to: path))
        }
    }

    private mutating func start(_ client: DHCPClient) {
        perform(.startDHCP(client, patience: 60))
        // The client gets its own addresses and routes back; ours over their network went with them.
        let (old, now) = (way.before.links[client.device]?.routes ?? [], state.links[client.device]?.routes ?? [])
        for route in old where route.origin == .static && !now.contains(route) {
            if route.destination.address.family == client.family { perform(.addRoute(client.device, route)) }
        }
    }
}

extension Action {
    fileprivate var isDHCP: Bool {
        switch self {
        case .startDHCP, .stopDHCP: true
        default: false
        }
    }
}

extension ObservedState {
    /// Whether a device has an address whose connected route, `route`, is missing.
    fileprivate func lacksNetwork(of route: Route, on name: DeviceName) -> Bool {
        links[name]?.unroutedNetworks?.contains(route.destination) == true
    }

    /// Whether an equivalent client runs.
    func runs(_ client: DHCPClient) -> Bool {
        dhcpClients.contains { DHCPConfiguration.areAlike($0, client) && $0.isSame(as: client) }
    }
}

extension [DHCPClient] {
    /// The clients of a client's device and family.
    func like(_ client: DHCPClient) -> [DHCPClient] {
        filter { $0.device == client.device && $0.family == client.family }
    }
}

extension Dictionary where Value: Equatable {
    /// The keys whose values differ, or that only one of the two dictionaries has.
    package func keys(differingFrom old: Self) -> [Key] {
        filter { old[$0.key] != $0.value }.map(\.key) + old.keys.filter { self[$0] == nil }
    }
}
