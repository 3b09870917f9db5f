internal import NetConfigCore
internal import Logging

/// Several bridges in one run.
extension Reconfiguration {
    /// Does several requests as one: all or nothing, and fast. Where that fails the host is as before, and each is done by
    /// itself, all or nothing again: a broken one does not keep the others down.
    ///
    /// - Parameters:
    ///   - requests: What is wanted.
    ///   - model: The records.
    ///   - facts: What kind of host this is.
    ///   - host: Where it is done.
    ///   - unknown: A sentence for each bridge that is not in the records.
    /// - Returns: What was done.
    /// - Throws: `RunFailure` where not all was done; what was not is in its text.
    func executeTogether(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host, _ unknown: [String]
    ) throws -> Report {
        var failures = unknown
        var report = Report()
        var refusals: [PlanError] = []
        do {
            report = try execute(on: host) {
                let joint = try plan(requests, model, facts, host)
                refusals = joint.refusals
                return joint.plan
            }
            failures += told(refusals, model)
        } catch let failure as RunFailure where failure.isTakenBack && !failure.isInterrupted {
            let warning = "the combined change failed: \(failure); trying each bridge separately"
            log.warning("\(warning)")
            course?.warn([warning.printable])
            failures += try executeEach(requests, model, facts, host, &report)
        } catch let failure as RunFailure {
            failures += told(refusals, model)
            throw RunFailure(failure.outcome, failures + [failure.description], report: failure.report)
        }
        guard failures.isEmpty else {
            throw RunFailure(.incomplete, failures, report: report, cause: refusals.first { !$0.isSkip })
        }
        return report
    }

    /// What is to be said of requests that cannot be done: a failure of the run, or a warning where it is not missed.
    func told(_ refusals: [PlanError], _ model: NetworkModel) -> [String] {
        refusals.compactMap { refusal in
            let sentence = model.sentence(about: refusal.pif, "\(refusal)".printable)
            guard refusal.isSkip else { return sentence }
            log.warning("\(sentence)")
            course?.warn([sentence])
            return nil
        }
    }

    /// Does one request after the other, the most important first. What would take its cards from one before it is left out:
    /// a slave's bridge would take its bond apart.
    ///
    /// - Returns: A sentence for each that failed.
    /// - Throws: What stops them all.
    private func executeEach(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host, _ report: inout Report
    ) throws -> [String] {
        var failures: [String] = []
        var taken = TakenCards(model)
        for request in model.inOrderOfImportance(requests) {
            let pif = model.pifs[request.pif]
            if request.verb == .up, let refusal = pif.flatMap(taken.refusal) {
                failures += told([refusal], model)
                continue
            }
            do {
                report.append(try execute(on: host) { try plan([request], model, facts, host).plan })
                pif.map { taken.take($0) }
            } catch let error as PlanError {
                failures.append(model.sentence(about: request.pif, "\(error)".printable))
            } catch let failure as RunFailure where !failure.isInterrupted {
                failures.append(model.sentence(about: request.pif, "\(failure)"))
            } catch {
                // What was said of those before is not lost.
                let failures = failures + [model.sentence(about: request.pif, "\(error)")]
                throw RunFailure(.incomplete, failures.joined(separator: "\n"), report: report, cause: error)
            }
        }
        return failures
    }
}
