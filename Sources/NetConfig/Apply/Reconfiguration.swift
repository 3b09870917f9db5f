public import Logging
internal import SystemPackage

/// One run of the program: from a request, through observation and plan, to the changed host.
public struct Reconfiguration {
    private let paths: HostPaths
    let cacheFile: String?
    private let datapathType: DatapathType
    private let root: RootPrefix
    private let isManagement: Bool
    let log: Logger

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - paths: Where things are on the host.
    ///   - cacheFile: The cache to read or write; `nil` for its usual places.
    ///   - datapathType: Where Open vSwitch forwards.
    ///   - isManagement: Whether the PIF asked for is to be the management interface, whatever its record says.
    ///   - log: Where to say what is done.
    public init(
        paths: HostPaths, cacheFile: String? = nil, datapathType: DatapathType = .system, isManagement: Bool = false,
        log: Logger
    ) {
        self.paths = paths
        self.cacheFile = cacheFile
        self.datapathType = datapathType
        root = paths.root
        self.isManagement = isManagement
        self.log = log
    }

    /// What a run would do: nothing is touched, and no lock is taken.
    public func plan(_ verb: Request.Verb, bridge: String) throws -> Plan {
        let facts = try hostFacts()
        let (model, request) = try readCache(verb, bridge)
        let host = try Host(paths: paths, datapath: facts.datapath)
        return try plan(request, model, facts, host)
    }

    /// Does what a request asks for, all or nothing.
    ///
    /// - Throws: Whatever stopped the run. Nothing is changed then, unless the error says so.
    public func run(_ verb: Request.Verb, bridge: String) throws {
        let start = ContinuousClock.now
        let signals = InterruptSignals()
        let facts = try hostFacts()
        try locked({ signals.next() }) {
            let (model, request) = try readCache(verb, bridge)
            var host = try Host(paths: paths, datapath: facts.datapath) { signals.next() }
            // Somebody else may change Open vSwitch's rows between our look and our change; then we look again.
            for attempt in 1...Self.attempts {
                let plan = try plan(request, model, facts, host)
                if attempt == 1 { tell(plan) }
                let report = Executor.run(plan, with: &host, interrupted: { signals.next() }, log: tell)
                guard let failure = report.failure(describe: \.description) else { break }
                let mayRetry = host.wasOvertaken && report.notPutBack.isEmpty && attempt < Self.attempts
                guard mayRetry else { throw RunFailure(description: failure) }
                log.info("planning again: \(failure)")
            }
        }
        log.info("\(verb) \(bridge) done in \(text(.now - start))")
    }

    /// How often a plan is made anew because somebody else changed what it was made from.
    private static var attempts: Int { 5 }

    private func plan(_ request: Request, _ model: NetworkModel, _ facts: HostFacts, _ host: Host) throws -> Plan {
        let observed = try host.observe(ObservationScope(for: request, in: model))
        var plan = try Planner.plan(request, model: model, facts: facts, observed: observed)
        plan.warnings = model.warnings + plan.warnings
        return plan
    }

    /// Reads what the host is from its files.
    private func hostFacts() throws -> HostFacts {
        HostFacts(
            datapath: try NetworkBackend.datapath(contentsOf: paths.path(NetworkBackend.standardPath)),
            datapathType: datapathType,
            isFirstBoot: !ConfigurationFiles(below: root).existing(among: [Self.firstBootFile]).isEmpty,
            bootMAC: try Ardence.macAddress(contentsOf: paths.path(Ardence.standardPath)))
    }

    /// There while the first boot after installation is under way.
    private static var firstBootFile: String { "/etc/firstboot.d/data/firstboot_in_progress" }

    private func readCache(_ verb: Request.Verb, _ bridge: String) throws -> (NetworkModel, Request) {
        let model = try cacheLocation.loadOrLastGood()
        let pif = try model.pif(named: bridge)
        return (model, Request(verb, pif.ref, isManagement: isManagement))
    }

    var cacheLocation: CacheLocation {
        cacheFile.map { CacheLocation(path: $0) } ?? CacheLocation(root: root.folder.string)
    }

    /// Does some work while no other run does any.
    func locked<Result>(_ interrupted: () -> Interruption?, _ work: () throws -> Result) throws -> Result {
        let lock = try HostLock(below: root, arguments: CommandLine.arguments, interrupted: interrupted) { holder in
            log.info("waiting for \(holder.map(String.init(describing:)) ?? "another run") to finish")
        }
        return try withExtendedLifetime(lock, work)
    }
}
