/// What becomes of outages when all steps are known.
extension [Outage] {
    /// Says of each outage whether it lasts, which devices and virtual machines it concerns, and during which steps it is away.
    ///
    /// - Parameters:
    ///   - steps: The steps of the plan.
    ///   - start: The state before them.
    ///   - end: The state after them.
    ///   - traffic: Where frames pass before them.
    ///   - cards: The devices that are known to be cards.
    /// - Returns: The outages but for addresses whose device passes nothing anyway, and as long.
    func finished(
        _ steps: [Step], from start: ObservedState, to end: ObservedState, _ traffic: Traffic, cards: Set<DeviceName>
    ) -> [Outage] {
        guard !isEmpty else { return [] }
        let last = traffic.later(end)
        let moved = Set(compactMap(\.address)).isEmpty ? [:] : end.holders
        let settled = map { outage in
            var outage = outage
            outage.isLasting =
                outage.address.map { !end.hasAddress(outage.bridge, $0) && moved[$0] == nil }
                ?? !last.passes(outage.bridge, since: traffic)
            if outage.address == nil { outage.ports = Outage.ports(of: outage.bridge, in: start, cards: cards) }
            return outage
        }
        // Where nothing passes no address answers; one may be gone for longer than that.
        let silences = settled.filter { $0.address == nil }
        var finished = settled.filter { outage in
            outage.address == nil
                || !silences.contains { $0.bridge == outage.bridge && ($0.isLasting || !outage.isLasting) }
        }
        finished.noteGuests(in: start)
        finished.noteAwaySteps(steps, from: start, traffic, moved)
        return finished
    }

    /// Says which virtual machines lose traffic. One on a fake bridge that is no outage by itself does so with the bridge below.
    private mutating func noteGuests(in start: ObservedState) {
        let guests = start.guestsByBridge
        guard !guests.isEmpty else { return }
        let silent = Set(filter { $0.address == nil }.map(\.bridge.text))
        for index in indices where self[index].address == nil {
            let bridge = self[index].bridge.text
            let others = (start.vswitch?.fakeBridges(of: bridge) ?? [:]).values.filter { !silent.contains($0) }
            self[index].guests = Guest.all(among: ([bridge] + others).flatMap { guests[$0] ?? [] }.flatMap(\.devices))
        }
    }

    /// Finds the steps during which each outage that ends is away: the plan is gone through once more, from its start.
    /// An address can come back on another device.
    private mutating func noteAwaySteps(
        _ steps: [Step], from start: ObservedState, _ traffic: Traffic, _ moved: [IPPrefix: DeviceName]
    ) {
        let ending = indices.filter { !self[$0].isLasting }
        guard let first = ending.map({ self[$0].step }).min() else { return }
        var state = start
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
            let now = traffic.later(state)
            for outage in ending {
                let name = self[outage].bridge
                let isThere =
                    self[outage].address.map { address in
                        state.hasAddress(name, address) || moved[address].map { state.has(address, on: $0) } ?? false
                    } ?? now.passes(name, since: traffic)
                let isInterrupted =
                    number == self[outage].step
                    || self[outage].address == nil && disruption?.concerns(name, now) == true
                if !isThere {
                    since[outage] = since[outage] ?? number
                } else if let begin = since.removeValue(forKey: outage) {
                    self[outage].awaySteps.append(begin...number)
                } else if isInterrupted {
                    self[outage].awaySteps.append(number...number)
                }
            }
        }
        for (outage, begin) in since { self[outage].awaySteps.append(begin...steps.count) }
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
    /// The devices that have addresses.
    fileprivate var holders: [IPPrefix: DeviceName] {
        var holders: [IPPrefix: DeviceName] = [:]
        for (name, link) in links {
            for address in link.addresses { holders[address.prefix] = min(name, holders[address.prefix] ?? name) }
        }
        return holders
    }

    fileprivate func has(_ address: IPPrefix, on name: DeviceName) -> Bool {
        links[name]?.addresses.contains { $0.prefix == address } == true
    }

    /// Whether a device has an address, or a client of its family, which most often brings the same address back.
    func hasAddress(_ name: DeviceName, _ address: IPPrefix) -> Bool {
        has(address, on: name)
            || dhcpClients.contains { $0.device == name && $0.family == address.address.family }
    }
}
