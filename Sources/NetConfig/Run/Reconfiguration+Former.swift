internal import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// Networks of ours that the records do not describe any more.
extension Reconfiguration {
    /// The devices that the cache, its last good copy and xcp-networkd's database describe, whatever replaced them.
    var formerDevices: Set<DeviceName> { cachedDevices.union(networkdDevices) }

    /// The devices that xcp-networkd's database describes. One that cannot be read says nothing, and stops nothing.
    var networkdDevices: Set<DeviceName> {
        do throws(NetworkdDatabase.Failure) {
            return try NetworkdDatabase(contentsOf: paths.path(NetworkdDatabase.standardPath))?.devices ?? []
        } catch {
            log.info("\(error); the devices that it describes are unknown")
            return []
        }
    }

    private var cachedDevices: Set<DeviceName> {
        [cacheLocation.path, cacheLocation.lastGoodPath].compactMap { try? CacheReader.read(contentsOf: $0) }
            .reduce(into: []) { devices, model in
                devices.formUnion(PlanBuilder.described(by: model, on: .openvswitch))
                devices.formUnion(PlanBuilder.described(by: model, on: .bridge))
            }
    }

    /// Adds records for those names that no record has, and that are ours nevertheless: this program attached them, or earlier
    /// records describe them.
    ///
    /// - Returns: The names of devices that are there, and no record describes.
    func addFormer(
        _ names: [String], to model: inout NetworkModel
    ) throws -> Set<String> {
        let unknown = Set(
            zip(names, model.pifs(named: names)).compactMap { name, result in
                if case .failure(let error) = result, !error.isLeftOut { DeviceName(name) } else { nil }
            })
        guard !unknown.isEmpty else { return [] }
        let host = try host(try datapath())
        var scope = ObservationScope()
        scope.files = [HostFile.attached]
        let state = try host.observe(scope)
        let described = formerDevices
        let ours = unknown.intersection(state.recordedNames.union(described))
        for name in ours.sorted() {
            log.notice("no record describes \(name) any more; what is there of it is removed")
            model.add(former: name, in: state, cards: described)
        }
        let foreign = unknown.subtracting(ours).filter {
            state.links[$0] != nil || state.vswitch?.bridges[$0.text] != nil
        }
        return Set(foreign.map(\.text))
    }
}
