/// What a plan changes on its way from one state to another, whether it is still so at its end or not.
///
/// The states in between are not kept: each has all of a host's routes.
struct Trail {
    /// The rows of Open vSwitch, each time after they were changed.
    private(set) var rows: [VswitchState] = []
    /// The DHCP clients, each time after they were changed.
    private(set) var clients: [[DHCPClient]] = []
    /// The links that were not as at the start.
    private(set) var changedLinks: Set<DeviceName> = []
    /// The links that were taken away.
    private(set) var goneLinks: Set<DeviceName> = []
    /// The addresses that a link had after it was changed.
    private(set) var addresses: [DeviceName: Set<LinkAddress>] = [:]
    /// The routes that a link had after it was changed.
    private(set) var routes: [DeviceName: Set<Route>] = [:]
    /// What else was lost with the links.
    private(set) var lostBelongings: Set<Belonging> = []

    /// Follows some actions from a state on.
    init(of actions: [Action], from start: ObservedState) {
        var state = start
        for action in actions {
            let earlier = state
            state.apply(action)
            note(state, after: earlier, start)
        }
    }

    private mutating func note(_ state: ObservedState, after earlier: ObservedState, _ start: ObservedState) {
        if let vswitch = state.vswitch, vswitch != earlier.vswitch { rows.append(vswitch) }
        if state.dhcpClients != earlier.dhcpClients { clients.append(state.dhcpClients) }
        if state.belongings != earlier.belongings {
            lostBelongings.formUnion((earlier.belongings ?? []).subtracting(state.belongings ?? []))
        }
        for name in state.links.keys(differingFrom: earlier.links) {
            let link = state.links[name]
            if link != start.links[name] { changedLinks.insert(name) }
            guard let link else {
                goneLinks.insert(name)
                continue
            }
            addresses[name, default: []].formUnion(link.addresses.added(to: earlier.links[name]?.addresses))
            routes[name, default: []].formUnion(link.routes.added(to: earlier.links[name]?.routes))
        }
    }
}

extension Array where Element: Equatable {
    /// What stands between the parts at both ends that an earlier list has as well: nearly always what was added.
    fileprivate func added(to earlier: [Element]?) -> ArraySlice<Element> {
        guard let earlier else { return self[...] }
        let start = zip(self, earlier).prefix { $0 == $1 }.count
        let (rest, old) = (dropFirst(start), earlier.dropFirst(start))
        return rest.dropLast(zip(rest.reversed(), old.reversed()).prefix { $0 == $1 }.count)
    }
}
