/// Turns requests, records and the observed state into a plan. Pure: equal input gives the equal plan.
package enum Planner {
    /// Plans one request.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - model: What the records say; must be valid.
    ///   - facts: What kind of host this is.
    ///   - observed: What is there, looked at with the ``ObservationScope`` of the request or a wider one. Open vSwitch's rows
    ///     must be in it when the host uses Open vSwitch.
    /// - Returns: The steps; none where everything already is right.
    /// - Throws: ``PlanError`` where the request cannot be done, also because something was not looked at; nothing is to be
    ///   changed then.
    package static func plan(
        _ request: Request, model: NetworkModel, facts: HostFacts, observed: ObservedState
    ) throws(PlanError) -> Plan {
        let joint = plan([request], model: model, facts: facts, observed: observed)
        if let refusal = joint.refusals.first { throw refusal }
        return joint.plan
    }

    /// Plans requests of one verb as one: Open vSwitch's rows in one transaction, what several need once. A request that
    /// cannot be done is refused, and stops no other.
    ///
    /// - Parameters:
    ///   - requests: What is wanted, in any order: the plan is the same. The stack of the management interface goes first,
    ///     then bonds before the bridges of their slaves; of two that need the same card the first one of these has it.
    ///   - model: What the records say; must be valid.
    ///   - facts: What kind of host this is.
    ///   - observed: What is there. Open vSwitch's rows must be in it when the host uses Open vSwitch.
    ///   - isForRun: Whether a run is to carry it out. Otherwise its actions are the same, and it is planned in less time:
    ///     steps have no undo, what their failure means is not said, and outages are not looked for.
    /// - Returns: The steps for all that can be done, and why the rest cannot.
    package static func plan(
        _ requests: [Request], model: NetworkModel, facts: HostFacts, observed: ObservedState, isForRun: Bool = true
    ) -> JointPlan {
        var (accepted, joint) = accept(requests, model, facts, observed)
        let notices = joint.plan.notices
        while var builder = PlanBuilder(
            model: model, facts: facts, requests: accepted, observed: observed, isForRun: isForRun)
        {
            do throws(PlanError) {
                switch builder.verb {
                case .up: try builder.planUp()
                case .down: try builder.planDown()
                }
                joint.plan = builder.finished()
                joint.plan.notices = notices + joint.plan.notices
                break
            } catch {
                joint.refusals.append(error)
                accepted.removeAll { $0.pif == error.pif }
                // Whose stack goes first depends on what is asked for.
                accepted = model.inOrderOfImportance(accepted)
            }
        }
        return joint
    }

    /// What the planner needs to know and the state does not contain, in words; `nil` where nothing is missing. What was not
    /// observed must not count as absent.
    private static func gap(
        in observed: ObservedState, for requests: [Request], _ model: NetworkModel, _ facts: HostFacts
    ) -> String? {
        if facts.datapath == .openvswitch, observed.vswitch == nil { return "the rows of Open vSwitch" }
        return observed.scope.flatMap { $0.gap(to: ObservationScope(for: requests, in: model)) }
    }

    /// The requests that need planning; the others are refused or noted.
    private static func accept(
        _ requests: [Request], _ model: NetworkModel, _ facts: HostFacts, _ observed: ObservedState
    ) -> ([Request], JointPlan) {
        var joint = JointPlan()
        if let gap = gap(in: observed, for: requests, model, facts) {
            joint.refusals = model.inOrderOfImportance(requests).map { PlanError($0.pif, .notObserved(gap)) }
            return ([], joint)
        }
        var accepted: [Request] = []
        var seen: Set<Ref<PIF>> = []
        var taken = TakenCards(model)
        let hasUnmanaged = model.pifs.values.contains { !$0.managed }
        for request in model.inOrderOfImportance(requests) where seen.insert(request.pif).inserted {
            guard let pif = model.pifs[request.pif] else {
                joint.refusals.append(PlanError(request.pif, .unknown))
                continue
            }
            if hasUnmanaged, let refusal = model.unmanagedRefusal(of: pif, request.verb, observed, taken.bonds) {
                joint.refusals.append(refusal)
            } else if let name = model.devices(of: pif).first(where: \.isReserved) {
                joint.refusals.append(PlanError(pif, .badName(pif: "\(pif)", name: name)))
            } else if model.isVirtualFunction(pif) {
                joint.plan.notices.append("\(pif) is the PIF of an SR-IOV virtual function: there is nothing to do")
            } else if let mac = facts.bootMAC, model.uplinks(of: pif).contains(where: { $0.mac == mac }) {
                joint.plan.notices.append("\(pif) is left alone: the host booted over the card with MAC \(mac)")
            } else if request.verb == .up, let refusal = taken.refusal(of: pif) {
                joint.refusals.append(refusal)
            } else {
                taken.take(pif)
                accepted.append(request)
            }
        }
        // Whose stack goes first depends on what is asked for.
        return (accepted.count == requests.count ? accepted : model.inOrderOfImportance(accepted), joint)
    }
}

extension PlanBuilder {
    /// Plans `up`, from the cards to the top: conflicts, devices, addresses, files.
    fileprivate mutating func planUp() throws(PlanError) {
        try checkTwins()
        for stack in stacks {
            try checkUplinks(of: stack)
            try checkShares(of: stack)
        }
        if let reset, let pif = pifs.first { try tellXAPI(of: pif, reset) }
        for stack in stacks { releaseShares(of: stack) }
        switch facts.datapath {
        case .bridge: try raiseOnBridge()
        case .openvswitch: try raiseOnVswitch()
        }
        for stack in stacks {
            lowerLeftovers(of: stack)
            restoreBystanders(of: stack)
        }
        warnOfOtherClients()
        let gateway = chooseGateway()
        let dns = choose(.peerDNS, "DNS")
        try configureIP(gateway: gateway, dns: dns)
        for stack in stacks { announceNewMACs(of: stack) }
        missSwitch()
        recordAttachment()
        for pif in pifs { writeFiles(of: pif, gateway: gateway, dns: dns) }
        if !steps.isEmpty, observed.programs.contains(HostFile.updateIssue) {
            perform(.run(HostFile.updateIssue), because: "the console shows the host's address")
        }
    }

    /// Notes as a shortfall that no traffic passes where ovs-vswitchd does not run although the rows are right. Where rows
    /// change, the change itself waits for ovs-vswitchd, which may start at any moment during boot.
    private mutating func missSwitch() {
        let changesRows = steps.contains { if case .changeVswitch = $0.action { true } else { false } }
        guard facts.datapath == .openvswitch, observed.vswitch?.isCarriedOut == false, !changesRows,
            let pif = pifs.first(where: { model.bridge(of: $0) != nil })
        else { return }
        shortfalls.append(PlanError(pif, .noSwitch("\(pif)")))
    }

    /// Plans `down`, from the addresses to the cards: removes what nothing else needs. Files are kept.
    fileprivate mutating func planDown() throws(PlanError) {
        for pif in pifs {
            if let rule = model.bridge(of: pif).flatMap({ otherDatapath($0, "take down") }) {
                throw PlanError(pif, rule)
            }
            switch facts.datapath {
            case .bridge: lowerOnBridge(pif)
            case .openvswitch: lowerOnVswitch(pif)
            }
        }
        recordAttachment()
    }
}
