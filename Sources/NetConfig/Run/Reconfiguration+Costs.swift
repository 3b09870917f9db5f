internal import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// What outages cost whom: the virtual machines that lose traffic, and for how long.
extension Reconfiguration {
    /// How long actions took in earlier runs on this host, by their kinds.
    private var measuredDurations: MeasuredDurations { MeasuredDurations(History(below: root).durations) }

    /// Says in a plan which virtual machines its outages cost traffic, and for how long.
    func tellCosts(of plan: inout Plan, from access: XAPIAccess?) {
        guard plan.outages?.isEmpty == false else { return }
        plan.predictOutages(by: measuredDurations)
        nameGuests(of: &plan, from: access)
    }

    /// Names the virtual machines that a plan costs traffic.
    func nameGuests(of plan: inout Plan, from access: XAPIAccess? = nil) {
        plan.nameGuests(guestNames(of: plan.interruptedDomains, from: access))
    }

    /// The names of virtual machines on this host, by their domains: by XAPI, where it answers, else by its database. That
    /// something keeps them from being read is no failure: they are not in the result.
    ///
    /// - Parameters:
    ///   - domains: The domains that are asked for. Where there are none, nothing is looked at.
    ///   - access: The caller's way to XAPI; `nil` where it has none.
    /// - Returns: The names that could be found.
    func guestNames(of domains: Set<Int>, from access: XAPIAccess?) -> [Int: String] {
        guard !domains.isEmpty, let host = try? Inventory.hostUUID(contentsOf: paths.path(Inventory.standardPath))
        else { return [:] }
        var access = access ?? XAPIAccess()
        access.timeout = min(access.timeout, Self.nameTimeout)
        do {
            return try withSession(access) { try $0.guestNames(of: domains, host: host) }
        } catch {
            log.debug("cannot ask XAPI for the names of virtual machines: \(error)")
        }
        for path in StateDatabase.standardPaths.map(paths.path) {
            do {
                return try StateDatabase(contentsOf: path, domains: domains, host: host).names
            } catch {
                log.debug("cannot read the names of virtual machines: \(error)")
            }
        }
        return [:]
    }

    /// How long a call for names may take: a plan is worth more in time than with them.
    private static var nameTimeout: Duration { .seconds(2) }
}
