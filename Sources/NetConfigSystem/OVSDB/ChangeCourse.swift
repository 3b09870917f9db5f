internal import NetConfigCore

/// The progress of a change on its way through ``PossibleChange``.
struct ChangeCourse {
    /// The result of a transaction.
    struct Committed {
        var nextCfg = 0
        /// The interfaces that ovs-vswitchd must now have, with their UUIDs.
        var interfaces: [(name: String, uuid: String)] = []
    }

    /// The state of the change.
    var change: PossibleChange
    /// The changes to make.
    let changes: [VswitchChange]
    /// The changes that undo what is in the database of them.
    var inverse: [VswitchChange]
    /// The result of the last transaction.
    var committed = Committed()
    /// `next_cfg` before the change.
    var nextCfg = 0
    /// When to stop waiting for ovs-vswitchd.
    private(set) var deadline = Deadline.now
    /// The whole time allowed for that.
    private(set) var patience = Duration.zero
    /// When to stop waiting for a server that went away.
    var absenceEnds: Deadline?
    /// Whether the connection broke while waiting for ovs-vswitchd to carry out the undo.
    var isReachedAgain = false
    /// Why the change is not kept.
    var cause: (any Error)?
    /// The connection error that occurred while it was undone.
    var trouble: OVSDBError?
    /// Interfaces that ovs-vswitchd could not open and that their bonds can do without, with the reasons.
    var unusable: [String: String] = [:]
    /// What other programs have changed in the rows since, a sentence each.
    var foreign: [String] = []

    private let isPuttingBack: Bool

    /// Starts a change, or the undo of an earlier one.
    init(_ changes: [VswitchChange], takingBack: Bool) {
        change = PossibleChange(takingBack: takingBack)
        self.changes = changes
        inverse = changes.reversed().map(\.inverse)
        isPuttingBack = takingBack
    }

    /// Allows ovs-vswitchd some time from now on.
    mutating func allow(_ patience: Duration) {
        self.patience = patience
        deadline = .now + patience
    }

    /// The error to report at the end; `nil` if the change, or its undo, succeeded.
    var error: (any Error)? {
        switch change.state {
        case .kept: return nil
        case .notMade:
            guard let error = cause as? OVSDBError, error.isOfConnection else { return cause }
            return takenBack("the change was not made", left: [])
        case .restored:
            if isPuttingBack, foreign.isEmpty { return nil }
            return takenBack("the change was put back", left: foreign)
        case .restoredUnseen:
            let late =
                "ovs-vswitchd did not confirm that it took the change back: devices that it recreates later have no "
                + "addresses"
            return takenBack("the change was put back", left: foreign + [late])
        default:
            let rows = changes.map { "\($0.table.rawValue) \($0.name)" }.sorted().joined(separator: ", ")
            let reason = (trouble ?? cause).map { ": \($0)" } ?? ""
            return takenBack(
                "the change could not be put back",
                left: ["Open vSwitch's rows may still be changed (\(rows))\(reason)"] + foreign)
        }
    }

    private func takenBack(_ outcome: String, left: [String]) -> TakenBack {
        TakenBack(cause: isPuttingBack ? trouble : cause ?? trouble, outcome: outcome, left: left)
    }
}
