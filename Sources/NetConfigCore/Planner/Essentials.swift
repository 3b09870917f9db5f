/// Decides what the failure of each action means for the run: roll back, fail but keep what was done, or warn and continue.
///
/// The administrator must be able to reach the host. A single detail that the kernel, a file system or a record refuses does
/// not take the network away; what the host is reached by is all or nothing.
struct Essentials {
    /// The family of the primary address of each IP device that is asked for.
    private let primaryFamilies: [DeviceName: IPAddress.Family]
    /// By slave: the bond, and its slaves before the plan. Bonds of a single card are not listed.
    private let bonds: [DeviceName: (bond: DeviceName, members: [DeviceName])]
    /// The devices that represent bonds of Open vSwitch: they carry no traffic.
    private let standIns: Set<DeviceName>

    /// Finds the essential devices and addresses of the requested PIFs.
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

    /// Finds the essential devices where no records say what is asked for: of each device all addresses, of each bond one slave.
    init(of wanted: ObservedState, observed: ObservedState) {
        primaryFamilies = [:]
        standIns = []
        var bonds: [DeviceName: (bond: DeviceName, members: [DeviceName])] = [:]
        for (name, link) in wanted.links {
            guard let bond = link.master, wanted.links[bond]?.isBond == true else { continue }
            let slaves = wanted.ports(of: bond)
            let members = slaves.filter { observed.links[$0]?.master == bond && $0 != name }
            if slaves.count > 1 { bonds[name] = (bond, members) }
        }
        self.bonds = bonds
    }

    /// What the failure of an action means.
    ///
    /// - Parameters:
    ///   - action: The action.
    ///   - state: The state just before it.
    ///   - losesNetwork: Whether an earlier step took away an address or route by which the host could be reached. Only then
    ///     does rolling back regain anything; otherwise the bridge and its uplink, which virtual machines need, are kept.
    /// - Returns: The policy of the step.
    func policy(for action: Action, in state: ObservedState, losesNetwork: Bool) -> Step.FailurePolicy {
        let essential: Step.FailurePolicy = losesNetwork ? .rollBack : .keep
        switch action {
        case .addFlows(_, [.normal]): return essential
        case .createLink, .deleteLink, .setDown, .setBondMode, .changeVswitch, .addFlows, .removeFlows,
            .removeAddress, .removeRoute, .stopDHCP, .moveFile, .restore:
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

    /// Whether the family is that of the device's primary address. For a device that was not requested every family counts.
    private func isPrimary(_ family: IPAddress.Family, on device: DeviceName) -> Bool {
        primaryFamilies[device].map { $0 == family } ?? true
    }
}

extension Step.FailurePolicy {
    /// What the failure of an action means in an update by XAPI's plug-in. The note of pending flows may fail: only a later run
    /// uses it.
    static func ofUpdate(_ action: Action) -> Self {
        if case .replaceFile(PendingFlows.file, _, _) = action { .warn } else { .rollBack }
    }
}
