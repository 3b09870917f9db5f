package import NetConfigCore

/// Making a counterexample smaller for as long as it shows the same fault.
extension Counterexample {
    /// The smallest one that comes of leaving out, one after the other, what is not needed.
    ///
    /// - Parameter plan: What plans, as for ``Exploration``.
    /// - Returns: One of which nothing can be left out.
    package func shrunk(
        _ plan: @escaping (Transition, ObservedState) -> JointPlan = { $0.plan(from: $1) }
    ) -> Counterexample {
        var smallest = self
        search: while true {
            for (transition, start) in smallest.smallerCases {
                var exploration = Exploration(transition, plan: plan)
                exploration.explore(start)
                let same = exploration.found.values.filter { $0.fault == fault && $0.weight < smallest.weight }
                if let next = same.min(by: { $0.weight < $1.weight }) {
                    smallest = next
                    continue search
                }
            }
            return smallest
        }
    }

    /// How much there is to it in all.
    private var weight: Int {
        let links = start.links.values.reduce(0) { $0 + 4 + $1.addresses.count + $1.routes.count }
        let rows = start.vswitch.map { $0.bridges.count + $0.ports.count + $0.interfaces.count + $0.flows.count } ?? 0
        return size * 4 + links + rows + start.files.count + start.dhcpClients.count
            + transition.facts.formerDevices.count + (transition.extent == .all ? 1 : 0)
            + (transition.host.switching == .secure ? 1 : 0)
    }

    /// The same with one thing less: in the records, in what is asked for, on the host.
    private var smallerCases: [(Transition, ObservedState)] {
        smallerHosts.map { (with(Transition(to: $0, transition.extent)), start) }
            + [(with(Transition(to: transition.host, .management)), start), (without(former: nil), start)]
            + transition.facts.formerDevices.sorted().map { (without(former: $0), start) }
            + smallerStates.map { (transition, $0) }
    }

    /// The transition with what this one is told of the host.
    private func with(_ other: Transition) -> Transition {
        var other = other
        other.facts.formerDevices = transition.facts.formerDevices
        return other
    }

    private func without(former name: DeviceName?) -> Transition {
        var other = transition
        other.facts.formerDevices = other.facts.formerDevices.filter { name != nil && $0 != name }
        return other
    }

    private var smallerHosts: [SmallHost] {
        let host = transition.host
        var hosts: [SmallHost] = []
        for vlan in host.vlans.indices where host.vlans[vlan] != nil && host.management != .vlan(vlan) {
            var other = host
            other.vlans[vlan] = nil
            hosts.append(other)
        }
        for base in host.bases where host.management != .untagged(base) {
            var other = host
            other.management = .untagged(base)
            hosts.append(other)
        }
        var other = host
        other.isLeased = false
        if host.isLeased { hosts.append(other) }
        other = host
        other.switching = .standalone
        if host.switching == .secure { hosts.append(other) }
        return hosts
    }

    private var smallerStates: [ObservedState] {
        var states: [ObservedState] = []
        func add(_ change: (inout ObservedState) -> Void) {
            var state = start
            change(&state)
            states.append(state.seen)
        }
        for bridge in start.vswitch?.bridges.keys.sorted() ?? [] {
            add { state in
                var rows = state.vswitch ?? VswitchState()
                for port in rows.bridges[bridge]?.members ?? [] {
                    for interface in rows.ports[port]?.members ?? [] { rows.interfaces[interface] = nil }
                    rows.ports[port] = nil
                }
                rows.bridges[bridge] = nil
                state.apply(.changeVswitch((state.vswitch ?? rows).changes(to: rows)))
            }
        }
        for name in start.links.keys.sorted() {
            if start.vswitch?.interfaces[name.text] == nil,
                !name.text.utf8.starts(with: "eth".utf8) || name.text.utf8.contains(0x2E)
            {
                add { $0.apply(.deleteLink(name)) }
            }
            for address in start.links[name]?.addresses ?? [] { add { $0.apply(.removeAddress(name, address)) } }
            for route in start.links[name]?.routes ?? [] { add { $0.apply(.removeRoute(name, route)) } }
        }
        for path in start.files.keys.sorted() { add { $0.files[path] = nil } }
        for client in start.dhcpClients { add { $0.apply(.stopDHCP(client)) } }
        return states
    }
}
