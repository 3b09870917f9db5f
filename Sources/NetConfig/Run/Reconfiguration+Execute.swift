internal import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// How a plan is carried out, and what every run needs for that.
extension Reconfiguration {
    /// Carries out a plan. Another program may change Open vSwitch's rows between our look and our change; then it is
    /// made anew.
    ///
    /// - Parameters:
    ///   - host: Where it is carried out.
    ///   - isGuarded: Whether the caller takes back what a run that fails keeps.
    ///   - begin: Called with a plan before it is carried out.
    ///   - planner: Looks at the host, and makes the plan.
    /// - Returns: What was done.
    /// - Throws: ``RunFailure`` where not all that is essential was done, and what keeps the plan from being made.
    @discardableResult
    func execute(
        on host: Host, isGuarded: Bool = false, begin: (Plan) throws -> Void = { _ in }, _ planner: () throws -> Plan
    ) throws -> Report {
        var done = Report()
        // What a lease brings is planned for when it is there.
        var afterLease: Plan?
        for attempt in 1...Self.attempts {
            var plan = try afterLease ?? planner()
            plan.isStrict = options.isStrict
            // XAPI is asked only where the operator reads along: a run waits for nothing that it can do without.
            if attempt == 1, log.logLevel <= .debug { nameGuests(of: &plan) }
            if attempt == 1 || afterLease != nil { runLog.tell(plan) }
            if options.isStrict, afterLease == nil, let refusal = plan.strictRefusal {
                throw RunFailure(.refused, refusal)
            }
            try begin(plan)
            try host.heedSignals()
            var applier = host
            course?.begin(plan)
            var report = Executor.run(plan, with: &applier, interrupted: host.interrupted) { event in
                tell(event, of: plan)
                runLog.tellLease(event, on: host)
            }
            let next = verify(plan, on: host, isGuarded, &report, planner)
            course?.note(report)
            let shortfalls = plan.shortfalls.map { "\($0)".printable }
            let failures = shortfalls + [report.failure].compactMap(\.self)
            let before = done
            done.append(report)
            guard !failures.isEmpty else {
                if afterLease == nil { done.remarks += plan.warnings.map(\.description) + plan.lossLines }
                // Its router may be one that the client could not set.
                guard report.startedClient, !isGuarded else { return done }
                if let obstacle = report.verification?.obstacle {
                    throw RunFailure(
                        .incomplete, "everything is done but the routes that the DHCP lease brings: \(obstacle)",
                        report: done, cause: obstacle)
                }
                guard let next, !next.steps.isEmpty else { return done }
                afterLease = next
                continue
            }
            let failure = failures.joined(separator: "\n")
            let cause = report.fatal == nil && report.kept.isEmpty ? plan.shortfalls.first : nil
            let isPutBack = report.fatal != nil && report.notPutBack.isEmpty
            var end = RunFailure(isPutBack ? .putBack : .incomplete, failure, report: done, cause: cause)
            if report.fatal == nil, !isGuarded { end.note(Self.advice) }
            // One that came while this attempt was taken back.
            if !end.isInterrupted, let interruption = host.interrupted() { end.note(interruption) }
            guard report.mayBePlannedAgain, !end.isInterrupted, attempt < Self.attempts else { throw end }
            log.info("planning again: \(failure)")
            done = before
            done.append(report.asEarlierAttempt)
        }
        return done
    }

    /// What to do where a run fails and keeps what it did.
    private static var advice: String { "everything else was done and is kept; run this again when the cause is fixed" }

    /// How often a plan is made anew because another program changed what it was made from.
    private static var attempts: Int { 5 }

    /// Tells the log and the caller what happens.
    func tell(_ event: RunEvent, of plan: Plan = Plan()) {
        runLog.tell(event, of: plan)
        course?.note(event)
        events(event)
    }

    var runLog: RunLog { RunLog(log: log) }

    /// Opens the connections to the host.
    func host(_ datapath: Datapath) throws -> Host {
        try Host(paths: paths, datapath: datapath, waits: waits) { [cancellation] in cancellation.interruption }
    }

    /// Ends a run that was asked to stop before it does more.
    func heedCancellation() throws { if let interruption = cancellation.interruption { throw interruption } }
}
