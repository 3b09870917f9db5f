/// Computes the actions that lead a host from one state to another, in an order that keeps the outage short: what leaves goes
/// before what comes, so that no address is on two devices and no bridge has two uplinks on one segment.
struct StateTransition {
    private(set) var state: ObservedState
    private let wanted: ObservedState
    /// Files that are moved back first, by their present name.
    private let moves: [(from: String, to: String)]
    private(set) var actions: [Action] = []

    /// The actions that lead from one state to another.
    ///
    /// - Parameters:
    ///   - state: What is there.
    ///   - wanted: What is to be there.
    ///   - moves: The files that get another name.
    /// - Returns: The actions, in order.
    static func actions(
        from state: ObservedState, to wanted: ObservedState, moving moves: [(from: String, to: String)] = []
    ) -> [Action] {
        var transition = StateTransition(state: state, wanted: wanted, moves: moves)
        transition.run()
        return transition.actions
    }

    private init(state: ObservedState, wanted: ObservedState, moves: [(from: String, to: String)]) {
        (self.state, self.wanted, self.moves) = (state, wanted, moves)
    }

    private mutating func perform(_ action: Action) {
        state.apply(action)
        actions.append(action)
    }

    private mutating func run() {
        let initial = state
        // The host boots from these: where one cannot be written the network is as it was.
        makeRoomForRecords()
        for move in moves { perform(.moveFile(move.from, to: move.to)) }
        changeFiles(where: HostFile.isRecord)
        for client in state.dhcpClients where !wanted.runs(client) { perform(.stopDHCP(client)) }
        removeAddresses()
        changeRows()
        repairLinks()
        changeFiles { !HostFile.isRecord($0) }
        for client in wanted.dhcpClients where !state.runs(client) { start(client) }
        changeOtherRoutes()
        restoreBelongings()
        for action in actions.announcements(in: state, since: initial) { perform(action) }
    }

    /// Removes records that are to be gone, and those whose name another file gets back.
    private mutating func makeRoomForRecords() {
        let (moved, names) = (Set(moves.map(\.from)), Set(moves.map(\.to)))
        for (path, file) in state.files.sorted(by: { $0.key < $1.key }) where HostFile.isRecord(path) {
            guard !moved.contains(path), wanted.files[path] == nil || names.contains(path) else { continue }
            perform(.replaceFile(path, before: file, after: nil))
        }
    }

    private mutating func changeFiles(where isConcerned: (String) -> Bool) {
        for path in state.files.keys(differingFrom: wanted.files).sorted() where isConcerned(path) {
            perform(.replaceFile(path, before: state.files[path], after: wanted.files[path]))
        }
    }

    /// An address that moves to another device leaves the one that has it before it comes.
    private mutating func removeAddresses() {
        for (name, link) in state.links.sorted(by: { $0.key < $1.key }) {
            guard let target = wanted.links[name] else { continue }
            for address in link.addresses where !target.has(address) {
                if state.links[name]?.has(address) == true { perform(.removeAddress(name, address)) }
            }
        }
    }

    // MARK: Open vSwitch

    private mutating func changeRows() {
        guard let old = state.vswitch, let new = wanted.vswitch else { return }
        for (bridge, flows) in old.flows.sorted(by: { $0.key < $1.key }) where new.bridges[bridge] != nil {
            let gone = flows.subtracting(new.flows[bridge] ?? [])
            if !gone.isEmpty { perform(.removeFlows(bridge, gone.sorted { $0.text < $1.text })) }
        }
        let changes = old.changes(to: new)
        if !changes.isEmpty { perform(.changeVswitch(changes)) }
        for action in state.vswitch?.lostFlows(since: new) ?? [] { perform(action) }
    }

    // MARK: Links

    private mutating func repairLinks() {
        var target = wanted
        target.belongings = nil
        let starting = wanted.dhcpClients.filter { !state.runs($0) }
        // A lease brings the networks that these need.
        for client in starting {
            target.links[client.device]?.routes.removeAll { $0.destination.address.family == client.family }
        }
        for (name, link) in target.links.sorted(by: { $0.key < $1.key }) {
            guard let old = state.links[name], !old.kind.canBecome(link.kind) else { continue }
            perform(.deleteLink(name))
        }
        for name in state.links.keys.sorted() where target.links[name] == nil && state.links[name] != nil {
            perform(.deleteLink(name))
        }
        LinkRepair.actionsOpeningBonds(from: state, to: target).forEach { perform($0) }
        releasePorts(for: target)
        // The second time for what the first does besides: the MTU of a bridge follows its ports'.
        for _ in 1...2 { LinkRepair.actions(from: state, to: target).forEach { perform($0) } }
    }

    /// Ports leave their bridges before others join.
    private mutating func releasePorts(for target: ObservedState) {
        for (name, link) in state.links.sorted(by: { $0.key < $1.key }) {
            guard let master = link.master, target.links[name].map({ $0.master != master }) == true else { continue }
            perform(.setMaster(name, nil))
        }
    }

    // MARK: Clients and routes

    private mutating func start(_ client: DHCPClient) {
        perform(.startDHCP(client, patience: 60))
        // The client gets its own addresses and routes; ours over their network come with them.
        let there = state.links[client.device]?.routes ?? []
        for route in wanted.links[client.device]?.routes ?? []
        where route.origin == .static && !there.contains(route) && route.destination.address.family == client.family {
            perform(.addRoute(client.device, route))
        }
    }

    /// Routes over several devices.
    private mutating func changeOtherRoutes() {
        let (there, target) = (state.otherRoutes ?? [], wanted.otherRoutes ?? [])
        for other in there where !target.contains(other) {
            if let route = other.route, let device = other.devices.first { perform(.removeRoute(device, route)) }
        }
        for other in target where !there.contains(other) && other.devices.allSatisfy({ state.links[$0] != nil }) {
            if let route = other.route, let device = other.devices.first { perform(.addRoute(device, route)) }
        }
    }

    /// What is left of it is left as it is: by itself it is no reason to do anything.
    private mutating func restoreBelongings() {
        let lost = (wanted.belongings ?? []).subtracting(state.belongings ?? []).filter { belonging in
            belonging.canBePutBack && belonging.devices.allSatisfy { state.links[$0] != nil }
        }
        if !lost.isEmpty, !actions.isEmpty { perform(.restore(lost.sorted())) }
    }
}

extension LinkKind {
    /// Whether a device can be given this kind without being made anew.
    func canBecome(_ other: LinkKind) -> Bool {
        switch (self, other) {
        case (.bridge, .bridge), (.bond, .bond), (.other, .other): true
        case (.vlan(let one), .vlan(let two)): one == two
        default: false
        }
    }
}

extension Link {
    /// Whether the device has an address, whatever is left of its lifetime.
    func has(_ address: LinkAddress) -> Bool {
        addresses.contains { $0.prefix == address.prefix && $0.peer == address.peer }
    }
}
