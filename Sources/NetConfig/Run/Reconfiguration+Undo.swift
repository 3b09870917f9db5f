package import NetConfigCore
internal import NetConfigSystem
internal import Glibc
internal import Logging

/// `undo`: takes runs of the history back.
extension Reconfiguration {
    /// What ``undo(_:keptIf:confirm:)`` would do: nothing is touched.
    ///
    /// - Parameter number: The run; it and all later ones are taken back. `nil` for the last one.
    /// - Returns: The plan, and what would keep it from being carried out.
    /// - Throws: What keeps the plan from being made.
    package func planUndo(_ number: Int? = nil) throws(RunFailure) -> (plan: Plan, failure: RunFailure?) {
        try RunFailure.orNothing {
            let selection = try UndoSelection(number, in: History(below: root))
            guard !selection.runs.isEmpty else {
                var plan = Plan(notices: [UndoSelection.nothing], outages: [])
                plan.isUndo = true
                if let waiting { plan.notices.append(History.sentence(onWaiting: waiting)) }
                return (plan, nil)
            }
            let host = try host(try datapath())
            host.loadsDrivers = false
            var plan = try plan(selection, host)
            if let waiting { plan.notices.append(History.sentence(onWaiting: waiting)) }
            return judged(plan)
        }
    }

    /// Brings the host back to what it was before a run, all or nothing.
    ///
    /// - Parameters:
    ///   - number: The run; it and all later ones are taken back. `nil` for the last one.
    ///   - conditions: On what the change is kept; `nil` keeps it.
    ///   - confirm: Called about twenty times a second while the change waits to be confirmed, with the time left.
    /// - Returns: What came of it, in a sentence.
    /// - Throws: What stopped the run, and what became of the host.
    package func undo(
        _ number: Int? = nil, keptIf conditions: KeepingConditions? = nil,
        confirm: (Duration) -> KeepingConditions.Answer = { _ in .notYet }
    ) throws(RunFailure) -> String {
        try RunFailure.orNothing {
            try recorded { run in try run.locked { lock in try run.takeBack(number, conditions, lock, confirm) } }
        }
    }

    private func takeBack(
        _ number: Int?, _ conditions: KeepingConditions?, _ lock: borrowing HostLock,
        _ confirm: (Duration) -> KeepingConditions.Answer
    ) throws -> String {
        let start = ContinuousClock.now
        if let conditions, let flaw = conditions.flaw(1, [], false) {
            throw RunFailure(.refused, "nothing was changed: \(flaw)")
        }
        let selection = try UndoSelection(number, in: History(below: root))
        guard let first = selection.runs.first else { return UndoSelection.nothing }
        course?.note(takingBack: selection.runs.map(\.number))
        let datapath = try datapath()
        let host = try host(datapath)
        let guarded = try conditions.map { conditions in
            let checkpoint = try checkpoint(of: selection, host, datapath, conditions)
            return try GuardedChange(checkpoint, conditions: conditions, lock: lock)
        }
        // A plan that brings back less than all says what: its first note names the runs.
        var isWhole = true
        let report = try execute(
            on: host, under: guarded, begin: { isWhole = $0.warnings.isEmpty && $0.notices.count == 1 }
        ) { try plan(selection, host) }
        guard !report.performed.isEmpty else {
            return "nothing is left of \(first.name) to take back".printable
        }
        if let guarded, guarded.isGuarded {
            let ending = try awaitEnd(of: guarded, on: host, confirm)
            log.info("\(ending)")
        }
        log.info("undo done in \((.now - start).text)")
        let exception = isWhole && report.warnings.isEmpty ? "" : " but for what was said above"
        return
            "the host is as it was before \(first.name)\(exception); `interface-reconfigure undo` takes this undo back"
            .printable
    }

    /// What the guard of an undo must know, but for the way back.
    private func checkpoint(
        of selection: UndoSelection, _ host: Host, _ datapath: Datapath, _ conditions: KeepingConditions
    ) throws -> Checkpoint {
        var checkpoint = Checkpoint(
            command: command, program: getpid(), confirmation: conditions.confirmation?.wholeSeconds,
            paths: paths, datapath: datapath, scope: selection.scope,
            way: Rollback(before: ObservedState(), actions: []))
        guard let seconds = conditions.gateway?.wholeSeconds else { return checkpoint }
        checkpoint.gateway = GatewayCheck(in: try plan(selection, host).end, seconds: seconds)
        guard checkpoint.gateway != nil else {
            throw RunFailure(
                .refused, "nothing was changed: there would be no gateway that could be asked whether it is there")
        }
        return checkpoint
    }

    /// Looks at the host, and plans.
    private func plan(_ selection: UndoSelection, _ host: Host) throws -> Plan {
        var observed = try host.observe(selection.scope)
        try host.heedSignals()
        let datapath: Datapath = observed.vswitch == nil ? .bridge : .openvswitch
        var plan = try Planner.planUndo(selection.runs, on: datapath, observed: observed)
        if try host.look(at: Stake(plan), &observed) {
            plan = try Planner.planUndo(selection.runs, on: datapath, observed: observed)
        }
        plan.warnings = selection.warnings + plan.warnings
        return plan
    }
}
