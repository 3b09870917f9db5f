/// Builds a plan: the steps so far, and the state that they lead to.
///
/// Every part of the planner compares with ``state`` and adds only what differs, so the rule that nothing is changed which is
/// right already lives in one place: an action that changes nothing adds no step.
package struct PlanBuilder {
    /// The records.
    let model: NetworkModel
    /// Facts about the host.
    let facts: HostFacts
    /// What is requested for the PIFs.
    let verb: Verb
    /// The requested PIFs, in the order of importance. None of them conflicts with another.
    let pifs: [PIF]
    /// The same, grouped by datapath.
    let stacks: [Stack]
    /// The PIFs that hold cards of the requested ones and must release them, and the VLANs on them.
    let leavingPIFs: [PIF]
    /// Their references.
    let leaving: Set<Ref<PIF>>
    /// The names of the links of those VLANs.
    let leavingVLANLinks: Set<DeviceName>
    /// The PIF that `--management` makes the management interface.
    let requestedManagement: PIF?
    /// What XAPI is told of the first PIF; `nil` where XAPI knows it.
    let reset: NetworkReset?
    /// Whether cards are also taken from bridges and bonds that no record describes (`--take`).
    let takesCards: Bool
    /// Whether steps get what a run needs that may fail, and outages are looked for.
    let isForRun: Bool
    /// The state when planning began.
    let observed: ObservedState
    /// The names in the file of attached devices whose device existed at that moment.
    let recordedNames: Set<DeviceName>
    /// The state that the steps so far lead to.
    private(set) var state: ObservedState
    /// The wanted rows of Open vSwitch; ``commitVswitch(because:)`` makes one step of all differences.
    var rows: VswitchState
    /// The steps so far.
    private(set) var steps: [Step] = []
    /// The warnings so far, possibly with duplicates.
    var warnings: [Warning] = []
    /// Lines for the log.
    private var notices: [String] = []
    /// What the requests ask for and cannot have, so that the run will fail.
    var shortfalls: [PlanError] = []
    /// Decides what a failure of each step means.
    private let essentials: Essentials
    /// Whether a step so far removes an address or route by which the host can be reached; noted for a run alone.
    private var losesNetwork = false
    /// The outages so far.
    var outages: [Outage] = []
    /// Where traffic passed when planning began; computed when a step could interrupt it.
    lazy var startingTraffic = Traffic(in: observed, model)
    /// The bridges that make room for requested PIFs, with the reasons; computed when one of them loses its traffic.
    lazy var takeOvers = foundTakeOvers()
    /// The PIFs that can give the host its gateway and name servers; computed once, since a host may have thousands.
    lazy var gatewayCandidates = foundGatewayCandidates()
    /// The devices that the records describe.
    lazy var described = Self.described(by: model, on: facts.datapath)
    /// Which devices stood on which when planning began.
    lazy var users = DeviceUsers(observed)
    /// The devices of former networks that make room for requested PIFs.
    var formerNames: Set<DeviceName> = []
    /// The cards of removed bridges and bonds that no requested PIF needs.
    var leftoverCards: Set<DeviceName> = []
    /// Devices that steps of this plan created: their settings were not observed, so they are set without comparing.
    private(set) var createdDevices: Set<DeviceName> = []
    /// Whether an existing default route is kept, this program's or another's: neither a key nor a management interface says which PIF
    /// provides it.
    var keepsDefaultRoute = false
    /// The value of `xs-network-uuids` for each bridge.
    lazy var networkUUIDs = NetworkUUIDs(of: Set((stacks.map(\.datapath) + pifs).map(\.device)), in: model)
    /// The devices that have ports or other devices on them; `nil` until it is needed.
    private var carriers: Set<DeviceName>?

    /// Starts a plan for requests of one verb; `nil` where there is none.
    init?(model: NetworkModel, facts: HostFacts, requests: [Request], observed: ObservedState, isForRun: Bool) {
        pifs = requests.compactMap { model.pifs[$0.pif] }
        guard !pifs.isEmpty, let verb = requests.first?.verb else { return nil }
        self.model = model
        self.facts = facts
        self.verb = verb
        stacks = model.stacks(of: pifs)
        essentials = Essentials(of: pifs, on: stacks, in: model, observed: observed)
        leavingPIFs =
            verb == .up ? model.conflictingPIFs(ofAll: stacks).flatMap { [$0] + model.vlanPIFs(on: $0) } : []
        leaving = Set(leavingPIFs.map(\.ref))
        leavingVLANLinks = Set(leavingPIFs.lazy.filter { $0.vlan != nil }.compactMap(model.netdev))
        requestedManagement = requests.first(where: \.isManagement).flatMap { model.pifs[$0.pif] }
        reset = requests.first?.reset
        takesCards = requests.contains(where: \.takesCards)
        self.isForRun = isForRun
        self.observed = observed
        recordedNames = observed.recordedNames.union(
            (reset?.formerDevices ?? []).filter { observed.links[$0] != nil })
        state = observed
        rows = observed.vswitch ?? VswitchState()
    }

    /// Adds a step with its undo.
    ///
    /// - Parameters:
    ///   - action: What is done.
    ///   - reason: What that is for.
    ///   - policy: What its failure means; `nil` for what that usually means.
    mutating func perform(_ action: Action, because reason: String, onFailure policy: Step.FailurePolicy? = nil) {
        guard isForRun else {
            steps.append(Step(action, because: reason, undo: []))
            noteDevices(of: action)
            state.apply(action)
            carriers = nil
            return
        }
        let onFailure = policy ?? essentials.policy(for: action, in: state, losesNetwork: losesNetwork)
        if let undo = plainUndo(of: action) {
            // A record may have thousands of routes: the device need not be copied and compared for each.
            steps.append(Step(action, because: reason, undo: undo, onFailure: onFailure))
            state.apply(action)
            losesNetwork = losesNetwork || action.takesDefaultRoute
            return
        }
        if let name = action.onlyDevice, let link = state.links[name], isAlone(name, action) {
            // A host has hundreds of devices: they need not be copied and compared for one of them.
            let before = ObservedState(links: [name: link], belongings: state.belongings)
            let after = before.applying(action)
            let undo = Undo.actions(takingBack: action, from: after, to: before)
            let replaced = action.replacesSettings ? link : nil
            steps.append(Step(action, because: reason, undo: undo, onFailure: onFailure, before: replaced))
            noteOutages(of: action, before: before, after: after)
            losesNetwork = losesNetwork || after.lacksNetwork(of: before)
            state.links[name] = after.links[name]
            state.belongings = after.belongings
            return
        }
        let after = state.applying(action)
        let undo = Undo.actions(takingBack: action, from: after, to: state)
        let before = action.replacesSettings ? action.device.flatMap { state.links[$0] } : nil
        steps.append(Step(action, because: reason, undo: undo, onFailure: onFailure, before: before))
        noteOutages(of: action, before: state, after: after)
        losesNetwork = losesNetwork || after.lacksNetwork(of: state)
        noteDevices(of: action)
        state = after
        carriers = nil
    }

    /// Whether a step so far removes an address or route by which the host can be reached.
    var hasLostNetwork: Bool {
        guard !isForRun, !losesNetwork else { return losesNetwork }
        var before = observed
        return steps.contains { step in
            let after = before.applying(step.action)
            defer { before = after }
            return after.lacksNetwork(of: before)
        }
    }

    /// Notes the devices that an action is about to create.
    private mutating func noteDevices(of action: Action) {
        switch action {
        case .createLink(let name, _, _): createdDevices.insert(name)
        case .changeVswitch: createdDevices.formUnion(rows.devicesMade(since: state.vswitch ?? VswitchState()))
        default: break
        }
    }

    /// Adds a step before all others that removes a route over several devices. Any of them may go in this plan, and an undo
    /// can add the route back only while all of them exist.
    mutating func performFirst(removing route: Route, over device: DeviceName, because reason: String) {
        let action = Action.removeRoute(device, route)
        let onFailure = essentials.policy(for: action, in: observed, losesNetwork: false)
        steps.insert(Step(action, because: reason, undo: action.plainUndo ?? [], onFailure: onFailure), at: 0)
        for index in outages.indices { outages[index].step += 1 }
        state.apply(action)
        losesNetwork = true
    }

    /// The undo of an action that is known without comparing devices; `nil` otherwise. For a removed address the kernel also
    /// removes what depends on it, so that is compared.
    private func plainUndo(of action: Action) -> [Action]? {
        if case .addAddress = action, state.belongings?.isEmpty == false { return nil }
        return action.plainUndo
    }

    /// Whether an action on a device affects no other. A device that comes up takes its VLAN links along, and an MTU also
    /// concerns the devices above.
    private mutating func isAlone(_ name: DeviceName, _ action: Action) -> Bool {
        switch action {
        case .setUp: return !isCarrier(name)
        case .setMTU:
            guard let link = state.links[name], case .other = link.kind, link.master == nil else { return false }
            return rows.isInternal(name.text) && !isCarrier(name)
        default: return true
        }
    }

    /// Whether a device has ports or other devices on it.
    private mutating func isCarrier(_ name: DeviceName) -> Bool {
        let known = carriers ?? state.carriers
        carriers = known
        return known.contains(name)
    }

    /// Adds a warning that costs nothing of what was requested.
    mutating func remark(_ subject: some CustomStringConvertible, _ message: String, at origin: Origin? = nil) {
        warnings.append(Warning(subject.description, message, origin: origin).asRemark)
    }

    /// Adds a warning about a requested setting that is not possible; `origin` is the place that asks for it.
    mutating func warn(_ subject: some CustomStringConvertible, _ message: String, at origin: Origin? = nil) {
        warnings.append(Warning(subject.description, message, origin: origin))
    }

    /// Adds a line for the log.
    mutating func note(_ text: String) { notices.append(text) }

    /// The finished plan, without duplicate warnings.
    mutating func finished() -> Plan {
        var seen: Set<Warning> = []
        return Plan(
            steps: steps, warnings: warnings.filter { seen.insert($0).inserted }, notices: notices,
            outages: finishedOutages(), losses: losses, shortfalls: shortfalls, start: observed)
    }

    /// What the steps remove and this program cannot restore.
    private var losses: [Belonging] {
        (observed.belongings ?? []).subtracting(state.belongings ?? []).filter { !$0.canBePutBack }.sorted()
    }

    /// Adds one step for all differences between the wanted rows and the present ones.
    mutating func commitVswitch(because reason: String) {
        guard let current = state.vswitch else { return }
        let changes = current.changes(to: rows)
        if !changes.isEmpty { perform(.changeVswitch(changes), because: reason) }
    }
}

