/// Outages: bridges that carry traffic when planning begins and do not after some step.
extension PlanBuilder {
    /// Compares the states before and after the last step, if that kind of step can interrupt traffic.
    mutating func noteOutages(of action: Action, before: ObservedState, after: ObservedState) {
        if let disruption = Disruption(by: action, before: before, after: after) {
            noteLostTraffic(after, disruption)
        }
        switch action {
        case .changeVswitch: noteLostIPv6(before, after)
        case .setMTU(_, let mtu) where mtu < Stake.leastIPv6MTU: noteLostIPv6(before, after)
        case .removeAddress(let name, let address):
            noteLostAddress(name, address.prefix)
        case .stopDHCP(let client):
            for address in before.links[client.device]?.addresses ?? []
            where address.isDynamic && address.prefix.address.family == client.family {
                noteLostAddress(client.device, address.prefix)
            }
        default: break
        }
    }

    /// The outages, each with whether it lasts.
    mutating func finishedOutages() -> [Outage] {
        guard !outages.isEmpty else { return [] }
        return outages.finished(
            steps, from: observed, to: state, startingTraffic, cards: Set(model.pifs.values.map(\.device)))
    }

    private mutating func noteLostTraffic(_ after: ObservedState, _ disruption: Disruption) {
        let known = Set(outages.filter { $0.address == nil }.map(\.bridge))
        let start = startingTraffic
        let now = start.later(after)
        for name in start.names.subtracting(known).sorted() where start.passes(name, since: start) {
            guard disruption.concerns(name, now) || !now.passes(name, since: start) else { continue }
            let reason = takeOvers[name] ?? steps.last?.reason ?? ""
            outages.append(Outage(name, step: steps.count, because: reason, isLasting: true))
        }
    }

    /// Notes the IPv6 addresses that a device and its VLAN links lose because an MTU is too small for IPv6.
    private mutating func noteLostIPv6(_ before: ObservedState, _ after: ObservedState) {
        for (name, link) in before.links.sorted(by: { $0.key < $1.key }) where link.ipv6 != nil {
            guard let now = after.links[name], now.ipv6 == nil else { continue }
            for address in link.addresses where address.prefix.address.family == .v6 {
                noteLostAddress(name, address.prefix, besidesTraffic: true)
            }
        }
    }

    /// Notes that an address is lost; with `besidesTraffic` also where the device's traffic is merely interrupted.
    private mutating func noteLostAddress(_ name: DeviceName, _ address: IPPrefix, besidesTraffic: Bool = false) {
        guard let link = observed.links[name], link.isUp, link.addresses.contains(where: { $0.prefix == address }),
            !outages.contains(where: { outage in
                outage.bridge == name && (outage.address ?? (besidesTraffic ? nil : address)) == address
            })
        else { return }
        outages.append(
            Outage(
                name, address: address, step: steps.count, because: takeOvers[name] ?? steps.last?.reason ?? "",
                isLasting: true))
    }

    /// The bridges that make room for requested PIFs, with everything on them, and the reason for each.
    func foundTakeOvers() -> [DeviceName: String] {
        guard verb == .up else { return [:] }
        var reasons: [DeviceName: String] = [:]
        for stack in stacks {
            for other in stack.conflicts {
                for pif in [other] + model.vlanPIFs(on: other) {
                    guard let name = model.ipDevice(of: pif), reasons[name] == nil else { continue }
                    reasons[name] = stack.takeOverReason(other)
                }
            }
        }
        return reasons
    }
}
