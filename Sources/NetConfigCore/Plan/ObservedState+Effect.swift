extension ObservedState {
    /// Whether a state has what an action makes so: nothing of it is left to be done.
    func has(effectOf action: Action) -> Bool {
        switch action {
        case .createLink(let name, _, _): links[name] != nil
        case .deleteLink(let name): links[name] == nil
        case .setMaster(let name, let master): links[name]?.master == master
        case .addAddress(let name, let address): links[name]?.addresses.contains(address) == true
        case .removeAddress(let name, let address): links[name]?.addresses.contains(address) != true
        case .addRoute(let name, let route): links[name]?.routes.contains(route) == true
        case .removeRoute(let name, let route): links[name]?.routes.contains(route) != true
        case .startDHCP(let client, _): dhcpClients.contains { $0.isSame(as: client) }
        case .stopDHCP(let client): !dhcpClients.contains { $0.isSame(as: client) }
        case .replaceFile(let path, _, let contents): files[path] == contents
        // Of several rows one that is otherwise is enough.
        case .changeVswitch(let changes): changes.contains { vswitch?.has(effectOf: $0) == true }
        default: isSame(after: action)
        }
    }

    /// Whether an action changes nothing of the device that it is for: a bridge follows its ports anew.
    private func isSame(after action: Action) -> Bool {
        let after = applying(action)
        return action.device.map { after.links[$0] == links[$0] } ?? (after == self)
    }
}

extension VswitchState {
    fileprivate func has(effectOf change: VswitchChange) -> Bool {
        let row = self[change.table][change.name]
        guard let after = change.after, let before = change.before else { return (row == nil) == (change.after == nil) }
        var changed = self
        changed.apply(VswitchChange(change.table, change.name, before: before, after: after))
        return changed == self
    }
}
