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
    /// - Returns: How many warnings there were.
    /// - Throws: `RunFailure` where not all was done; what was not is in its text.
    func executeTogether(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host, _ unknown: [String]
    ) throws -> Int {
        var failures = unknown
        var warnings = 0
        var refusals: [PlanError] = []
        do {
            warnings = try execute(on: host) {
                let (joint, _) = try plan(requests, model, facts, host)
                refusals = joint.refusals
                return joint.plan
            }
            failures += told(refusals, model)
        } catch let failure as RunFailure where failure.isTakenBack && !failure.isInterrupted {
            log.warning("not all can be done as one: \(failure); going on with each by itself")
            failures += try executeEach(requests, model, facts, host, &warnings)
        } catch let failure as RunFailure {
            failures += told(refusals, model)
            throw RunFailure(failure.kind, failures + [failure.description])
        }
        guard failures.isEmpty else { throw RunFailure(.incomplete, failures) }
        return warnings
    }

    /// What is to be said of requests that cannot be done: a failure of the run, or a warning where it is not missed.
    func told(_ refusals: [PlanError], _ model: NetworkModel) -> [String] {
        refusals.compactMap { refusal in
            let sentence = model.sentence(about: refusal.pif, "\(refusal)".printable)
            guard refusal.isSkip else { return sentence }
            log.warning("\(sentence)")
            return nil
        }
    }

    /// Does one request after the other, the most important first. What would take its cards from one before it is left out:
    /// a slave's bridge would take its bond apart.
    ///
    /// - Returns: A sentence for each that failed.
    /// - Throws: What stops them all.
    private func executeEach(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ host: Host, _ warnings: inout Int
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
                warnings += try execute(on: host) { try plan([request], model, facts, host).joint.plan }
                pif.map { taken.take($0) }
            } catch let error as PlanError {
                failures.append(model.sentence(about: request.pif, "\(error)".printable))
            } catch let failure as RunFailure where !failure.isInterrupted {
                failures.append(model.sentence(about: request.pif, "\(failure)"))
            } catch {
                // What was said of those before is not lost.
                throw RunFailure(.incomplete, failures + [model.sentence(about: request.pif, "\(error)")])
            }
        }
        return failures
    }
}