extension VswitchState {
    /// The changes that lead to another state, by table (bridges, then ports, then interfaces) and name.
    package func changes(to wanted: VswitchState) -> [VswitchChange] {
        VswitchTable.allCases.flatMap { table in
            let (old, new) = (self[table], wanted[table])
            return Set(old.keys).union(new.keys).sorted().compactMap { name in
                old[name] == new[name] ? nil : VswitchChange(table, name, before: old[name], after: new[name])
            }
        }
    }
}

extension ObservedState {
    /// Whether a device lost an address or a default route that it had before.
    func lacksNetwork(of before: ObservedState) -> Bool {
        before.links.contains { name, old in
            guard !old.addresses.isEmpty || !old.routes.isEmpty else { return false }
            guard let new = links[name] else { return true }
            return !Set(old.addresses).isSubset(of: new.addresses)
                || !Set(old.routes.filter(\.isDefault)).isSubset(of: new.routes)
        }
    }

    /// The devices that have ports or other devices on them.
    fileprivate var carriers: Set<DeviceName> {
        Set(
            links.values.flatMap { link -> [DeviceName] in
                guard case .vlan(let vlan) = link.kind else { return link.master.map { [$0] } ?? [] }
                return [vlan.parent] + (link.master.map { [$0] } ?? [])
            })
    }
}

