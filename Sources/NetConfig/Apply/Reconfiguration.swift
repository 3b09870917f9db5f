public import Logging
internal import SystemPackage

/// One run of the program: from a request, through observation and plan, to the changed host.
public struct Reconfiguration {
    let paths: HostPaths
    let cacheFile: String?
    private let datapathType: DatapathType
    let root: RootPrefix
    private let isManagement: Bool
    let commandLine: [String]
    let log: Logger

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - paths: Where things are on the host.
    ///   - cacheFile: The cache to read or write; `nil` for its usual places.
    ///   - datapathType: Where Open vSwitch forwards.
    ///   - isManagement: Whether the PIF asked for is to be the management interface, whatever its record says.
    ///   - commandLine: What this run tells others that have to wait for it.
    ///   - log: Where to say what is done.
    public init(
        paths: HostPaths, cacheFile: String? = nil, datapathType: DatapathType = .system, isManagement: Bool = false,
        commandLine: [String] = CommandLine.arguments, log: Logger
    ) {
        self.paths = paths
        self.cacheFile = cacheFile
        self.datapathType = datapathType
        root = paths.root
        self.isManagement = isManagement
        self.commandLine = commandLine
        self.log = log
    }

    /// What a run would do: nothing is touched, and no lock is taken.
    public func plan(_ verb: Request.Verb, _ subject: Subject) throws -> Plan {
        let facts = try hostFacts(for: subject)
        let (model, request) = try read(verb, subject) { nil }
        let host = try Host(paths: paths, datapath: facts.datapath)
        var plan = try plan(request, model, facts, host).plan
        if case .live = subject { plan.steps += try cacheSteps(writing: model, because: "live data") }
        return plan
    }

    /// Does what a request asks for, all or nothing. From live data the cache is written as well.
    ///
    /// - Parameters:
    ///   - verb: What is wanted.
    ///   - subject: What it is wanted for.
    ///   - conditions: On what the change is kept; `nil` keeps it.
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
        try locked({ signals.next() }) { lock in
            let (model, request) = try read(verb, subject) { signals.next() }
            let host = try Host(paths: paths, datapath: facts.datapath) { signals.next() }
            var cache: CacheLocation.Prepared?
            if case .live = subject { cache = try cacheLocation.prepare(model) }
            let guarded = try conditions.map { conditions in
                let checkpoint = try checkpoint(of: request, in: model, facts, subject, conditions)
                return try GuardedChange(checkpoint, conditions: conditions, lock: lock)
            }
            do {
                try execute(on: host) {
                    let (plan, observed) = try plan(request, model, facts, host)
                    try guarded?.cover(plan, from: observed)
                    return plan
                }
            } catch {
                throw guarded?.abandon(host, because: error, log: tell) ?? error
            }
            if let guarded, guarded.isGuarded { return try guarded.awaitEnd(host, signals, self, attended: attended) }
            if guarded != nil { log.info("there is nothing to put back, and so nothing to wait for") }
            if case .live = subject { try commit(cache.take()) }
        }
        log.info("\(verb) \(subject) done in \(text(.now - start))")
    }

    /// Carries out a plan. Somebody else may change Open vSwitch's rows between our look and our change; then it is made
    /// anew.
    func execute(on host: Host, _ plan: () throws -> Plan) throws {
        for attempt in 1...Self.attempts {
            let plan = try plan()
            if attempt == 1 { tell(plan) }
            var applier = host
            let report = Executor.run(plan, with: &applier, interrupted: host.interrupted, log: tell)
            guard let failure = report.failure(describe: \.description) else { break }
            let mayRetry = host.wasOvertaken && report.notPutBack.isEmpty && attempt < Self.attempts
            guard mayRetry else { throw RunFailure(description: failure, action: report.fatal?.action) }
            log.info("planning again: \(failure)")
        }
    }

    /// How often a plan is made anew because somebody else changed what it was made from.
    private static var attempts: Int { 5 }

    private func plan(
        _ request: Request, _ model: NetworkModel, _ facts: HostFacts, _ host: Host
    ) throws -> (plan: Plan, observed: ObservedState) {
        let observed = try host.observe(ObservationScope(for: request, in: model))
        var plan = try Planner.plan(request, model: model, facts: facts, observed: observed)
        plan.warnings = model.warnings + plan.warnings
        return (plan, observed)
    }

    /// Reads what the host is from its files.
    private func hostFacts(for subject: Subject) throws -> HostFacts {
        var facts = HostFacts(
            datapath: try datapath(), datapathType: datapathType,
            isFirstBoot: !ConfigurationFiles(below: root).existing(among: [Self.firstBootFile]).isEmpty,
            bootMAC: try Ardence.macAddress(contentsOf: paths.path(Ardence.standardPath)))
        if case .live = subject { facts.attachment = .xapi }
        return facts
    }

    /// What switches the host's frames.
    func datapath() throws -> Datapath {
        try NetworkBackend.datapath(contentsOf: paths.path(NetworkBackend.standardPath))
    }

    /// There while the first boot after installation is under way.
    private static var firstBootFile: String { "/etc/firstboot.d/data/firstboot_in_progress" }

    private func read(
        _ verb: Request.Verb, _ subject: Subject, _ interrupted: @escaping () -> Interruption?
    ) throws -> (NetworkModel, Request) {
        let model: NetworkModel
        let pif: PIF
        switch subject {
        case .bridge(let bridge):
            model = try cacheLocation.loadOrLastGood()
            pif = try model.pif(named: bridge)
        case .live(let name, let access):
            model = try readLive(access, interrupted)
            pif = try model.pif(named: name)
        }
        return (model, Request(verb, pif.ref, isManagement: isManagement))
    }

    var cacheLocation: CacheLocation {
        cacheFile.map { CacheLocation(path: $0) } ?? CacheLocation(root: root.folder.string)
    }

    /// Does some work while no other run does any.
    func locked<Result>(
        _ interrupted: () -> Interruption?, _ work: (borrowing HostLock) throws -> Result
    ) throws -> Result {
        let lock = try HostLock(below: root, arguments: commandLine, interrupted: interrupted) { holder in
            log.info("waiting for \(holder.map(String.init(describing:)) ?? "another run") to finish")
        }
        forgetAbandoned(try CheckpointFile(below: root))
        return try work(lock)
    }
}
