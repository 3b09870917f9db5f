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
    ///   - plan: Makes the plan.
    /// - Returns: What was done.
    /// - Throws: ``RunFailure`` where not all that is essential was done, and what keeps the plan from being made.
    @discardableResult
    func execute(on host: Host, isGuarded: Bool = false, _ plan: () throws -> Plan) throws -> Report {
        var done = Report()
        // Whether all is done but for what a lease brings.
        var isLeased = false
        for attempt in 1...Self.attempts {
            var plan = try isLeased ? planningAfterLease(plan, done) : plan()
            if isLeased, plan.steps.isEmpty { return done }
            plan.isStrict = options.isStrict
            if attempt == 1 || isLeased { runLog.tell(plan) }
            if options.isStrict, !isLeased, let refusal = plan.strictRefusal { throw RunFailure(.refused, refusal) }
            try host.heedSignals()
            var applier = host
            let report = Executor.run(plan, with: &applier, interrupted: host.interrupted) { event in
                tell(event, of: plan)
                runLog.tellLease(event, on: host)
            }
            let shortfalls = plan.shortfalls.map { "\($0)".printable }
            let failures = shortfalls + [report.failure].compactMap(\.self)
            let before = done
            done.append(report)
            guard !failures.isEmpty else {
                if isLeased { return done }
                done.remarks += plan.warnings.map(\.description) + plan.lossLines
                // What a lease brings is known only now: its router may be one that the client could not set.
                guard report.startedClient, !isGuarded else { return done }
                isLeased = true
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

    /// Plans once more when all is done but for what a lease brings: what keeps us from that takes nothing back.
    private func planningAfterLease(_ plan: () throws -> Plan, _ done: Report) throws -> Plan {
        do {
            return try plan()
        } catch {
            throw RunFailure(
                .incomplete, "everything is done but the routes that the DHCP lease brings: \(error)", report: done,
                cause: error)
        }
    }

    /// What to do where a run fails and keeps what it did.
    private static var advice: String { "everything else was done and is kept; run this again when the cause is fixed" }

    /// How often a plan is made anew because another program changed what it was made from.
    private static var attempts: Int { 5 }

    /// Tells the log and the caller what happens.
    func tell(_ event: RunEvent, of plan: Plan = Plan()) {
        runLog.tell(event, of: plan)
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
