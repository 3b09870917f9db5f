internal import NetConfigCore

/// What is known of a change on its way through ``PossibleChange``.
struct ChangeCourse {
    /// What a transaction came to.
    struct Committed {
        var nextCfg = 0
        /// The interfaces that ovs-vswitchd must now have, with their UUIDs.
        var interfaces: [(name: String, uuid: String)] = []
    }

    /// How far it is.
    var change: PossibleChange
    /// What is made.
    let changes: [VswitchChange]
    /// What takes back what is in the database of it.
    var inverse: [VswitchChange]
    /// What the last transaction came to.
    var committed = Committed()
    /// `next_cfg` before the change was asked for.
    var nextCfg = 0
    /// Until when ovs-vswitchd is awaited.
    private(set) var deadline = OVSDBConnection.Deadline.now
    /// How long that is in all.
    private(set) var patience = Duration.zero
    /// Until when a server that went away is.
    var absenceEnds: OVSDBConnection.Deadline?
    /// Whether the connection broke while ovs-vswitchd was awaited for the inverse.
    var isReachedAgain = false
    /// Why the change is not kept.
    var cause: (any Error)?
    /// What came in between while it was taken back.
    var trouble: OVSDBError?
    /// The interfaces that ovs-vswitchd could not open and that their ports can do without, with the reasons.
    var unusable: [String: String] = [:]
    /// What others have made of the rows since.
    var foreign: [String] = []

    private let isPuttingBack: Bool

    /// A change that is to be made, or of one that was made its taking back.
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

    /// What to say at the end; `nil` where all is as it was asked for.
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
