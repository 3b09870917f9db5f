package import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// `reset`: the management network comes up on a card now, and XAPI takes it over at its next start.
extension Reconfiguration {
    /// What ``reset(_:keptIf:confirm:)`` would do: nothing is touched.
    ///
    /// - Returns: The plan, and what would keep it from being carried out.
    /// - Throws: What keeps the plan from being made.
    package func planReset(_ reset: ManagementReset) throws(RunFailure) -> (plan: Plan, failure: RunFailure?) {
        try requireCard(of: reset)
        let (plan, failure) = try prepared(for: reset).plan(.up, subject(of: reset))
        return (plan, runningToolstack(reset) ?? failure)
    }

    /// Brings up the management network on a card, over whatever is there, and writes what XAPI reads at its next start: all or
    /// nothing.
    ///
    /// - Parameters:
    ///   - reset: What the management network is to be.
    ///   - conditions: On what the change is kept; `nil` keeps it.
    ///   - confirm: Called about twenty times a second while the change waits to be confirmed, with the time left.
    /// - Returns: What is left to do, a sentence each.
    /// - Throws: What stopped the run, and what became of the host.
    package func reset(
        _ reset: ManagementReset, keptIf conditions: KeepingConditions? = nil,
        confirm: (Duration) -> KeepingConditions.Answer = { _ in .notYet }
    ) throws(RunFailure) -> [String] {
        try RunFailure.orNothing {
            try recorded { run in
                try run.requireCard(of: reset)
                if let failure = run.runningToolstack(reset) { throw failure }
                let former = run.formerManagement
                let report = try run.prepared(for: reset).run(
                    .up, subject(of: reset), keptIf: conditions, confirm: confirm)
                let next = whatIsLeft(after: reset) + wayBack(report, to: former)
                run.course?.tell(next: next)
                return next
            }
        }
    }

    /// Whether this host's networks are xcp-networkd's to configure.
    var hasNetworkd: Bool {
        !ConfigurationFiles(below: root).existing(among: HostFile.networkd).isEmpty
    }

    /// Makes sure that the device is a card, of a name that XAPI's files can hold. That one is missing is told where the network
    /// is planned.
    private func requireCard(of reset: ManagementReset) throws(RunFailure) {
        let name = reset.management.device.text
        guard name.isExactly(name.shellQuoted()) else {
            throw RunFailure(
                .refused,
                "the name of \("\(name)".printable) is none that XAPI's files can hold; rename the card (udev)")
        }
        try RunFailure.orNothing { _ = try missingCard(of: reset.management) }
    }

    private func prepared(for reset: ManagementReset) -> Reconfiguration {
        var copy = self
        (copy.options.isManagement, copy.options.takesCards) = (true, true)
        var told = NetworkReset(master: reset.master)
        told.formerDevices = formerDevices
        // In the old world the cache becomes the reset's own, unless it is that already.
        let caches = CacheLocation.standardPaths.filter { path in
            paths.path(path) != cacheLocation.path || hasNetworkd || !isCache(reset.management.model)
        }
        told.formerRecords += caches
        copy.options.reset = told
        return copy
    }

    /// Whether the cache has these records and no others.
    private func isCache(_ model: NetworkModel) -> Bool {
        guard let bytes = try? CacheWriter.bytes(of: model) else { return false }
        return (try? InputFile(cacheLocation.path, limit: CacheReader.maximumSize).contents()) == bytes
    }

    private func subject(of reset: ManagementReset) -> Subject {
        .records(reset.management.model, [reset.management.bridge.text])
    }

    /// What runs and would undo a reset.
    private func runningToolstack(_ reset: ManagementReset) -> RunFailure? {
        guard !reset.ignoresToolstack else { return nil }
        var programs: [String] = []
        if XAPIAccess.isAnswering(at: paths.xapi) { programs.append("xapi") }
        if ProgramProcess.isRunning(ProgramProcess.networkd) { programs.append(ProgramProcess.networkd) }
        guard !programs.isEmpty else { return nil }
        let them = programs.count == 1 ? "it" : "them"
        return RunFailure(
            .refused,
            "\(programs.joined(separator: " and ")) would undo a reset: stop \(them) first "
                + "(`systemctl stop \(programs.joined(separator: " "))`), or add --force")
    }

    private func whatIsLeft(after reset: ManagementReset) -> [String] {
        let management = reset.management
        let place = "\(management.bridge) on \(management.device)\(management.vlan.map { ", VLAN \($0)" } ?? "")"
        return [
            "the management network is \(place); XAPI does not know that yet",
            "to do: `xe-toolstack-restart`; XAPI then forgets this host's PIFs, bonds and VLANs and makes the management PIF "
                + "anew, while virtual machines keep running",
        ]
    }

    /// The device over which the host is managed by its records so far, where they can be read.
    private var formerManagement: DeviceName? {
        guard let model = try? recordsFile.model() else { return nil }
        return model.pifsInOrder.first(where: \.management).flatMap(model.ipDevice)
    }

    /// How to have again what this reset has replaced; none where it replaced nothing.
    private func wayBack(_ report: Report, to former: DeviceName?) -> [String] {
        var commands = report.performed.compactMap { done -> String? in
            switch done.action {
            case .moveFile(let path, let aside): return "mv \(paths.path(aside)) \(paths.path(path))"
            case .replaceFile(HostFile.networkReset, _, _): return "rm \(paths.path(HostFile.networkReset))"
            case .replaceFile(let aside, nil, _?):
                let kept = NetworkReset.keptFiles.first { HostFile.asides(of: $0).contains(aside) }
                return kept.map { "mv \(paths.path(aside)) \(paths.path($0))" }
            default: return nil
            }
        }
        guard !commands.isEmpty else { return [] }
        // What is offered to be typed has no name in it that a shell would run.
        if let former = former?.text, former.isExactly(former.shellQuoted()) {
            commands.append("interface-reconfigure --force \(former) --take up")
        }
        return [
            "to go back instead: `interface-reconfigure undo`, which `undo --dry-run` shows beforehand",
            "the same by hand: `\(commands.joined(separator: "; "))`",
        ]
    }
}
