/// A change of Open vSwitch's rows that may have been made: how far it is, and what comes next. The client
/// (`OVSDBClient+Change.swift`) does what the state says and reports what came of it; here is only what follows from that.
///
/// From the moment when the transaction is on its way until the host is known to be as wanted or as before, each
/// connection can break, each answer can be lost, and others can write to the same rows. Two ideas keep that small:
///
/// * Whatever breaks leads to the same place: connect again, read the rows, compare them with those before and after.
/// * Only the rows decide. A transaction that was under way when its connection broke is void from the moment when the
///   next connection has taken its lock (`steal`, RFC 7047, 4.1.8), so that what is read then stays true.
///
/// | state | event | next |
/// |---|---|---|
/// | making | answered | made |
/// | | refused | **not made** |
/// | | broken | making in doubt |
/// | making in doubt | found | made; taking back, where a signal came |
/// | | altered: made, and partly overwritten by others | taking back |
/// | | gone: made, and nothing is left of it | taken back |
/// | | absent: was never made | making, once more; **not made**, after ``attempts`` or a signal |
/// | | unreachable | **left** |
/// | | interrupted | making in doubt: only the rows tell what is to be taken back |
/// | made | followed: by ovs-vswitchd, and all interfaces work | **kept** |
/// | | failed: ovs-vswitchd cannot make an interface | taking back |
/// | | late: ovs-vswitchd has not followed in time | taking back |
/// | | interrupted | taking back |
/// | | broken | made, out of touch |
/// | made, out of touch | found | made; taking back, where a signal came |
/// | | altered | taking back |
/// | | gone | taken back |
/// | | unreachable | **left** |
/// | | interrupted | made, out of touch |
/// | taking back | answered | taken back |
/// | | refused, broken | taking back in doubt |
/// | taking back in doubt | found, altered | taking back what is still ours; **left**, after ``attempts`` |
/// | | gone | taken back |
/// | | unreachable | **left** |
/// | taken back | followed | **restored** |
/// | | late | **restored, unseen** |
/// | | broken | taken back, out of touch |
/// | taken back, out of touch | reached | taken back |
/// | | unreachable | **restored, unseen** |
///
/// A signal ends the wait for ovs-vswitchd; while the change is taken back none is heeded.
struct PossibleChange: Equatable {
    /// How far the change is.
    enum State: String, Hashable, CaseIterable, Sendable {
        /// The transaction is on its way.
        case making
        /// Its answer will not come.
        case makingInDoubt
        /// It is in the database, and ovs-vswitchd is awaited.
        case made
        /// The same, but the connection broke.
        case madeOutOfTouch
        /// The transaction with the inverse is on its way.
        case takingBack
        /// Its answer will not come, or the rows were not those that it was for.
        case takingBackInDoubt
        /// The inverse is in the database, and ovs-vswitchd is awaited.
        case takenBack
        /// The same, but the connection broke.
        case takenBackOutOfTouch
        /// The end: made, and ovs-vswitchd has followed.
        case kept
        /// The end: never made.
        case notMade
        /// The end: taken back, and ovs-vswitchd has followed, so that devices may have been made anew.
        case restored
        /// The end: taken back, but ovs-vswitchd has not said that it has followed.
        case restoredUnseen
        /// The end: some of it, or all, stays or may stay in the database.
        case left

        /// Whether nothing comes after it.
        var isEnd: Bool {
            switch self {
            case .kept, .notMade, .restored, .restoredUnseen, .left: true
            default: false
            }
        }
    }

    /// What came of a state's work.
    enum Event: String, Hashable, CaseIterable, Sendable {
        case answered, refused, broken
        case found, altered, gone, absent, reached, unreachable
        case followed, failed, late, interrupted
    }

    /// A way from one state to the next.
    struct Edge: Hashable, Sendable, CustomStringConvertible {
        var from: State
        var event: Event
        var to: State

        init(_ from: State, _ event: Event, _ to: State) { (self.from, self.event, self.to) = (from, event, to) }

        var description: String { "\(from.rawValue) -\(event.rawValue)-> \(to.rawValue)" }
    }

    /// How often each of the two transactions is sent at most.
    static let attempts = 3

    /// How far the change is.
    private(set) var state: State
    /// Whether the change was interrupted: it is not wanted any more.
    private var isUnwanted = false
    private var made = 1
    private var takenBack = 1

    /// A change that is to be made, or, of one that was made earlier, its taking back.
    init(takingBack: Bool = false) { state = takingBack ? .takingBack : .making }

