public import NetConfigCore
public import NetConfigSystem
internal import Logging
internal import SystemPackage

/// Live data: what XAPI's own calls use.
extension Reconfiguration {
    /// What ``rewrite(from:)`` would do.
    public func planRewrite(from access: XAPIAccess) throws(RunFailure) -> Plan {
        try RunFailure.orNothing { try rewritePlan(access) }
    }

    /// Whether live data become a cache. xcp-networkd has a database of its own, and rows that are right as it made them; what
    /// the caller names is written all the same.
    var writesLiveCache: Bool { cacheFile != nil || !hasNetworkd }

    private static var networkdsRecords: String {
        "nothing to do: xcp-networkd configures this host, and has a database of its own in place of a cache"
    }

    private func rewritePlan(_ access: XAPIAccess) throws -> Plan {
        guard writesLiveCache else { return Plan(notices: [Self.networkdsRecords], outages: []) }
        let model = try readLive(access)
        var plan =
            try vswitchHost().map { try planRewrite(model, $0) } ?? Plan(warnings: model.warnings, outages: [])
        plan.steps += try cacheSteps(writing: model, because: "live data")
        return plan
    }

    /// Writes the cache from live data, and brings the network UUIDs that Open vSwitch's bridges carry in line.
    ///
    /// - Returns: What was done to Open vSwitch's rows.
    @discardableResult
    public func rewrite(from access: XAPIAccess) throws(RunFailure) -> Report {
        try RunFailure.orNothing { try recorded { try $0.rewriteLive(access) } }
    }

    private func rewriteLive(_ access: XAPIAccess) throws -> Report {
        let start = ContinuousClock.now
        var report = Report()
        guard writesLiveCache else {
            log.notice("\(Self.networkdsRecords)")
            return report
        }
        try locked { _ in
            let model = try readLive(access)
            course?.begin(with: .records(model, of: "XAPI"))
            try requireCache()
            var cache = try cacheLocation.prepare(model)
            if let host = try vswitchHost() {
                report = try execute(on: host) { try planRewrite(model, host) }
            } else {
                report.remarks = model.warnings.map(\.description)
                course?.warn(report.remarks)
                for warning in model.warnings { log.warning("\(warning)") }
            }
            try commit(cache.take(), try datapath())
        }
        log.info("rewrite done in \((.now - start).text)")
        return report
    }

    private func planRewrite(_ model: NetworkModel, _ host: Host) throws -> Plan {
        let observed = ObservedState(vswitch: try host.vswitch?.readState())
        var plan = Planner.planRewrite(model: model, observed: observed)
        plan.warnings = model.warnings
        return plan
    }

    /// The host, where Open vSwitch runs on it. A host that shuts down has stopped it by the time it writes its cache.
    private func vswitchHost() throws -> Host? {
        guard try datapath() == .openvswitch else { return nil }
        do {
            return try host(.openvswitch)
        } catch OVSDBError.transport(.connect, _, let error)
            where error == .noSuchFileOrDirectory || error == .connectionRefused
        {
            log.info("ovsdb-server is not running; the bridges are left unchanged")
            return nil
        }
    }

    /// Reads this host's records from XAPI, which may change them between our calls: where a reference in the stack that is
    /// asked for leads nowhere they are read again, up to twice.
    func readLive(
        _ access: XAPIAccess, asking name: Subject.PIFName? = nil
    ) throws -> NetworkModel {
        let start = ContinuousClock.now
        let model = try withXAPI(access) { session, host in
            var model = try NetworkModel(from: session, host: host)
            for _ in 0..<2 where name.map({ name in model.isTorn(where: name.isOf) }) == true {
                log.info("the records are inconsistent, perhaps because XAPI is changing them; reading them again")
                pause(.milliseconds(200))
                try heedCancellation()
                model = try NetworkModel(from: session, host: host)
            }
            return model
        }
        log.info("read \(model.pifs.count) PIFs from XAPI in \((.now - start).text)")
        return model
    }

    /// Does some work in a session with XAPI; it is given the uuid of this host.
    func withXAPI<Result>(
        _ access: XAPIAccess, _ work: (XAPISession, String) throws -> Result
    ) throws -> Result {
        let host = try Inventory.hostUUID(contentsOf: paths.path(Inventory.standardPath))
        return try withSession(access) { session in try work(session, host) }
    }

    /// Does some work in a session with XAPI.
    func withSession<Result>(_ access: XAPIAccess, _ work: (XAPISession) throws -> Result) throws -> Result {
        let client = XAPIClient(socket: paths.xapi, timeout: access.timeout) { [cancellation] in
            cancellation.interruption
        }
        return try XAPISession.with(client, given: access.session, warn: { log.warning("\($0)") }, work)
    }
}
