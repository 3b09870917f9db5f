internal import NetConfigSystem
internal import NetConfigCore
internal import Logging

/// Network cards that are late: drivers and firmware may take longer than the services that a boot starts.
extension Reconfiguration {
    /// Does several requests as one, and those again whose cards are late when they have come, or have been waited for long
    /// enough. Whatever can be had at once is not kept waiting.
    ///
    /// - Parameters:
    ///   - requests: What is wanted.
    ///   - model: The records.
    ///   - facts: What kind of host this is.
    ///   - host: Where it is done.
    ///   - unknown: A sentence for each bridge that is not in the records.
    /// - Returns: What was done.
    /// - Throws: `RunFailure` where not all was done; what was not is in its text.
    func executeWithLateCards(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host, _ unknown: [String]
    ) throws -> Report {
        let cards = Dictionary(
            requests.map { ($0.pif, Set(model.pifs[$0.pif].map { model.uplinks(of: $0).map(\.device) } ?? [])) },
            uniquingKeysWith: { first, _ in first })
        let missing = try missing(Set(cards.values.joined()), on: host)
        guard !missing.isEmpty else { return try executeTogether(requests, model, facts, host, unknown) }
        func hasCard(_ request: Request) -> Bool { cards[request.pif]?.isSubset(of: missing) == false }
        func isLate(_ request: Request) -> Bool { cards[request.pif]?.isDisjoint(with: missing) == false }
        var failures = unknown
        var report = Report()
        func attempt(_ requests: [Request]) throws {
            guard !requests.isEmpty else { return }
            do {
                report.append(try executeTogether(requests, model, facts, host, []))
            } catch let failure as RunFailure where !failure.isInterrupted {
                failures.append(failure.description)
            } catch let error as PlanError {
                failures.append(model.sentence(about: error.pif, "\(error)".printable))
            }
        }
        try attempt(requests.filter(hasCard))
        let arrived = try awaitCards(missing, on: host)
        // A bond that is there without a card that did not come has nothing to do.
        try attempt(
            requests.filter { isLate($0) && (!hasCard($0) || cards[$0.pif]?.isDisjoint(with: arrived) == false) })
        guard failures.isEmpty else { throw RunFailure(.incomplete, failures, report: report) }
        return report
    }

    /// Waits until cards are there.
    ///
    /// - Returns: Those that have come.
    private func awaitCards(_ cards: Set<DeviceName>, on host: Host) throws -> Set<DeviceName> {
        let names = cards.sorted().map(\.text).joined(separator: ", ")
        let deadline = ContinuousClock.now + options.cardPatience
        return try waits.during(atMost: options.cardPatience, quiet: .zero) { waiting in
            var late = cards
            while !late.isEmpty, .now < deadline {
                try host.heedSignals()
                waiting("\(names) to appear")
                pause(.milliseconds(50))
                late = try missing(late, on: host)
            }
            return cards.subtracting(late)
        }
    }

    private func missing(_ cards: Set<DeviceName>, on host: Host) throws -> Set<DeviceName> {
        cards.subtracting(try host.kernel.links().keys)
    }
}
