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
    /// - Throws: What keeps the records from being read.
    public func overview(of name: String? = nil, from access: XAPIAccess? = nil) throws(RunFailure) -> Overview {
        try RunFailure.orNothing {
            if let access {
                return try overview(of: readLive(access), only: name, attachment: .xapi, source: "XAPI", access)
            }
            let file = recordsFile
            return try overview(
                of: file.model(), only: name, attachment: isNetworkds(file) ? .networkd : .recorded, source: file.path)
        }
    }

    /// Looks at the host, and compares it with records that the caller has read.
    ///
    /// - Throws: What keeps us from looking.
    public func overview(of records: NetworkModel) throws(RunFailure) -> Overview {
        try RunFailure.orNothing {
            try overview(of: records, only: nil, attachment: .recorded, source: "the caller's records")
        }
    }

    private func overview(
        of model: NetworkModel, only name: String?, attachment: HostFacts.Attachment, source: String,
        _ access: XAPIAccess? = nil
    ) throws -> Overview {
        var facts = HostFacts(datapath: try datapath())
        (facts.attachment, facts.isNetworkds) = (attachment, keepsNetworkdsWays(attachment))
        var remarks = model.warnings.filter(\.isAboutSource).map(\.description)
        if try chosenDatapath() == nil { remarks.append(noDatapath.description) }
        if let change = try? CheckpointFile(below: root).read(.unconfirmed) {
            remarks.append(
                "the change by '\(change.command)' waits to be confirmed: `interface-reconfigure confirm` keeps it")
        }
        let host: Host
        do {
            host = try self.host(facts.datapath)
        } catch let error as OVSDBError {
            remarks.append("cannot query Open vSwitch: \(error)")
            host = try self.host(.bridge)
        }
        host.loadsDrivers = false
        let state = try host.observe(ObservationScope(showing: model))
        if state.hasBridges(besides: model) {
            (facts.formerDevices, facts.networkdDevices) = (formerDevices, networkdDevices)
        }
        // A host has thousands of processes: they are gone through once more only where it could be one of them.
        if hasNetworkd, ProgramProcess.isRunning(ProgramProcess.networkd) {
            remarks.append(
                "xcp-networkd is running: changes made here are undone by XAPI's next plug or the next boot, unless XAPI's "
                    + "records agree with them")
        }
        if state.vswitch?.isCarriedOut == false { remarks.append(VswitchState.notCarriedOut) }
        var overview = try Overview(
            of: model, facts: facts, state: state, only: name, source: source, remarks: remarks)
        overview.nameGuests(guestNames(of: overview.domains, from: access))
        return overview
    }
}
