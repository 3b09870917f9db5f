/// A plan under construction: the state that its steps so far lead to, and those steps.
///
/// Every part of the planner looks at ``state`` and emits only what differs, so the rule "nothing is changed that
/// already is right" lives in one place: a step that changes nothing is no step.
package struct PlanBuilder {
    /// What the records say.
    let model: NetworkModel
    /// What the host is.
    let facts: HostFacts
    /// What is wanted for the PIFs.
    let verb: Verb
    /// The PIFs that are asked for, in that order. All of them can be had together.
    let pifs: [PIF]
    /// The same by the bridges under them.
    let stacks: [Stack]
    /// The PIFs that hold cards of those asked for and must let go of them, and the VLANs on them.
    let leavingPIFs: [PIF]
    /// Their references.
    let leaving: Set<Ref<PIF>>
    /// The names of the VLANs' links among them.
    let leavingVLANLinks: Set<DeviceName>
    /// The PIF that a request wants to be the management interface, whatever its record says.
    let requestedManagement: PIF?
    /// Whether cards are taken also from bridges and bonds that no record describes.
    let takesCards: Bool
    /// The state when planning began.
    let observed: ObservedState
    /// The names in the file of attached devices whose device existed then.
    let recordedNames: Set<DeviceName>
    /// The state that the steps so far lead to.
    private(set) var state: ObservedState
    /// The Open vSwitch rows as they are to be; ``commitVswitch(because:)`` makes one step of all that differs.
    var rows: VswitchState
    /// The steps so far.
    private(set) var steps: [Step] = []
    /// What was wrong so far; the same may be said more than once.
    var warnings: [Warning] = []
    /// Lines for the log.
    private var notices: [String] = []
    /// What the requests ask for and cannot have.
    var shortfalls: [PlanError] = []
    /// What a failure of each step means.
    private let essentials: Essentials
    /// Whether a step so far takes away something over which the host can be reached.
    private(set) var losesNetwork = false
    /// What lost its traffic in which step.
    var outages: [Outage] = []
    /// Where traffic passed when planning began; found when a step is added that could interrupt it.
    lazy var startingTraffic = Traffic(in: observed, model)
    /// The bridges that have to make room, each with the reason; found when one of them loses its traffic.
    lazy var takeOvers = foundTakeOvers()
    /// The PIFs that can give the host its gateway and name servers; a host may have thousands to choose from.
    lazy var gatewayCandidates = foundGatewayCandidates()
    /// The devices that the records describe.
    lazy var described = Self.described(by: model, on: facts.datapath)
    /// Which devices stood on which when planning began.
    lazy var users = DeviceUsers(observed)
    /// The devices of earlier networks that make room for what is asked for.
    var formerNames: Set<DeviceName> = []
    /// The cards that belonged to a bridge or bond which has gone, and that nothing asked for needs.
    var leftoverCards: Set<DeviceName> = []
    /// Devices that steps of this plan have made: what was not observed must be set, not compared.
    private(set) var made: Set<DeviceName> = []
    /// Whether a default route that is there stays, whoever made it: neither a key nor a management interface says which one
    /// there is to be.
    var keepsDefaultRoute = false
    /// The networks that the bridges' rows stand for.
    lazy var networkUUIDs = NetworkUUIDs(of: Set((stacks.map(\.datapath) + pifs).map(\.device)), in: model)
    /// The devices that others are enslaved to or stacked on; `nil` until they are asked for.
    private var carriers: Set<DeviceName>?

    /// Starts a plan for requests of one verb; `nil` where there is none.
    init?(model: NetworkModel, facts: HostFacts, requests: [Request], observed: ObservedState) {
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
        takesCards = requests.contains(where: \.takesCards)
        self.observed = observed
        recordedNames = observed.recordedNames
        state = observed
        rows = observed.vswitch ?? VswitchState()
    }

    /// Appends a step, with the undo that leads back to the state before it.
    mutating func perform(_ action: Action, because reason: String) {
        let onFailure = essentials.policy(for: action, in: state, losesNetwork: losesNetwork)
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
        switch action {
        case .createLink(let name, _, _): made.insert(name)
        case .changeVswitch: made.formUnion(rows.devicesMade(since: state.vswitch ?? VswitchState()))
        default: break
        }
        state = after
        carriers = nil
    }

    /// Puts a step before all others that takes a route away whose next hops are over several devices: any of them may go in
    /// this plan, and the kernel takes the route back only while all are there.
    mutating func performFirst(removing route: Route, over device: DeviceName, because reason: String) {
        let action = Action.removeRoute(device, route)
        let onFailure = essentials.policy(for: action, in: observed, losesNetwork: false)
        steps.insert(Step(action, because: reason, undo: action.plainUndo ?? [], onFailure: onFailure), at: 0)
        for index in outages.indices { outages[index].step += 1 }
        state.apply(action)
        losesNetwork = true
    }

    /// What takes an action back, where no look at the devices is needed to know that. With the address that is taken away
    /// again the kernel also takes what hangs on it.
    private func plainUndo(of action: Action) -> [Action]? {
        if case .addAddress = action, state.belongings?.isEmpty == false { return nil }
        return action.plainUndo
    }

    /// Whether what is done to a device changes no other. What comes up takes VLAN links on it along, and an MTU concerns
    /// whatever hangs on the device and whatever that hangs on.
    private mutating func isAlone(_ name: DeviceName, _ action: Action) -> Bool {
        switch action {
        case .setUp: return !isCarrier(name)
        case .setMTU:
            guard let link = state.links[name], case .other = link.kind, link.master == nil else { return false }
            return rows.isInternal(name.text) && !isCarrier(name)
        default: return true
        }
    }

    /// Whether something is enslaved to a device or stacked on it.
    private mutating func isCarrier(_ name: DeviceName) -> Bool {
        let known = carriers ?? state.carriers
        carriers = known
        return known.contains(name)
    }

    /// Adds a warning that costs nothing that is asked for.
    mutating func remark(_ subject: some CustomStringConvertible, _ message: String, at origin: Origin? = nil) {
        warnings.append(Warning(subject.description, message, origin: origin).asRemark)
    }

    /// Adds a warning of something that is asked for and cannot be had; `origin` is where it came from.
    mutating func warn(_ subject: some CustomStringConvertible, _ message: String, at origin: Origin? = nil) {
        warnings.append(Warning(subject.description, message, origin: origin))
    }

    /// Adds a line for the log.
    mutating func note(_ text: String) { notices.append(text) }

    /// The finished plan; each warning once.
    mutating func finished() -> Plan {
        var seen: Set<Warning> = []
        return Plan(
            steps: steps, warnings: warnings.filter { seen.insert($0).inserted }, notices: notices,
            outages: finishedOutages(), losses: losses, shortfalls: shortfalls, start: observed)
    }

    /// What the steps take away for good.
    private var losses: [Belonging] {
        (observed.belongings ?? []).subtracting(state.belongings ?? []).filter { !$0.canBePutBack }.sorted()
    }

    /// Makes one step of all that differs between the wanted Open vSwitch rows and the rows as they are.
    mutating func commitVswitch(because reason: String) {
        guard let current = state.vswitch else { return }
        let changes = current.changes(to: rows)
        if !changes.isEmpty { perform(.changeVswitch(changes), because: reason) }
    }
}

