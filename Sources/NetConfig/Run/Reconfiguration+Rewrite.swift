package import NetConfigCore
package import NetConfigSystem
internal import Logging

/// `--force BRIDGE rewrite`: a new cache for a host that is to get back onto the network.
extension Reconfiguration {
    /// What ``rewrite(_:)`` would do.
    package func planRewrite(_ management: ManagementCache) throws -> Plan {
        let reason = "one management interface on \(management.bridge)"
        let warning = try missingCard(of: management)
        return Plan(
            steps: try cacheSteps(writing: management.model, because: reason), warnings: warning.map { [$0] } ?? [],
            outages: [])
    }

    /// The replacement of the cache as a plan shows it; none where it would stay the same.
    func cacheSteps(writing model: NetworkModel, because reason: String) throws -> [Step] {
        let text = try CacheWriter.text(of: model)
        let path = cacheLocation.path
        let old = try currentText(of: path)
        guard old != text else { return [] }
        let action = Action.replaceFile(path, before: old.map { FileContents($0) }, after: FileContents(text))
        return [
            Step(
                action, because: reason,
                undo: Undo.actions(takingBack: action, from: ObservedState(), to: ObservedState()))
        ]
    }

    /// Writes the cache; the old one, if it could be read, is kept beside it.
    package func rewrite(_ management: ManagementCache) throws {
        try recorded { try $0.rewriteCache(management) }
    }

    private func rewriteCache(_ management: ManagementCache) throws {
        try requireCache()
        let warning = try missingCard(of: management)
        course?.warn(warning.map { ["\($0)"] } ?? [])
        course?.begin(with: .records(management.model, of: Self.caller))
        let known = (try? datapath()) ?? NetworkBackend.standard
        let isChanged = try locked { _ in
            guard let prepared = try cacheLocation.prepare(management.model) else { return false }
            var replacement = FileReplacement(of: cacheLocation.path, with: prepared.bytes, on: paths, known)
            let start = ContinuousClock.now
            try prepared.commit()
            replacement.duration = .now - start
            course?.note(replacement)
            return true
        }
        if let warning { log.warning("\(warning)") }
        runLog.tellCache(isChanged: isChanged, at: cacheLocation)
    }

    /// What to say of a card that is not there yet; `nil` where it is. Cards may be renamed before the next boot; a caller who
    /// does not know the MAC address has the device say it then.
    ///
    /// - Throws: `RunFailure` where the device is no card.
    func missingCard(of management: ManagementCache) throws -> Warning? {
        let state = ObservedState(links: try RouteNetlink().links())
        if let refusal = state.refusal(ofCard: management.device, knownRecords) { throw RunFailure(.refused, refusal) }
        guard state.links[management.device] == nil else { return nil }
        let cards = state.cards.map(\.text)
        return Warning(
            "device \(management.device)",
            "is not present yet, and `up` will need it; cards present: \(cards.isEmpty ? "none" : cards.joined(separator: ", "))"
        )
    }

    /// The records so far: of the last cache that could be read where the present one was written by `rewrite` before.
    private var knownRecords: NetworkModel? {
        let models = [try? cacheLocation.load(), try? CacheReader.read(contentsOf: cacheLocation.lastGoodPath)]
        let known = models.compactMap(\.self)
        return known.first { !$0.bonds.isEmpty } ?? known.first
    }

    private func currentText(of path: String) throws -> String? {
        do throws(FileError) {
            return try InputFile(path, limit: CacheReader.maximumSize).text()
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }
}
