internal import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// Writes the course of a run to the log: its plan, each action, the result.
struct RunLog {
    /// The log.
    let log: Logger

    /// Logs what the plan was made from, its warnings and its outages. Together with the lines of the actions this describes
    /// the whole run.
    func tell(_ plan: Plan) {
        for shortfall in plan.shortfalls { log.error("\(shortfall)") }
        for warning in plan.warnings { log.warning("\(warning)") }
        for notice in plan.notices { log.info("\(notice)") }
        guard !plan.steps.isEmpty else { return log.info("\(plan.nothingToDo)") }
        for loss in plan.lossLines { log.warning("\(loss)") }
        log.info(
            "\(plan.steps.count) step\(plan.steps.count == 1 ? "" : "s"); \(plan.outageLines().joined(separator: "; "))"
        )
        guard log.logLevel <= .debug else { return }
        for (name, link) in plan.start.links.sorted(by: { $0.key < $1.key }) {
            log.debug("found \(name): \(link.summary)")
        }
        for line in plan.text(undo: true).lines() { log.debug("plan: \(line)") }
    }

    /// Logs an action: what it replaced, why, and how long it took.
    func tell(_ event: RunEvent, of plan: Plan) {
        switch event {
        case .done(let done):
            let text = done.step.map(plan.description) ?? "\(done.action)"
            let (line, details) = logged(done.action, text)
            log.info("\(line) (\(done.duration.text))")
            for detail in details { log.info("  \(detail)") }
        case .putBack(let done): log.info("put back: \(done.action.headline) (\(done.duration.text))")
        case .warning(let failure): log.warning("\(sentence(failure)); continuing without it")
        case .failed(let failure): log.info("failed: \(sentence(failure)) (\(failure.duration.text))")
        case .notPutBack(let failure): log.error("could not be put back: \(sentence(failure))")
        // What is done is told when it is done, and of waits their notice tells.
        case .begins, .waiting, .waited: break
        }
    }

    /// Logs an action outside of a plan.
    func tell(_ event: RunEvent) { tell(event, of: Plan()) }

    /// Logs the addresses that a DHCP client received: no plan knows them.
    func tellLease(_ event: RunEvent, on host: Host) {
        guard case .done(let done) = event, case .startDHCP(let client, _) = done.action,
            let addresses = try? host.kernel.addresses(of: client.device)
        else { return }
        let texts = addresses.filter { $0.prefix.address.family == client.family }.map(\.prefix.description)
        log.info("\(client.device) received \(texts.joined(separator: ", "))")
    }

    private func sentence(_ failure: Report.Failure) -> String {
        (failure.action.map { "\($0.headline): " } ?? "") + failure.cause
    }

    /// An action's line with its rows and file lines; separate lines where that would be too long for syslog.
    private func logged(_ action: Action, _ text: String) -> (line: String, details: [String]) {
        let details = action.details.map(\.text)
        guard !details.isEmpty else { return (text, []) }
        let length = details.reduce(text.utf8.count) { $0 + 2 + $1.utf8.count }
        guard length <= Self.lineLimit else { return (text, details.map { $0.cut(at: Self.lineLimit) }) }
        return ("\(text): \(details.joined(separator: "; "))", [])
    }

    /// What every syslog accepts, in bytes. A row can be much longer: it names all networks of a card.
    private static var lineLimit: Int { 1000 }

    /// Puts the new cache in place; `nil` means that it is up to date.
    ///
    /// - Throws: ``RunFailure``, which says that the network itself stays as it is now.
    func commit(_ cache: consuming CacheLocation.Prepared?, at location: CacheLocation) throws {
        let isChanged = cache != nil
        do throws(CacheError) {
            try cache.take()?.commit()
        } catch {
            throw RunFailure(
                .incomplete,
                "the network was changed successfully, but the cache was not written: \("\(error)".printable)")
        }
        tellCache(isChanged: isChanged, at: location)
    }

    /// Whether the cache was written, or was so already.
    func tellCache(isChanged: Bool, at location: CacheLocation) {
        log.info(isChanged ? "wrote \(location.path)" : "nothing to do: \(location.path) is up to date")
    }
}
