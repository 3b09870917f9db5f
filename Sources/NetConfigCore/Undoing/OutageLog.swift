/// Notes what loses traffic while steps are carried out, on a host whose records are not read.
struct OutageLog {
    private let start: ObservedState
    private let traffic: Traffic
    private let cards: Set<DeviceName>
    private var outages: [Outage] = []

    /// Begins before the first step. What comes back, such as a bond, can carry traffic again.
    init(_ start: ObservedState, to wanted: ObservedState) {
        self.start = start
        cards = Set(start.links.keys.filter(start.isCard))
        let names = start.links.filter { name, link in
            link.isBridge || start.vswitch?.isInternal(name.text) == true
                || link.master == nil && !link.addresses.isEmpty
        }
        let lower = [start, wanted].flatMap(\.links).filter { _, link in
            switch link.kind {
            case .bond, .vlan: true
            case .bridge, .other: false
            }
        }
        traffic = Traffic(in: start, names: Set(names.keys), devices: cards.union(lower.map(\.key)))
    }

    /// Notes what a step, counted from 1, costs.
    mutating func note(_ step: Step, _ number: Int, before: ObservedState, after: ObservedState) {
        if let disruption = Disruption(by: step.action, before: before, after: after) {
            noteTraffic(step, number, after, disruption)
        }
        switch step.action {
        case .removeAddress(let name, let address): noteAddress(name, address, step, number)
        case .stopDHCP(let client):
            for address in before.links[client.device]?.addresses ?? []
            where address.isDynamic && address.prefix.address.family == client.family {
                noteAddress(client.device, address, step, number)
            }
        default: break
        }
    }

    private mutating func noteTraffic(_ step: Step, _ number: Int, _ after: ObservedState, _ disruption: Disruption) {
        let known = Set(outages.filter { $0.address == nil }.map(\.bridge))
        let now = traffic.later(after)
        for name in traffic.names.subtracting(known).sorted() where traffic.passes(name, since: traffic) {
            guard disruption.concerns(name, now) || !now.passes(name, since: traffic) else { continue }
            outages.append(Outage(name, step: number, because: step.reason, isLasting: true))
        }
    }

    private mutating func noteAddress(_ name: DeviceName, _ address: LinkAddress, _ step: Step, _ number: Int) {
        guard let link = start.links[name], link.isUp, link.has(address),
            !outages.contains(where: { $0.bridge == name && ($0.address ?? address.prefix) == address.prefix })
        else { return }
        outages.append(Outage(name, address: address.prefix, step: number, because: step.reason, isLasting: true))
    }

    /// The outages of all steps.
    func finished(_ steps: [Step], _ end: ObservedState) -> [Outage] {
        outages.finished(steps, from: start, to: end, traffic, cards: cards)
    }
}
