/// Computes how a step is undone: the inverse of its action, and the repair of the kernel's side effects.
package enum Undo {
    /// The actions that lead from the state after an action back to the one before it.
    package static func actions(takingBack action: Action, from after: ObservedState, to before: ObservedState)
        -> [Action]
    {
        switch action {
        case .startDHCP(let client, _):
            let inverse = Action.stopDHCP(client)
            return [inverse] + restoring(before, from: after.applying(inverse))
        case .stopDHCP(let client) where client.progress == .gone:
            // Only this program gives back what it left.
            return LinkRepair.actions(from: after, to: before)
        case .stopDHCP(let client):
            // The client gets its addresses back itself; our routes over their network went with them.
            let (lost, kept) = (before.links[client.device]?.routes ?? [], after.links[client.device]?.routes ?? [])
            return [.startDHCP(client, patience: client.restartPatience)]
                + lost.filter { $0.origin == .static && !kept.contains($0) }.map { .addRoute(client.device, $0) }
                + restoring(before, from: after)
        case .replaceFile(let path, let old, let new):
            return [.replaceFile(path, before: new, after: old)]
        case .moveFile(let path, let other):
            return [.moveFile(other, to: path)]
        case .addFlows(let bridge, let flows):
            return [.removeFlows(bridge, flows)]
        case .removeFlows(let bridge, let flows):
            return [.addFlows(bridge, flows)]
        case .setFirewallPort(let port, let wasOpen, let isOpen):
            return wasOpen == isOpen ? [] : [.setFirewallPort(port, wasOpen: isOpen, isOpen: wasOpen)]
        case .announce, .queryMulticast, .run:
            return []
        case .removeAddress(let name, let address)
        where after.links[name]?.lacksOneAddress(of: before.links[name]) == true:
            return (before.isLeased(address, on: name) ? [] : [.addAddress(name, address)])
                + restoring(before, from: after)
        case .removeRoute(let name, let route) where route.isAutomatic:
            return [.addRoute(name, route)]
        case .addRoute(let name, let route) where route.isAutomatic:
            return [.removeRoute(name, route)]
        case .changeVswitch(let changes):
            let inverse = Action.changeVswitch(changes.reversed().map(\.inverse))
            let back = after.applying(inverse)
            return [inverse] + LinkRepair.actions(from: back, to: before)
                + (back.vswitch?.lostFlows(since: before.vswitch) ?? [])
        default:
            return LinkRepair.actions(from: after, to: before)
        }
    }

    /// The action that restores what belonged to devices in one state and is missing in another.
    static func restoring(_ before: ObservedState, from state: ObservedState) -> [Action] {
        guard let kept = before.belongings, !kept.isEmpty else { return [] }
        let lost = kept.subtracting(state.belongings ?? []).filter(\.canBePutBack)
        return lost.isEmpty ? [] : [.restore(lost.sorted())]
    }
}

extension ObservedState {
    /// Whether a DHCP client of this program will bring a removed address back. Addresses with a limited lifetime from others
    /// (systemd-networkd, NetworkManager, a router) may come back late or never: they do not notice the loss.
    func isLeased(_ address: LinkAddress, on device: DeviceName) -> Bool {
        address.isDynamic
            && dhcpClients.contains {
                $0.device == device && $0.family == address.prefix.address.family && $0.progress != .gone
            }
    }
}

extension Link {
    /// Whether this link differs from an earlier one by exactly one missing address. Counting is enough: removing an address
    /// can remove others and routes, but adds none.
    fileprivate func lacksOneAddress(of before: Link?) -> Bool {
        guard let before else { return false }
        return addresses.count + 1 == before.addresses.count && routes.count == before.routes.count
    }
}
