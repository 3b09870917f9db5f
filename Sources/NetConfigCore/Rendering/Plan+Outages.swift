/// What a plan interrupts, in lines.
extension Plan {
    /// What loses traffic while the plan is carried out, and why, a line for each step that costs some.
    package func outageLines(_ paint: Paint = Paint()) -> [String] {
        guard let outages, !steps.isEmpty else { return [] }
        if outages.isEmpty { return [paint("no bridge loses traffic", .good)] }
        let newDevices = newDevices
        return groups(of: outages).map { line(of: $0, newDevices, paint) }
    }

    /// The same with the virtual machines that lose traffic, a line each, and whether it is not known for how long.
    func costLines(_ paint: Paint = Paint()) -> [String] {
        guard let outages, !outages.isEmpty, !steps.isEmpty else { return outageLines(paint) }
        let newDevices = newDevices
        let lines = groups(of: outages).flatMap { group in
            [line(of: group, newDevices, paint)] + group.outages.flatMap(Self.guestLines)
        }
        let isUnknown = outages.contains { $0.prediction == .notMeasured }
        return lines + (isUnknown ? [Self.notMeasured] : [])
    }

    /// What is said where the durations of earlier runs do not tell how long something takes.
    private static var notMeasured: String {
        "how long is not known: no run on this host has measured all of these actions yet"
    }

    private static func guestLines(of outage: Outage) -> [String] {
        outage.guests.map { "    virtual machine on \(outage.bridge): \($0)" }
    }

    private func line(of group: OutageGroup, _ newDevices: [IPAddress: DeviceName], _ paint: Paint) -> String {
        let names = group.outages.prefix(4).map { subject(of: $0, newDevices) }.joined(separator: ", ")
        let more = group.outages.count > 4 ? " and \(group.outages.count - 4) more" : ""
        let verb = group.outages.count == 1 ? "loses" : "lose"
        let estimate = group.duration.map { ", for about \($0.roughText)" } ?? ""
        let end = group.isLasting ? "for good" : "temporarily\(estimate)"
        return paint("\(names)\(more) \(verb) traffic \(end)", .bad) + ": \(group.reason)"
    }

    /// Outages that have the same cause, in the order of their steps.
    private func groups(of outages: [Outage]) -> [OutageGroup] {
        var groups: [OutageGroup] = []
        for outage in outages {
            let reason = reason(of: outage)
            if let last = groups.last, last.isLasting == outage.isLasting, last.reason == reason {
                groups[groups.count - 1].outages.append(outage)
            } else {
                groups.append(OutageGroup(outages: [outage], isLasting: outage.isLasting, reason: reason))
            }
        }
        return groups
    }

    /// What loses traffic: an address, or a bridge with the addresses that the host had on it.
    private func subject(of outage: Outage, _ newDevices: [IPAddress: DeviceName]) -> String {
        let bridge = outage.bridge
        if let address = outage.address?.address {
            guard let device = newDevices[address], device != bridge else { return "\(address) on \(bridge)" }
            return "\(address) (moves from \(bridge) to \(device))"
        }
        let addresses = (start.links[bridge]?.addresses ?? []).map(\.prefix.address).map { address in
            guard let device = newDevices[address], device != bridge else { return "\(address)" }
            return "\(address) moves to \(device)"
        }
        return addresses.isEmpty ? bridge.text : "\(bridge) (\(addresses.joined(separator: "; ")))"
    }

    /// The devices to which addresses are added.
    private var newDevices: [IPAddress: DeviceName] {
        var devices: [IPAddress: DeviceName] = [:]
        for case .addAddress(let device, let address) in steps.map(\.action) {
            devices[address.prefix.address] = device
        }
        return devices
    }

    /// Why traffic is lost: the action, and what that is for.
    func reason(of outage: Outage) -> String {
        guard steps.indices.contains(outage.step - 1) else { return "" }
        let step = steps[outage.step - 1]
        return "\(step.action.headline) (\(outage.reason.printable))"
    }
}

/// Outages that one step brings.
private struct OutageGroup {
    /// What loses traffic.
    var outages: [Outage]
    /// Whether they stay when all is done.
    var isLasting: Bool
    /// Why.
    var reason: String

    /// How long the longest of them takes; `nil` where that of one is not known.
    var duration: Duration? {
        let durations = outages.compactMap { outage -> Duration? in
            guard case .about(let duration)? = outage.prediction else { return nil }
            return duration
        }
        return durations.count == outages.count ? durations.max() : nil
    }
}