extension VswitchState {
    /// The changes that lead to another state: bridges, then ports, then interfaces and so on, each by name.
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
    /// Whether a device has not any more an address or a default route that it had.
    fileprivate func lacksNetwork(of before: ObservedState) -> Bool {
        before.links.contains { name, old in
            guard !old.addresses.isEmpty || !old.routes.isEmpty else { return false }
            guard let new = links[name] else { return true }
            return !Set(old.addresses).isSubset(of: new.addresses)
                || !Set(old.routes.filter(\.isDefault)).isSubset(of: new.routes)
        }
    }

    /// The devices that others are enslaved to or stacked on.
    fileprivate var carriers: Set<DeviceName> {
        Set(
            links.values.flatMap { link -> [DeviceName] in
                guard case .vlan(let vlan) = link.kind else { return link.master.map { [$0] } ?? [] }
                return [vlan.parent] + (link.master.map { [$0] } ?? [])
            })
    }
}

extension Action {
    /// What takes the action back, where that is known without a look at the state since there is no other effect.
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

    /// Whether the action, which takes no address, takes a default route.
    fileprivate var takesDefaultRoute: Bool {
        guard case .removeRoute(_, let route) = self else { return false }
        return route.isDefault
    }

    /// Whether the device as it was says what is replaced. What is added or removed says itself what it is; to keep the
    /// device before each of thousands of routes goes would take all memory.
    fileprivate var replacesSettings: Bool {
        switch self {
        case .addAddress, .removeAddress, .addRoute, .removeRoute: false
        default: true
        }
    }

    /// The device that is set, where that device is all that an action changes as long as no other hangs on it.
    fileprivate var onlyDevice: DeviceName? {
        switch self {
        case .setUp(let name), .setMTU(let name, _), .setIPv6(let name, _), .setOffload(let name, _, _),
            .setFlag(let name, _, _), .addAddress(let name, _), .removeAddress(let name, _):
            name
        default: nil
        }
    }
}
