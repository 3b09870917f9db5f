/// From which step to which an outage takes.
extension PlanBuilder {
    /// Finds the steps during which each outage that ends is away: the plan is gone through once more, from its start.
    mutating func noteAwaySteps(of outages: inout [Outage]) {
        let ending = outages.indices.filter { !outages[$0].isLasting }
        guard let first = ending.map({ outages[$0].step }).min() else { return }
        let start = startingTraffic
        var state = observed
        var since: [Int: Int] = [:]
        for (index, step) in steps.enumerated() {
            let number = index + 1
            guard number >= first else {
                state.apply(step.action)
                continue
            }
            // Without what is away only an action that interrupts anything is of interest.
            guard !since.isEmpty || step.action.mayInterrupt else {
                state.apply(step.action)
                continue
            }
            let isOfInterest = step.action.mayInterrupt || step.action.mayEndInterruption
            let before = step.action.mayInterrupt ? state : ObservedState()
            state.apply(step.action)
            guard isOfInterest else { continue }
            let disruption = Disruption(by: step.action, before: before, after: state)
            let traffic = start.later(state)
            for outage in ending {
                let name = outages[outage].bridge
                let isThere =
                    outages[outage].address.map { state.hasAddress(name, $0) } ?? traffic.passes(name, since: start)
                let isInterrupted =
                    number == outages[outage].step
                    || outages[outage].address == nil && disruption?.concerns(name, traffic) == true
                if !isThere {
                    since[outage] = since[outage] ?? number
                } else if let begin = since.removeValue(forKey: outage) {
                    outages[outage].awaySteps.append(begin...number)
                } else if isInterrupted {
                    outages[outage].awaySteps.append(number...number)
                }
            }
        }
        for (outage, begin) in since { outages[outage].awaySteps.append(begin...steps.count) }
    }
}

extension Action {
    /// Whether something may be away after such an action that was there before.
    fileprivate var mayInterrupt: Bool {
        switch self {
        case .deleteLink, .setDown, .setMaster, .setBondMode, .changeVswitch, .setLinkSettings, .setMTU, .removeAddress,
            .stopDHCP:
            true
        default: false
        }
    }

    /// Whether something may be there after such an action that was away before.
    fileprivate var mayEndInterruption: Bool {
        switch self {
        case .setUp, .setMaster, .setIPv6, .addAddress, .startDHCP, .changeVswitch: true
        default: false
        }
    }
}

extension ObservedState {
    /// Whether a device has an address, or a client of its family, which most often brings the same address back.
    func hasAddress(_ name: DeviceName, _ address: IPPrefix) -> Bool {
        links[name]?.addresses.contains { $0.prefix == address } == true
            || dhcpClients.contains { $0.device == name && $0.family == address.address.family }
    }
}
