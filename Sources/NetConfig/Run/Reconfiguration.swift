public import NetConfigCore
public import NetConfigSystem
public import Logging
internal import SystemPackage

/// One run of the program: from a request, through observation and plan, to the changed host.
public struct Reconfiguration {
    let paths: HostPaths
    let cacheFile: String?
    let datapathType: DatapathType
    let root: RootPrefix
    private let isManagement: Bool
    private let isStrict: Bool
    let cardPatience: Duration
    private let takesCards: Bool
    let command: String
    let log: Logger
    let waits: WaitNotice

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - paths: Where things are on the host.
    ///   - cacheFile: The cache to read or write; `nil` for its usual places.
    ///   - datapathType: Where Open vSwitch forwards.
    ///   - isManagement: Whether the PIF asked for, of several the first, is to be the management interface, whatever its
    ///     record says.
    ///   - isStrict: Whether a plan that costs something for good, or cannot bring about all that is asked for, is refused, and
    ///     a step that may fail may not.
    ///   - takesCards: Whether a card is taken from a bridge or bond that no record describes.
    ///   - cardPatience: How long bridges of the cache wait for network cards that are not there yet.
    ///   - command: What this run tells others that have to wait for it, and later runs about a change that waits to be
    ///     confirmed; it holds no secret.
    ///   - log: Where to say what is done.
    ///   - terminal: Told each second what is waited for, and `nil` when that is over; `nil` without a terminal.
    public init(
        paths: HostPaths, cacheFile: String? = nil, datapathType: DatapathType = .system, isManagement: Bool = false,
        isStrict: Bool = false, takesCards: Bool = false, cardPatience: Duration = .zero,
        command: String, log: Logger,
        terminal: ((String?) -> Void)? = nil
    ) {
        self.paths = paths
        self.cacheFile = cacheFile
        self.datapathType = datapathType
        root = paths.root
        self.isManagement = isManagement
        self.isStrict = isStrict
        self.cardPatience = cardPatience
        self.takesCards = takesCards
        self.command = command
        self.log = log
        waits = WaitNotice(log: { log.info("\($0)") }, terminal: terminal)
    }

    /// What a run would do: nothing is touched, and no lock is taken.
    ///
    /// - Returns: The plan, and what to say of those of several requests that cannot be done.
    public func plan(_ verb: Request.Verb, _ subject: Subject) throws -> (plan: Plan, failure: RunFailure?) {
        let facts = try hostFacts(for: subject)
        let (model, requests, unknown) = try read(verb, subject) { nil }
        let host = try Host(paths: paths, datapath: facts.datapath)
        host.loadsDrivers = false
        var (joint, _) = try plan(requests, model, facts, host)
        if case .live = subject { joint.plan.steps += try cacheSteps(writing: model, because: "live data") }
        var failures = unknown + told(joint.refusals, model)
        joint.plan.isStrict = isStrict
        let refusal = isStrict ? joint.plan.strictRefusal : nil
        failures += refusal.map { [$0] } ?? joint.plan.shortfalls.map { "\($0)".printable }
        return (joint.plan, failures.isEmpty ? nil : RunFailure(.refused, failures))
    }

