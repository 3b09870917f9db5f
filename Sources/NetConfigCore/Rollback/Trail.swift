/// What a plan changes between its start and its end, whether or not the change still holds at the end.
///
/// The intermediate states themselves are not kept: each would hold all of a host's routes.
struct Trail {
    /// The rows of Open vSwitch after each action that changed them.
    private(set) var rows: [VswitchState] = []
    /// The DHCP clients after each action that changed them.
    private(set) var clients: [[DHCPClient]] = []
    /// The links that differed from the start at some point.
    private(set) var changedLinks: Set<DeviceName> = []
    /// The links that were removed at some point.
    private(set) var goneLinks: Set<DeviceName> = []
    /// All addresses that each changed link had at some point.
    private(set) var addresses: [DeviceName: Set<LinkAddress>] = [:]
    /// All routes that each changed link had at some point.
    private(set) var routes: [DeviceName: Set<Route>] = [:]
    /// What else was lost with the links.
    private(set) var lostBelongings: Set<Belonging> = []

    /// Simulates some actions from a state on.
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
    /// The elements between the common start and end of this list and an earlier one: nearly always those that were added.
    fileprivate func added(to earlier: [Element]?) -> ArraySlice<Element> {
        guard let earlier else { return self[...] }
        let start = zip(self, earlier).prefix { $0 == $1 }.count
        let (rest, old) = (dropFirst(start), earlier.dropFirst(start))
        return rest.dropLast(zip(rest.reversed(), old.reversed()).prefix { $0 == $1 }.count)
    }
}
