public import NetConfigCore
public import NetConfigSystem
public import Logging
internal import SystemPackage

/// What is done to a host's network: each method is one run, from the records through a look at the host and a plan to the
/// changed host.
///
/// A run works on the thread that calls it, and what it waits for is bounded. Of several that change the host one works at a
/// time, in whatever processes they are.
public struct Reconfiguration: Sendable {
    /// How a host is to be changed.
    public struct Options: Sendable {
        /// Whether the PIF asked for, of several the first, is to be the management interface, whatever its record says.
        public var isManagement = false
        /// Whether a plan that costs something for good, or cannot bring about all that is asked for, is refused, and a step
        /// that may fail may not.
        public var isStrict = false
        /// Whether a card is taken from a bridge or bond that no record describes.
        public var takesCards = false
        /// How long bridges of the cache wait for network cards that are not there yet.
        public var cardPatience = Duration.zero
        /// What XAPI is told of the first of the PIFs; `nil` where XAPI knows them.
        var reset: NetworkReset?
        /// Where Open vSwitch forwards.
        package var datapathType = DatapathType.system

        /// The usual way.
        public init() {}
    }

    let paths: HostPaths
    let cacheFile: String?
    let root: RootPrefix
    var options: Options
    let command: String
    let givenDatapath: Datapath?
    let cancellation: Cancellation
    let log: Logger
    let events: @Sendable (RunEvent) -> Void
    let waits: WaitNotice
    /// Told what a run came to, when it has ended.
    package var ended: (@Sendable (RunDocument) -> Void)?
    /// What the run that is under way has done.
    var course: RunCourse?

    /// Describes runs on a host.
    ///
    /// - Parameters:
    ///   - paths: Where things are on the host.
    ///   - datapath: What switches the host's frames; `nil` for what the host itself says (`/etc/xensource/network.conf`).
    ///   - cacheFile: The file of records: a cache, which is also written where a change has other records, xcp-networkd's
    ///     database or `management.conf`; `nil` for the first of these that is in its usual place.
    ///   - options: How the host is to be changed.
    ///   - command: What a run tells others that have to wait for it, and later runs about a change that waits to be
    ///     confirmed; it holds no secret.
    ///   - cancellation: How the caller stops a run. By itself a run heeds no signal.
    ///   - log: Where to say what is done.
    ///   - events: Told what happens, as it happens.
    public init(
        on paths: HostPaths = HostPaths(), datapath: Datapath? = nil, cacheFile: String? = nil,
        options: Options = Options(), command: String, cancellation: Cancellation = Cancellation(),
        log: Logger = .silent, events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.paths = paths
        self.cacheFile = cacheFile.map(fromHere)
        root = paths.root
        self.options = options
        self.command = command
        givenDatapath = datapath
        self.cancellation = cancellation
        self.log = log
        self.events = events
        waits = WaitNotice(log: { log.info("\($0)") }, events: events)
    }

    /// What a run would do: nothing is touched, and no lock is taken.
    ///
    /// - Returns: The plan, and what to say of those of several requests that cannot be done.
    /// - Throws: What keeps the plan from being made.
    public func plan(_ verb: Verb, _ subject: Subject) throws(RunFailure) -> (plan: Plan, failure: RunFailure?) {
        try RunFailure.orNothing {
            let facts = try hostFacts(for: subject)
            let (model, requests, unknown) = try read(verb, subject)
            let host = try host(facts.datapath)
            host.loadsDrivers = false
            var joint = try plan(requests, model, facts, host)
            if writesCache(of: subject) {
                let reason = options.reset == nil ? "live data" : "one management interface"
                joint.plan.steps += try cacheSteps(writing: model, because: reason)
            }
            return judged(joint.plan, unknown + told(joint.refusals, model), from: subject.access)
        }
    }

    /// A plan as a dry run gives it: with what its outages cost, and what would keep it from being carried out.
    func judged(
        _ plan: Plan, _ failures: [String] = [], from access: XAPIAccess? = nil
    ) -> (plan: Plan, failure: RunFailure?) {
        var plan = plan
        plan.isStrict = options.isStrict
        tellCosts(of: &plan, from: access)
        let refusal = options.isStrict ? plan.strictRefusal : nil
        let failures = failures + (refusal.map { [$0] } ?? plan.shortfalls.map { "\($0)".printable })
        return (plan, failures.isEmpty ? nil : RunFailure(.refused, failures))
    }

    /// Does what a request asks for, all or nothing. From live data the cache is written as well. Several bridges are done
    /// as one; where that fails each is done by itself, all or nothing.
    ///
    /// - Parameters:
    ///   - verb: What is wanted.
    ///   - subject: What it is wanted for.
    ///   - conditions: On what the change of one PIF is kept; `nil` keeps it. With several, and where cards are waited for, a run
    ///     with conditions is refused.
    ///   - confirm: Called on the run's own thread, about twenty times a second while the change waits to be confirmed, with the
    ///     time left.
    /// - Returns: What was done. A change that was kept on conditions is all done.
    /// - Throws: What stopped the run, and what became of the host.
    @discardableResult
    public func run(
        _ verb: Verb, _ subject: Subject, keptIf conditions: KeepingConditions? = nil,
        confirm: (Duration) -> KeepingConditions.Answer = { _ in .notYet }
    ) throws(RunFailure) -> Report {
        let start = ContinuousClock.now
        let report = try RunFailure.orNothing {
            try recorded { run in
                let facts = try run.hostFacts(for: subject)
                return try run.locked { lock in try run.change(verb, subject, facts, conditions, lock, confirm) }
            }
        }
        let count = report.warningCount
        let warnings = count == 0 ? "" : " with \(count) warning\(count == 1 ? "" : "s")"
        log.log(
            level: count == 0 ? .info : .notice, "\(verb) \(subject) done in \((.now - start).text)\(warnings)")
        return report
    }