    /// Does what a request asks for, all or nothing. From live data the cache is written as well. Several bridges are done
    /// as one; where that fails each is done by itself, all or nothing.
    ///
    /// - Parameters:
    ///   - verb: What is wanted.
    ///   - subject: What it is wanted for.
    ///   - conditions: On what the change of one PIF is kept; `nil` keeps it.
    ///   - attended: Called about twenty times a second while the change waits to be confirmed, with the seconds left; `true`
    ///     confirms it.
    /// - Throws: Whatever stopped the run. Nothing is changed then, unless the error says so.
    public func run(
        _ verb: Request.Verb, _ subject: Subject, keptIf conditions: KeepingConditions? = nil,
        attended: (Int) -> Bool = { _ in false }
    ) throws {
        let start = ContinuousClock.now
        let signals = InterruptSignals()
        let facts = try hostFacts(for: subject)
        var warnings = 0
        try locked({ signals.interruption }) { lock in
            let (model, requests, unknown) = try read(verb, subject) { signals.interruption }
            let host = try Host(paths: paths, datapath: facts.datapath, waits: waits) { signals.interruption }
            var cache: CacheLocation.Prepared?
            if case .live = subject { cache = try cacheLocation.prepare(model) }
            let awaitsCards = verb == .up && cardPatience > .zero
            guard requests.count == 1, let request = requests.first, unknown.isEmpty, !awaitsCards else {
                let execute = awaitsCards ? executeWithLateCards : executeTogether
                warnings = try execute(requests, model, facts, host, unknown)
                return warnings += try tellCarriers(requests, model, host)
            }
            let guarded = try conditions.map { conditions in
                let checkpoint = try checkpoint(of: request, in: model, facts, subject, conditions)
                return try GuardedChange(checkpoint, conditions: conditions, lock: lock)
            }
            do {
                warnings = try execute(on: host, isGuarded: guarded != nil) {
                    let (joint, observed) = try plan(requests, model, facts, host)
                    try guarded?.cover(joint.plan, from: observed)
                    return joint.plan
                }
            } catch {
                throw guarded?.abandon(host, because: error) { runLog.tell($0) } ?? error
            }
            if let guarded, guarded.isGuarded { return try guarded.awaitEnd(host, signals, runLog, attended: attended) }
            if guarded != nil { log.info("there is nothing to put back, and so nothing to wait for") }
            if case .live = subject { try runLog.commit(cache.take(), at: cacheLocation) }
            warnings += try tellCarriers(requests, model, host)
        }
        let count = warnings == 0 ? "" : " with \(warnings) warning\(warnings == 1 ? "" : "s")"
        log.log(
            level: warnings == 0 ? .info : .notice, "\(verb) \(subject) done in \((.now - start).text)\(count)")
    }

    /// Carries out a plan. Another program may change Open vSwitch's rows between our look and our change; then it is
    /// made anew.
    ///
    /// - Parameters:
    ///   - host: Where it is carried out.
    ///   - isGuarded: Whether the caller takes back what a run that fails keeps.
    ///   - plan: Makes the plan.
    /// - Returns: How many warnings there were.
    /// - Throws: ``RunFailure`` where not all that is essential was done, and what keeps the plan from being made.
    @discardableResult
    func execute(on host: Host, isGuarded: Bool = false, _ plan: () throws -> Plan) throws -> Int {
        // The warnings of the run, once it is done but for what a lease brings.
        var counted: Int?
        for attempt in 1...Self.attempts {
            var plan = try plan()
            if let counted, plan.steps.isEmpty { return counted }
            plan.isStrict = isStrict
            if attempt == 1 || counted != nil { runLog.tell(plan) }
            if isStrict, counted == nil, let refusal = plan.strictRefusal { throw RunFailure(.refused, refusal) }
            try host.heedSignals()
            var applier = host
            let report = Executor.run(plan, with: &applier, interrupted: host.interrupted) { event in
                runLog.tell(event, of: plan)
                runLog.tellLease(event, on: host)
            }
            let shortfalls = plan.shortfalls.map { "\($0)".printable }
            let failures = (shortfalls + [report.failure(describe: \.description)].compactMap(\.self))
            guard !failures.isEmpty else {
                if let counted { return counted + report.warnings.count }
                let count = plan.warnings.count + plan.lossLines.count + report.warnings.count
                // What a lease brings is known only now: its router may be one that the client could not set.
                guard report.startedClient, !isGuarded else { return count }
                counted = count
                continue
            }
            let failure = failures.joined(separator: "\n")
            var end = RunFailure(report.fatal == nil ? .incomplete : .putBack, failure, report: report)
            if report.fatal == nil, !isGuarded { end.note(Self.advice) }
            // One that came while this attempt was taken back.
            if !end.isInterrupted, let interruption = host.interrupted() { end.note(interruption) }
            guard report.mayBePlannedAgain, !end.isInterrupted, attempt < Self.attempts else { throw end }
            log.info("planning again: \(failure)")
        }
        return counted ?? 0
    }

