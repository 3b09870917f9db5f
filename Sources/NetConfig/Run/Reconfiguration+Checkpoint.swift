internal import NetConfigCore
internal import NetConfigSystem
internal import Glibc

extension Reconfiguration {
    /// What the guard of a change must know, but for the way back.
    ///
    /// - Throws: ``RunFailure`` where there is no gateway to be asked.
    func checkpoint(
        of request: Request, in model: NetworkModel, _ facts: HostFacts, _ subject: Subject,
        _ conditions: KeepingConditions
    ) throws -> Checkpoint {
        var checkpoint = Checkpoint(
            command: command, program: getpid(), confirmation: conditions.confirmation?.wholeSeconds,
            paths: paths, datapath: facts.datapath, scope: ObservationScope(for: request, in: model),
            way: Rollback(before: ObservedState(), actions: []))
        if let seconds = conditions.gateway?.wholeSeconds, let pif = model.pifs[request.pif] {
            checkpoint.gateway = model.ipDevice(of: pif).flatMap { GatewayCheck(of: pif, on: $0, seconds: seconds) }
            guard checkpoint.gateway != nil else {
                throw RunFailure(.refused, "\(pif) has no gateway that could be asked whether it is there")
            }
        }
        if writesCache(of: subject) {
            checkpoint.cache = Checkpoint.Cache(path: cacheLocation.path, text: try CacheWriter.text(of: model))
        }
        return checkpoint
    }
}
