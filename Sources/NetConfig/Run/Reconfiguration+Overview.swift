public import NetConfigCore
public import NetConfigSystem
internal import Logging

/// `show`: what is configured beside what is there; nothing is touched.
extension Reconfiguration {
    /// Reads the records and looks at the host.
    ///
    /// - Parameters:
    ///   - name: The bridge whose network alone is wanted; `nil` for all.
    ///   - access: How to come to live data; `nil` for the cache.
    /// - Returns: What there is to show; without Open vSwitch, where that does not run, all the rest.
    /// - Throws: What keeps the records from being read, and `UnknownBridge`.
    public func overview(of name: String?, from access: XAPIAccess?) throws -> Overview {
        let model = try access.map { try readLive($0) { nil } } ?? cacheLocation.loadOrLastGood()
        var facts = HostFacts(datapath: try datapath())
        if access != nil { facts.attachment = .xapi }
        var remarks = model.warnings.filter(\.isAboutSource).map(\.description)
        if try chosenDatapath() == nil { remarks.append(noDatapath.description) }
        if let change = try? CheckpointFile(below: root).read(.unconfirmed) {
            remarks.append(
                "the change by '\(change.command)' waits to be confirmed: `interface-reconfigure confirm` keeps it")
        }
        let host: Host
        do {
            host = try Host(paths: paths, datapath: facts.datapath)
        } catch let error as OVSDBError {
            remarks.append("Open vSwitch cannot be asked: \(error)")
            host = try Host(paths: paths, datapath: .bridge)
        }
        host.loadsDrivers = false
        let state = try host.observe(ObservationScope(showing: model))
        if state.hasBridges(besides: model) {
            (facts.formerDevices, facts.networkdDevices) = (formerDevices, networkdDevices)
        }
        if state.vswitch?.isCarriedOut == false { remarks.append(VswitchState.notCarriedOut) }
        return try Overview(
            of: model, facts: facts, state: state, only: name,
            source: access == nil ? cacheLocation.path : "XAPI", remarks: remarks)
    }
}