    private func change(
        _ verb: Verb, _ subject: Subject, _ facts: HostFacts, _ conditions: KeepingConditions?,
        _ lock: borrowing HostLock, _ confirm: (Duration) -> KeepingConditions.Answer
    ) throws -> Report {
        let (model, requests, unknown) = try read(verb, subject)
        let awaitsCards = verb == .up && options.cardPatience > .zero
        if let conditions, let flaw = conditions.flaw(requests.count, unknown, awaitsCards) {
            throw RunFailure(.refused, "nothing was changed: \(flaw)")
        }
        let host = try host(facts.datapath)
        let writesCache = writesCache(of: subject)
        var cache: CacheLocation.Prepared?
        if writesCache {
            try requireCache()
            cache = try cacheLocation.prepare(model)
        }
        guard requests.count == 1, let request = requests.first, unknown.isEmpty, !awaitsCards else {
            let execute = awaitsCards ? executeWithLateCards : executeTogether
            var report = try execute(requests, model, facts, host, unknown)
            tellCarriers(requests, model, host, &report)
            return report
        }
        let guarded = try conditions.map { conditions in
            let checkpoint = try checkpoint(of: request, in: model, facts, subject, conditions)
            return try GuardedChange(checkpoint, conditions: conditions, lock: lock)
        }
        var report = try execute(on: host, under: guarded) { try plan(requests, model, facts, host).plan }
        if let guarded, guarded.isGuarded {
            let ending = try awaitEnd(of: guarded, on: host, confirm)
            log.info("\(ending)")
            return report
        }
        if guarded != nil { log.info("nothing was changed, so there is nothing to confirm") }
        if writesCache { try commit(cache.take(), facts.datapath) }
        tellCarriers(requests, model, host, &report)
        return report
    }

    /// Carries out a plan whose guard, where it has one, knows how to take it back; a failure takes back what a run that fails
    /// keeps.
    func execute(
        on host: Host, under guarded: GuardedChange?, begin: (Plan) throws -> Void = { _ in },
        _ planner: () throws -> Plan
    ) throws -> Report {
        do {
            return try execute(
                on: host, isGuarded: guarded != nil,
                begin: { plan in
                    try begin(plan)
                    try guarded?.cover(plan)
                }, planner)
        } catch {
            let end = guarded?.abandon(host, because: error) { tell($0) } ?? error
            if (end as? RunFailure)?.outcome == .putBack { course?.forgetChanges() }
            throw end
        }
    }

    /// Waits until the guard of a change has done its work, which includes remembering the change.
    ///
    /// - Returns: What became of the change, which is kept.
    func awaitEnd(
        of guarded: GuardedChange, on host: Host, _ confirm: (Duration) -> KeepingConditions.Answer
    ) throws -> String {
        guarded.hand(over: course?.record())
        do {
            defer { course?.leaveToOthers() }
            return try guarded.awaitEnd(host, cancellation, log, tell: { tell($0) }, confirm: confirm)
        } catch let failure as RunFailure {
            if failure.outcome == .notConfirmed { course?.forgetChanges() }
            throw failure
        }
    }

    /// Whether a change's records become the host's cache: where they are not from there, and it is what the host boots from.
    func writesCache(of subject: Subject) -> Bool {
        if case .live = subject { return writesLiveCache }
        return options.reset != nil && !hasNetworkd
    }

    /// Names the links without a carrier over which no router can be heard.
    private func tellCarriers(
        _ requests: [Request], _ model: NetworkModel, _ host: Host, _ report: inout Report
    ) {
        let sentences: [String]
        do {
            sentences = try host.unheardAutoconfiguration(of: requests, in: model)
        } catch {
            // All is done by now: that this cannot be told is no failure of it.
            sentences = ["cannot look whether links have a carrier: \(error)"]
        }
        for sentence in sentences { log.warning("\(sentence)") }
        course?.warn(sentences)
        report.remarks += sentences
    }

    /// Looks at the host, and plans.
    ///
    /// - Throws: `PlanError` where there is one request and it cannot be done, and what keeps us from looking.
    func plan(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host
    ) throws -> JointPlan {
        var observed = try host.observe(
            ObservationScope(for: requests, in: model), expecting: model.fakeBridgeIDs(beside: requests.map(\.pif)))
        var facts = facts
        if observed.hasForkedDefaultRoute || observed.hasStrangers(above: requests, in: model, on: facts.datapath) {
            facts.formerDevices = formerDevices
        }
        try host.heedSignals()
        var joint = Planner.plan(requests, model: model, facts: facts, observed: observed)
        if try host.look(at: Stake(joint.plan), &observed) {
            joint = Planner.plan(requests, model: model, facts: facts, observed: observed)
        }
        if requests.count == 1, let refusal = joint.refusals.first { throw refusal }
        // What the reading of all records found concerns others as well.
        joint.plan.warnings = (facts.warnings + model.warnings).map(\.asRemark) + joint.plan.warnings
        return joint
    }
}
