/// Who belongs to whom in a state, found in one pass: a host has hundreds of devices, and a search for each of them takes
/// long.
struct StateIndex {
    /// The Open vSwitch bridge that a port is on.
    private(set) var bridges: [String: String] = [:]
    /// The Open vSwitch port that an interface is of.
    private(set) var ports: [String: String] = [:]
    /// The kernel's ports of a bridge or bond, by its name.
    private(set) var members: [DeviceName: [DeviceName]] = [:]
    /// The devices with a DHCP client, by family.
    private(set) var clients: [IPAddress.Family: Set<DeviceName>] = [:]
    /// The virtual machines on a bridge, by its name.
    let guests: [String: [Guest]]

    /// Goes through a state.
    init(_ state: ObservedState) {
        guests = state.guestsByBridge
        for (bridge, row) in state.vswitch?.bridges ?? [:] {
            for port in row.members { bridges[port] = bridge }
        }
        for (port, row) in state.vswitch?.ports ?? [:] {
            for interface in row.members { ports[interface] = port }
        }
        for (name, link) in state.links {
            if let master = link.master { members[master, default: []].append(name) }
        }
        for client in state.dhcpClients { clients[client.family, default: []].insert(client.device) }
    }
}
