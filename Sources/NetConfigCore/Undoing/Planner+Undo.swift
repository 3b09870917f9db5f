extension Planner {
    /// Plans to take runs back: from what is there to what was there before the first of them.
    ///
    /// What others have changed since is kept, and named in a notice, unless it stands in the way of what comes back: then a warning
    /// names it. What is gone is named in a warning.
    ///
    /// - Parameters:
    ///   - runs: The run to take back and all later ones, oldest first.
    ///   - datapath: What switches the host's frames.
    ///   - observed: What is there, looked at with the scopes of all these runs.
    /// - Returns: The steps; none where nothing is left to take back.
    /// - Throws: ``PlanError`` where nothing of it can be had, or the host could not be reached any more.
    package static func planUndo(
        _ runs: [UndoneRun], on datapath: Datapath, observed: ObservedState
    ) throws(PlanError) -> Plan {
        for run in runs {
            if let flaw = run.changes.lazy.compactMap(\.flaw).first {
                throw PlanError(nil, .notUndone("the record of \(run.name) is damaged: \(flaw); nothing was changed"))
            }
            if let other = run.changes.first(where: { $0.datapath != datapath && $0.concernsDevices }) {
                throw PlanError(
                    nil,
                    .notUndone(
                        "\(run.name) cannot be taken back: it was made on \(other.datapath.words), and the host has "
                            + "\(datapath.words) now; nothing was changed"))
            }
        }
        let merge = UndoMerge(runs, now: observed)
        guard let first = runs.first else { return Plan(start: observed) }
        if merge.isOfAnotherHost {
            let cards = merge.missing.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            // A card that is only gone can come back; one of its name in its place is more than that.
            let isReplaced = merge.missing.keys.contains { observed.links[$0] != nil }
            let guess =
                isReplaced ? "the record is another host's, or all its cards were replaced" : "nothing was changed"
            throw PlanError(
                nil,
                .notUndone(
                    "nothing of \(first.name) can be taken back: \(cards.joined(separator: ", ")); \(guess)"))
        }
        var builder = UndoBuilder(merge)
        try builder.checkReach()
        builder.run()
        return builder.finished()
    }
}

extension WayBack {
    /// The files that the host takes its configuration from, where it wrote these and changed nothing else.
    package var recordsOnly: [String] {
        concernsDevices
            ? []
            : actions.compactMap { action in
                if case .replaceFile(let path, _, _) = action, HostFile.isRecord(path) { path } else { nil }
            }
    }

    /// Whether it changed more than files.
    fileprivate var concernsDevices: Bool {
        actions.contains { action in
            switch action {
            case .replaceFile, .moveFile, .run: false
            default: true
            }
        }
    }
}

extension Datapath {
    fileprivate var words: String {
        switch self {
        case .bridge: "the Linux bridge"
        case .openvswitch: "Open vSwitch"
        }
    }
}
