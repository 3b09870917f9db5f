/// What a request must bring about, and what it may lack: the one table that says what a failure of each action means.
///
/// The administrator must be able to reach the host. One detail that the kernel, a file system or a record refuses does not
/// take the network away; what is essential is all or nothing.
struct Essentials {
    /// The family of the primary address of each IP device that is asked for.
    private let primaryFamilies: [DeviceName: IPAddress.Family]
    /// The bonds of cards that have others beside them, with those that are in it before anything is done.
    private let bonds: [DeviceName: (bond: DeviceName, members: [DeviceName])]
    /// The devices that stand for bonds of Open vSwitch.
    private let standIns: Set<DeviceName>

    /// Finds what is essential for some PIFs, which are on some datapaths, on a host as it is.
    init(of pifs: [PIF], on stacks: [Stack], in model: NetworkModel, observed: ObservedState) {
        primaryFamilies = Dictionary(
            pifs.compactMap { pif in model.ipDevice(of: pif).map { ($0, pif.primaryFamily) } },
            uniquingKeysWith: { first, _ in first })
        var bonds: [DeviceName: (bond: DeviceName, members: [DeviceName])] = [:]
        for stack in stacks {
            let (bond, cards) = (stack.datapath.device, model.uplinks(of: stack.datapath).map(\.device))
            let members = cards.filter { observed.links[$0]?.master == bond }
            for card in cards where cards.count > 1 { bonds[card] = (bond, members.filter { $0 != card }) }
        }
        self.bonds = bonds
        standIns = observed.vswitch == nil ? [] : Set(bonds.values.map(\.bond))
    }

    /// What a failure of an action means.
    ///
    /// - Parameters:
    ///   - action: The action.
    ///   - state: What there is just before.
    ///   - losesNetwork: Whether something over which the host could be reached has been taken away before. Only then is
    ///     there anything to get back; bridge and uplink, which virtual machines need, stay otherwise.
    /// - Returns: Whether the run goes on, and whether it succeeds.
    func policy(for action: Action, in state: ObservedState, losesNetwork: Bool) -> Step.FailurePolicy {
        let essential: Step.FailurePolicy = losesNetwork ? .rollBack : .keep
        switch action {
        case .addFlows(_, [.normal]): return essential
        case .createLink, .deleteLink, .setDown, .setBondMode, .changeVswitch, .addFlows, .removeFlows,
            .removeAddress, .removeRoute, .stopDHCP, .restore:
            return .rollBack
        case .setUp(let name):
            // What only stands for a bond of Open vSwitch is not there while one card alone works.
            if standIns.contains(name) { return .warn }
            guard let (bond, members) = bonds[name] else { return .rollBack }
            if members.contains(where: { state.links[$0]?.master == bond && state.links[$0]?.isUp == true }) {
                return .warn
            }
            return .warnUnlessLast(of: "cards of \(bond) that come up")
        case .setMaster(let name, let master?) where bonds[name]?.bond == master:
            let isJoined = bonds[name]?.members.contains { state.links[$0]?.master == master } == true
            return isJoined ? .warn : .warnUnlessLast(of: "cards that join \(master)")
        case .setMaster: return .rollBack
        case .setMAC, .setMTU, .setBridgeAttributes, .setBondAttributes, .setOffload, .setFlag, .setLinkSettings,
            .replaceFile, .announce, .queryMulticast, .setFirewallPort, .run:
            return .warn
        case .setIPv6(let name, _): return primaryFamilies[name] == .v6 ? .rollBack : .warn
        case .addAddress(let name, let address):
            return isPrimary(address.prefix.address.family, on: name) ? essential : .warn
        case .startDHCP(let client, _): return isPrimary(client.family, on: client.device) ? essential : .warn
        case .addRoute(let name, let route):
            // The gateway is reached over the connected route.
            let isNeeded = route.isDefault || route.gateway == nil
            return isNeeded && isPrimary(route.destination.address.family, on: name) ? essential : .warn
        }
    }

    /// Whether a device has its primary address in a family. Of a device that was not asked for all counts.
    private func isPrimary(_ family: IPAddress.Family, on device: DeviceName) -> Bool {
        primaryFamilies[device].map { $0 == family } ?? true
    }
}

extension Step.FailurePolicy {
    /// What a failure of an action means for an update of Open vSwitch's configuration: its note of pending flows is of use
    /// only to a later run.
    static func ofUpdate(_ action: Action) -> Self {
        if case .replaceFile(PendingFlows.file, _, _) = action { .warn } else { .rollBack }
    }
}
