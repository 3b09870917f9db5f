/// Builds the plan of an undo: the actions that lead to the merged state, each with its undo, and what its failure means.
struct UndoBuilder {
    private let merge: UndoMerge
    private let essentials: Essentials
    private var state: ObservedState
    private var plan: Plan
    private var losesNetwork = false
    private var outages: OutageLog

    init(_ merge: UndoMerge) {
        self.merge = merge
        state = merge.now
        essentials = Essentials(of: merge.wanted, observed: merge.now)
        outages = OutageLog(merge.now, to: merge.wanted)
        plan = Plan(warnings: merge.warnings, notices: [], start: merge.now)
        plan.isUndo = true
    }

    // MARK: Can the host be reached?

    /// Notes which addresses would come back without a card; refuses where the host would not be reached at all any more.
    mutating func checkReach() throws(PlanError) {
        let (now, wanted) = (merge.now, merge.wanted)
        let lost = merge.runs.flatMap(\.changes).flatMap { change in
            change.before.links.keys.filter { name in
                change.before.isAddressed(name) && change.before.mayBeReachable(name)
                    && wanted.isAddressed(name) && !wanted.isReachable(name)
            }
        }
        for name in Set(lost).sorted() where !now.isReachable(name) || now.links[name] != wanted.links[name] {
            let addresses = wanted.links[name]?.addresses.map { "\($0.prefix.address)" } ?? []
            let text = addresses.isEmpty ? "" : " (\(addresses.joined(separator: ", ")))"
            plan.shortfalls.append(
                PlanError(nil, .notUndone("\(name)\(text) comes back without a network card, and cannot be reached")))
        }
        guard !plan.shortfalls.isEmpty, !now.reachable.isEmpty, wanted.reachable.isEmpty else { return }
        let reasons = merge.missing.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let why = reasons.isEmpty ? plan.shortfalls.map { "\($0)" } : reasons
        throw PlanError(
            nil,
            .notUndone(
                "nothing was changed: the host could not be reached any more, because \(why.joined(separator: ", "))"
            ))
    }

    // MARK: Steps

    /// Adds the steps.
    mutating func run() {
        let actions = StateTransition.actions(from: merge.now, to: merge.wanted, moving: merge.moves)
        for action in actions { perform(action) }
        for (port, wasOpen, isOpen) in firewallChanges {
            perform(.setFirewallPort(port, wasOpen: wasOpen, isOpen: isOpen))
        }
        guard !plan.steps.isEmpty, merge.now.programs.contains(HostFile.updateIssue) else { return }
        plan.steps.append(
            Step(
                .run(HostFile.updateIssue), because: "the console shows the host's address", undo: [],
                onFailure: .warn))
    }

    private mutating func perform(_ action: Action) {
        let after = state.applying(action)
        let undo = Undo.actions(takingBack: action, from: after, to: state)
        let before = action.replacesSettings ? action.device.flatMap { state.links[$0] } : nil
        let step = Step(
            action, because: reason(of: action), undo: undo, onFailure: policy(of: action), before: before)
        plan.steps.append(step)
        outages.note(step, plan.steps.count, before: state, after: after)
        losesNetwork = losesNetwork || after.lacksNetwork(of: state)
        state = after
    }

    private func policy(of action: Action) -> Step.FailurePolicy {
        if case .replaceFile(let path, _, _) = action, HostFile.isRecord(path) { return .rollBack }
        // What the entry of a table belongs to is back by then.
        if case .restore = action { return .warn }
        return essentials.policy(for: action, in: state, losesNetwork: losesNetwork)
    }

    /// Which run a step takes back.
    private func reason(of action: Action) -> String {
        let run: UndoneRun? =
            switch action {
            case .replaceFile(let path, _, _), .moveFile(let path, _): merge.causes[path]
            case .changeVswitch(let changes):
                changes.lazy.compactMap { merge.causes[$0.name] }.min { $0.number < $1.number }
            case .addFlows(let bridge, _), .removeFlows(let bridge, _): merge.causes[bridge]
            default: action.device.flatMap { merge.causes[$0.text] }
            }
        guard let run = run ?? merge.runs.first else { return "what was there before" }
        return "before \(run.name)"
    }

    /// The ports of the host's firewall that the runs have opened or closed for good.
    private var firewallChanges: [(port: Int, wasOpen: Bool, isOpen: Bool)] {
        var changes: [Int: (first: Bool, last: Bool)] = [:]
        for case .setFirewallPort(let port, let wasOpen, let isOpen) in merge.runs.flatMap(\.changes).flatMap(\.actions)
        where port == Int(VswitchController.port) {
            changes[port] = (changes[port]?.first ?? wasOpen, isOpen)
        }
        return changes.sorted { $0.key < $1.key }.filter { $0.value.first != $0.value.last }
            .map { ($0.key, $0.value.last, $0.value.first) }
    }

    /// The plan.
    func finished() -> Plan {
        var plan = plan
        let names = merge.runs.reversed().map(\.name)
        let what = names.count > 4 ? names.prefix(3) + ["\(names.count - 3) earlier ones"] : ArraySlice(names)
        // An undo that is taken back is a redo.
        let again = merge.runs.count == 1 ? merge.runs[0].tookBack : []
        let redo =
            again.isEmpty
            ? "" : ", so that \(again.joined(separator: ", ")) \(again.count == 1 ? "is" : "are") done again"
        plan.notices =
            [
                plan.steps.isEmpty
                    ? "nothing is left of \(what.joined(separator: ", ")) to take back"
                    : "takes back \(what.joined(separator: ", "))\(redo)"
            ] + merge.notices
        plan.outages = outages.finished(plan.steps, state)
        plan.losses = (merge.now.belongings ?? []).subtracting(state.belongings ?? []).filter { !$0.canBePutBack }
            .sorted()
        return plan
    }
}
