public import NetConfigCore
public import NetConfigSystem
internal import SystemPackage
internal import Logging

/// Where a run's records come from.
extension Reconfiguration {
    /// Reads this host's records.
    ///
    /// - Parameter access: How to come to XAPI's live data; `nil` for the cache, or its last good copy.
    /// - Returns: The records that can be used.
    /// - Throws: What keeps them from being read.
    public func records(from access: XAPIAccess? = nil) throws(RunFailure) -> NetworkModel {
        try RunFailure.orNothing { try access.map { try readLive($0) } ?? recordsFile.model() }
    }

    /// Reads the records and finds what is asked for in them.
    ///
    /// - Returns: The records, the requests, and a sentence for each of several bridges that is unknown.
    /// - Throws: What keeps the records from being read; `UnknownPIF` or `UnknownBridge` where nothing else is asked for.
    func read(_ verb: Verb, _ subject: Subject) throws -> (NetworkModel, [Request], unknown: [String]) {
        var model: NetworkModel
        var found = Found()
        switch subject {
        case .bridges([]), .records(_, []): throw RunFailure(.refused, "nothing was changed: no network is named")
        case .bridges(let bridges):
            let file = recordsFile
            let seen = FileIdentity(file.path, limit: CacheReader.maximumSize)
            model = try file.model(for: bridges)
            let isCopy = file.kind == .cache && model.warnings.contains(where: \.isAboutSource)
            course?.begin(
                with: .file(
                    isCopy ? FileIdentity(cacheLocation.lastGoodPath, limit: CacheReader.maximumSize) : seen))
            log.info("read \(model.pifs.count) PIFs from \(file.path)")
            found = try find(bridges, verb, in: &model)
        case .records(let records, let bridges):
            model = records
            course?.begin(with: .records(records, of: Self.caller))
            found = try find(bridges, verb, in: &model)
        case .live(let name, let access):
            model = try readLive(access, asking: name)
            course?.begin(with: .records(model, of: "XAPI"))
            let pif = try model.pif(named: name)
            found = Found(pifs: [pif], management: pif)
        }
        let management = options.isManagement ? found.management?.ref : nil
        for pif in found.pifs {
            let device = model.ipDevice(of: pif).map { " (\($0))" } ?? ""
            log.info("\(verb) \(pif)\(device)\(pif.ref == management ? ", as the management interface" : "")")
        }
        let requests = found.pifs.map {
            Request(
                verb, $0.ref, isManagement: $0.ref == management, takesCards: options.takesCards, reset: options.reset)
        }
        return (model, requests, found.unknown)
    }

    /// What of the names that are asked for is in the records.
    private struct Found {
        var pifs: [PIF] = []
        /// The PIF that is to be the management interface where one is to be.
        var management: PIF?
        /// A sentence for each name that is in no record.
        var unknown: [String] = []
    }

    /// Finds bridges in the records; for `down` those of earlier records are added.
    private func find(_ bridges: [String], _ verb: Verb, in model: inout NetworkModel) throws -> Found {
        let foreign = verb == .down ? try addFormer(bridges, to: &model) : []
        let names = verb == .up && options.isManagement ? model.managing(bridges) : bridges
        // A name that is said twice means the same as once.
        var seen: Set<String> = []
        let results = model.pifs(named: names.filter { seen.insert($0).inserted })
        var found = Found(management: try? results.first?.get())
        for result in results {
            do throws(UnknownBridge) {
                found.pifs.append(try result.get())
            } catch {
                var error = error
                error.isForeign = foreign.contains(error.name)
                guard bridges.count > 1 else { throw error }
                found.unknown.append("\(error)")
            }
        }
        return found
    }

    /// What is called the source of records that are in no file.
    static var caller: String { "the caller" }

    /// Where records are read from where XAPI is not asked.
    var recordsFile: RecordsFile { RecordsFile(given: cacheFile, on: paths) }

    /// Makes sure that what the caller names as a cache to be written is none of the files that others write.
    ///
    /// - Throws: ``RunFailure``.
    func requireCache() throws(RunFailure) {
        guard cacheFile != nil, recordsFile.kind != .cache else { return }
        throw RunFailure(
            .refused, "\(recordsFile.path) is not a cache and is never written here: nothing was changed")
    }

    /// Where the cache is written.
    var cacheLocation: CacheLocation {
        cacheFile.map { CacheLocation(path: $0) } ?? CacheLocation(root: root.directory.string)
    }
}
