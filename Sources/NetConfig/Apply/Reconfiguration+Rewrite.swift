internal import Logging

/// `--force BRIDGE rewrite`: a new cache for a host that is to get back onto the network.
extension Reconfiguration {
    /// What ``rewrite(_:)`` would do.
    public func planRewrite(_ management: ManagementCache) throws -> Plan {
        let reason = "one management interface on \(management.bridge)"
        return Plan(steps: try cacheSteps(writing: complete(management).model, because: reason), outages: [])
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
    public func rewrite(_ management: ManagementCache) throws {
        let signals = InterruptSignals()
        let location = cacheLocation
        let isChanged = try locked({ signals.interruption }) { _ in try location.save(complete(management).model) }
        log.info("\(isChanged ? "wrote" : "nothing to do: already written") \(location.path)")
    }

    /// A MAC address that the caller did not know is the device's own.
    private func complete(_ management: ManagementCache) throws -> ManagementCache {
        guard management.mac == nil else { return management }
        var management = management
        let links = try RouteNetlink().links()
        guard let link = links[management.device] else {
            throw UnknownDevice(name: management.device, known: ObservedState(links: links).cards)
        }
        management.mac = link.ownMAC
        return management
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

/// A network card that is not there.
public struct UnknownDevice: Error, Equatable, Sendable {
    /// The name that was asked for.
    public var name: DeviceName
    /// The cards that there are.
    public var known: [DeviceName]
}

extension UnknownDevice: CustomStringConvertible {
    /// What was asked for and what there is.
    public var description: String {
        let names = known.isEmpty ? "none" : known.map(\.text).joined(separator: ", ")
        return "there is no device \(name) to take the MAC address from; there are: \(names)"
    }
}