    /// What to do where a run fails and keeps what it did.
    private static var advice: String { "all else was done and stays; run this again when the cause is mended" }

    /// Names the links without a carrier over which no router can be heard.
    ///
    /// - Returns: How many warnings that is.
    private func tellCarriers(_ requests: [Request], _ model: NetworkModel, _ host: Host) throws -> Int {
        let sentences = try host.unheardAutoconfiguration(of: requests, in: model)
        for sentence in sentences { log.warning("\(sentence)") }
        return sentences.count
    }

    /// How often a plan is made anew because another program changed what it was made from.
    private static var attempts: Int { 5 }

    /// Looks at the host, and plans.
    ///
    /// - Throws: `PlanError` where there is one request and it cannot be done, and what keeps us from looking.
    func plan(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host
    ) throws -> (joint: JointPlan, observed: ObservedState) {
        var observed = try host.observe(ObservationScope(for: requests, in: model))
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
        return (joint, observed)
    }

    /// Reads the records and finds what is asked for in them.
    ///
    /// - Returns: The records, the requests, and a sentence for each of several bridges that is unknown.
    /// - Throws: What keeps the records from being read; `UnknownPIF` or `UnknownBridge` where nothing else is asked for.
    private func read(
        _ verb: Request.Verb, _ subject: Subject, _ interrupted: @escaping () -> Interruption?
    ) throws -> (NetworkModel, [Request], unknown: [String]) {
        var model: NetworkModel
        var pifs: [PIF] = []
        var unknown: [String] = []
        var managementPIF: PIF?
        switch subject {
        case .bridges(let bridges):
            model = try cacheLocation.loadOrLastGood(for: bridges)
            log.info("read \(model.pifs.count) PIFs from \(cacheLocation.path)")
            let foreign = verb == .down ? try addFormer(bridges, to: &model, interrupted) : []
            let names = verb == .up && isManagement ? model.managing(bridges) : bridges
            // A name that is said twice means the same as once.
            var seen: Set<String> = []
            let found = model.pifs(named: names.filter { seen.insert($0).inserted })
            for result in found {
                do throws(UnknownBridge) {
                    pifs.append(try result.get())
                } catch {
                    var error = error
                    error.isForeign = foreign.contains(error.name)
                    guard bridges.count > 1 else { throw error }
                    unknown.append("\(error)")
                }
            }
            managementPIF = try? found.first?.get()
        case .live(let name, let access):
            model = try readLive(access, asking: name, interrupted)
            pifs = [try model.pif(named: name)]
            managementPIF = pifs.first
        }
        let management = isManagement ? managementPIF?.ref : nil
        for pif in pifs {
            let device = model.ipDevice(of: pif).map { " (\($0))" } ?? ""
            log.info("\(verb) \(pif)\(device)\(pif.ref == management ? ", as the management interface" : "")")
        }
        let requests = pifs.map {
            Request(verb, $0.ref, isManagement: $0.ref == management, takesCards: takesCards)
        }
        return (model, requests, unknown)
    }

    var runLog: RunLog { RunLog(log: log) }

    var cacheLocation: CacheLocation {
        cacheFile.map { CacheLocation(path: $0) } ?? CacheLocation(root: root.directory.string)
    }

    /// Does some work while no other run does any.
    func locked<Result>(
        _ interrupted: () -> Interruption?, _ work: (borrowing HostLock) throws -> Result
    ) throws -> Result {
        let lock = try waits.during(atMost: .seconds(HostLock.patience), quiet: .zero) { waiting in
            var holder: String?
            func interruptedWhileWaiting() -> Interruption? {
                if let holder { waiting("\(holder) to finish") }
                return interrupted()
            }
            return try HostLock(below: root, command: command, interrupted: interruptedWhileWaiting) {
                holder = $0.map(String.init(describing:)) ?? "another run"
            }
        }
        // While it waited, or since: what was asked to stop does not begin.
        if let interruption = interrupted() { throw interruption }
        forgetAbandoned(try CheckpointFile(below: root))
        return try work(lock)
    }
}