extension Action {
    /// The undo where it is known without the state, because the action has no side effect.
    fileprivate var plainUndo: [Action]? {
        switch self {
        case .addAddress(let name, let address): [.removeAddress(name, address)]
        case .addRoute(let name, let route): [.removeRoute(name, route)]
        case .removeRoute(let name, let route): [.addRoute(name, route)]
        case .replaceFile(let path, let old, let new): [.replaceFile(path, before: new, after: old)]
        case .announce, .queryMulticast, .run: []
        default: nil
        }
    }

    /// Whether the action removes a default route without removing an address.
    fileprivate var takesDefaultRoute: Bool {
        guard case .removeRoute(_, let route) = self else { return false }
        return route.isDefault
    }

    /// Whether the undo needs the device's earlier settings. What is added or removed is in the action itself; keeping a copy
    /// of the device for each of thousands of routes would take too much memory.
    var replacesSettings: Bool {
        switch self {
        case .addAddress, .removeAddress, .addRoute, .removeRoute: false
        default: true
        }
    }

    /// The only device that an action changes, provided that nothing is stacked on it.
    fileprivate var onlyDevice: DeviceName? {
        switch self {
        case .setUp(let name), .setMTU(let name, _), .setIPv6(let name, _), .setOffload(let name, _, _),
            .setFlag(let name, _, _), .addAddress(let name, _), .removeAddress(let name, _):
            name
        default: nil
        }
    }
}