    /// Goes on after an event; `nil` where the state has no such event.
    mutating func take(_ event: Event) -> Edge? {
        guard let next = next(event) else { return nil }
        defer { state = next }
        if event == .interrupted { isUnwanted = true }
        if state == .makingInDoubt, next == .making { made += 1 }
        if state == .takingBackInDoubt, next == .takingBack { takenBack += 1 }
        return Edge(state, event, next)
    }

    private func next(_ event: Event) -> State? {
        switch (state, event) {
        case (.making, .answered): .made
        case (.making, .refused): .notMade
        case (.making, .broken): .makingInDoubt
        case (.makingInDoubt, .absent): isUnwanted || made >= Self.attempts ? .notMade : .making
        case (.makingInDoubt, .found), (.madeOutOfTouch, .found): isUnwanted ? .takingBack : .made
        case (.makingInDoubt, .altered), (.madeOutOfTouch, .altered): .takingBack
        case (.makingInDoubt, .gone), (.madeOutOfTouch, .gone): .takenBack
        case (.makingInDoubt, .unreachable), (.madeOutOfTouch, .unreachable): .left
        case (.makingInDoubt, .interrupted), (.madeOutOfTouch, .interrupted): state
        case (.made, .followed): .kept
        case (.made, .failed), (.made, .late), (.made, .interrupted): .takingBack
        case (.made, .broken): .madeOutOfTouch
        case (.takingBack, .answered): .takenBack
        case (.takingBack, .refused), (.takingBack, .broken): .takingBackInDoubt
        case (.takingBackInDoubt, .found), (.takingBackInDoubt, .altered):
            takenBack >= Self.attempts ? .left : .takingBack
        case (.takingBackInDoubt, .gone): .takenBack
        case (.takingBackInDoubt, .unreachable): .left
        case (.takenBack, .followed): .restored
        case (.takenBack, .late): .restoredUnseen
        case (.takenBack, .broken): .takenBackOutOfTouch
        case (.takenBackOutOfTouch, .reached): .takenBack
        case (.takenBackOutOfTouch, .unreachable): .restoredUnseen
        default: nil
        }
    }
}

extension PossibleChange {
    /// All ways that there are. A test compares them with what ``take(_:)`` does; another forces each with the real
    /// ovsdb-server.
    static let edges: Set<Edge> = [
        Edge(.making, .answered, .made),
        Edge(.making, .refused, .notMade),
        Edge(.making, .broken, .makingInDoubt),
        Edge(.makingInDoubt, .found, .made),
        Edge(.makingInDoubt, .found, .takingBack),
        Edge(.makingInDoubt, .altered, .takingBack),
        Edge(.makingInDoubt, .gone, .takenBack),
        Edge(.makingInDoubt, .absent, .making),
        Edge(.makingInDoubt, .absent, .notMade),
        Edge(.makingInDoubt, .unreachable, .left),
        Edge(.makingInDoubt, .interrupted, .makingInDoubt),
        Edge(.made, .followed, .kept),
        Edge(.made, .failed, .takingBack),
        Edge(.made, .late, .takingBack),
        Edge(.made, .interrupted, .takingBack),
        Edge(.made, .broken, .madeOutOfTouch),
        Edge(.madeOutOfTouch, .found, .made),
        Edge(.madeOutOfTouch, .found, .takingBack),
        Edge(.madeOutOfTouch, .altered, .takingBack),
        Edge(.madeOutOfTouch, .gone, .takenBack),
        Edge(.madeOutOfTouch, .unreachable, .left),
        Edge(.madeOutOfTouch, .interrupted, .madeOutOfTouch),
        Edge(.takingBack, .answered, .takenBack),
        Edge(.takingBack, .refused, .takingBackInDoubt),
        Edge(.takingBack, .broken, .takingBackInDoubt),
        Edge(.takingBackInDoubt, .found, .takingBack),
        Edge(.takingBackInDoubt, .found, .left),
        Edge(.takingBackInDoubt, .altered, .takingBack),
        Edge(.takingBackInDoubt, .altered, .left),
        Edge(.takingBackInDoubt, .gone, .takenBack),
        Edge(.takingBackInDoubt, .unreachable, .left),
        Edge(.takenBack, .followed, .restored),
        Edge(.takenBack, .late, .restoredUnseen),
        Edge(.takenBack, .broken, .takenBackOutOfTouch),
        Edge(.takenBackOutOfTouch, .reached, .takenBack),
        Edge(.takenBackOutOfTouch, .unreachable, .restoredUnseen),
    ]
}
