extension Plan {
    /// The plan as text: a line for each step, with its reason.
    ///
    /// - Parameter undo: Whether what takes an action back stands indented below it.
    /// - Returns: Lines.
    public func text(undo: Bool = false) -> String { text(undo: undo, paint: Paint()) }

    /// The plan as text: an action a line with what was there before and its reason, and at the end what it interrupts.
    ///
    /// - Parameters:
    ///   - undo: Whether what takes an action back stands indented below it.
    ///   - paint: Colours, for a terminal.
    /// - Returns: Lines.
    package func text(undo: Bool = false, paint: Paint) -> String {
        var lines = remarks(paint)
        guard !steps.isEmpty else { return (lines + [Self.nothingToDo]).map { "\($0)\n" }.joined() }
        for step in steps {
            lines.append(firstLine(of: step, paint))
            lines += step.action.details.map { "    \(paint($0.text.printable, $0.meaning))" }
            guard undo else { continue }
            for action in step.undo {
                // Of a file it is enough to say that it comes back.
                let action = action.isAboutFile ? [action.description] : action.lines.map(\.printable)
                lines.append("    undo: \(action[0])")
                lines += action.dropFirst().map { "        \($0)" }
            }
        }
        lines += lossLines.map { paint($0, .bad) } + outageLines(paint)
        return lines.map { "\($0)\n" }.joined()
    }

    private func firstLine(of step: Step, _ paint: Paint) -> String {
        paint(step.action.firstLine.printable, step.action.meaning) + (replaced(by: step).map { " (was \($0))" } ?? "")
            + paint("  # \(step.reason.printable)\(mayFail(step) ? " (may fail)" : "")", .faint)
    }

    private func mayFail(_ step: Step) -> Bool { !isStrict && step.onFailure.mayFail }

    /// What a step replaces of what was there when the plan was made.
    func replaced(by step: Step) -> String? {
        guard let device = step.action.device, start.links[device] != nil else { return nil }
        return step.replaced
    }

    /// What a plan without steps says.
    package static var nothingToDo: String { "nothing to do: everything is configured already" }

    /// Errors, warnings and notices, a line each.
    func remarks(_ paint: Paint = Paint()) -> [String] {
        shortfalls.map { paint("error:", .bad) + " \("\($0)".printable)" }
            + warnings.map { paint("warning:", .warning) + " \("\($0)".printable)" }
            + notices.map { "note: \($0.printable)" }
    }

    /// What is lost for good, a line each.
    package var lossLines: [String] { losses.map { "lost for good: \("\($0)".printable)" } }

    /// What loses traffic while the plan is carried out, and why, a line for each step that costs some.
    package func outageLines(_ paint: Paint = Paint()) -> [String] {
        guard let outages, !steps.isEmpty else { return [] }
        if outages.isEmpty { return [paint("no bridge loses traffic", .good)] }
        let newDevices = newDevices
        return groups(of: outages).map { group in
            let names = group.outages.prefix(4).map { subject(of: $0, newDevices) }.joined(separator: ", ")
            let more = group.outages.count > 4 ? " and \(group.outages.count - 4) more" : ""
            let verb = group.outages.count == 1 ? "loses" : "lose"
            return paint("\(names)\(more) \(verb) traffic \(group.isLasting ? "for good" : "temporarily")", .bad)
                + ": \(group.reason)"
        }
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
        if let address = outage.address { return "\(address.address) on \(bridge)" }
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
}

extension Action {
    fileprivate var isAboutFile: Bool {
        switch self {
        case .replaceFile, .moveFile: true
        default: false
        }
    }
}
