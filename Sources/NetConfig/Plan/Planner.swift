/// Turns a request, the records and what is there into a plan. Pure: equal input gives the equal plan.
public enum Planner {
    /// Plans one request.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - model: What the records say; must be valid.
    ///   - facts: What kind of host this is.
    ///   - observed: What is there. Open vSwitch's rows must be in it when the host uses Open vSwitch.
    /// - Returns: The steps; none where everything already is right.
    /// - Throws: ``PlanError`` where the request cannot be done; nothing is to be changed then.
    public static func plan(
        _ request: Request, model: NetworkModel, facts: HostFacts, observed: ObservedState
    ) throws(PlanError) -> Plan {
        guard let pif = model.pifs[request.pif] else { return Plan(notices: ["no such PIF: \(request.pif)"]) }
        guard pif.managed else { throw .unmanaged("\(pif)") }
        if model.isVirtualFunction(pif) {
            return Plan(notices: ["\(pif) is an SR-IOV virtual function's PIF: there is nothing to do"])
        }
        if let mac = facts.bootMAC, model.uplinks(of: pif).contains(where: { $0.mac == mac }) {
            return Plan(notices: ["\(pif) is left alone: the host booted over the card with MAC \(mac)"])
        }
        var builder = PlanBuilder(model: model, facts: facts, request: request, pif: pif, observed: observed)
        switch request.verb {
        case .up: try builder.planUp()
        case .down: builder.planDown()
        }
        return builder.finished()
    }
}

extension PlanBuilder {
    /// From the cards up: conflicts, devices, addresses, files.
    fileprivate mutating func planUp() throws(PlanError) {
        try checkUplinks(model.uplinks(of: pif))
        releaseConflicts()
        switch facts.datapath {
        case .bridge: try raiseOnBridge()
        case .openvswitch: try raiseOnVswitch()
        }
        lowerLeftovers()
        restoreBystanders()
        let gateway = choose("defaultroute", "the default route")
        let dns = choose("peerdns", "DNS")
        try configureIP(gateway: gateway, dns: dns)
        recordAttachment()
        writeFiles(gateway: gateway, dns: dns)
        if !steps.isEmpty, observed.programs.contains(Self.updateIssue) {
            perform(.run(Self.updateIssue), because: "the console shows the host's address", onFailure: .warn)
        }
    }

    /// From the addresses down: whatever nothing else needs. Files stay.
    fileprivate mutating func planDown() {
        switch facts.datapath {
        case .bridge: lowerOnBridge()
        case .openvswitch: lowerOnVswitch()
        }
        recordAttachment()
    }

    /// Rewrites the text that the console shows before log in.
    static var updateIssue: String { "/sbin/update-issue" }
}
