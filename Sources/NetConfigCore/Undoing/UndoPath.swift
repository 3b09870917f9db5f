/// What the devices go through while a change is taken back. An undo that was killed leaves the host somewhere on this path: what
/// it took away for a moment is not what others have changed.
struct UndoPath {
    /// Devices that are made anew.
    private(set) var remade: Set<DeviceName> = []
    /// Devices that are down for a while.
    private(set) var downs: Set<DeviceName> = []
    /// Devices that leave their master for a while.
    private(set) var released: Set<DeviceName> = []
    /// The MTUs that devices have on the way: ports follow their bond, and bridges their ports.
    private(set) var mtus: [DeviceName: Set<Int>] = [:]
    /// Devices whose MTU is the kernel's choice for a while: that of a bridge follows its ports, a card that leaves its bond gets
    /// back the one that it had before it joined.
    private(set) var chosenMTUs: Set<DeviceName> = []
    /// Addresses that are gone for a while.
    private(set) var lostAddresses: [DeviceName: Set<LinkAddress>] = [:]
    /// Routes that are gone for a while.
    private(set) var lostRoutes: [DeviceName: Set<Route>] = [:]

    /// Follows the way back of a change.
    init(_ change: WayBack) {
        var state = change.after
        for action in StateTransition.actions(from: change.after, to: change.before) {
            let earlier = state
            state.apply(action)
            switch action {
            // These do nothing besides.
            case .addAddress, .addRoute, .removeRoute, .replaceFile, .moveFile, .announce: continue
            default: break
            }
            if let rows = state.vswitch, let old = earlier.vswitch, rows != old {
                remade.formUnion(rows.devicesMade(since: old))
            }
            for name in state.links.keys(differingFrom: earlier.links) {
                guard let link = state.links[name] else {
                    remade.insert(name)
                    continue
                }
                if !link.isUp { downs.insert(name) }
                guard let old = earlier.links[name] else { continue }
                if let mtu = link.mtu, mtu != old.mtu { mtus[name, default: []].insert(mtu) }
                if link.mtu == nil, old.mtu != nil { chosenMTUs.insert(name) }
                if link.master == nil, old.master != nil { released.insert(name) }
                let (addresses, routes) = (Set(link.addresses), Set(link.routes))
                lostAddresses[name, default: []].formUnion(old.addresses.filter { !addresses.contains($0) })
                lostRoutes[name, default: []].formUnion(old.routes.filter { !routes.contains($0) })
            }
        }
    }
    /// Whether an undo that was killed can have left a device with the MTU that it has.
    func canLeaveMTU(of name: DeviceName, in now: ObservedState, after: ObservedState) -> Bool {
        guard let link = now.links[name], let mtu = link.mtu else { return false }
        if mtus[name]?.contains(mtu) == true { return true }
        guard chosenMTUs.contains(name) else { return false }
        if link.isBridge { return mtu == now.ports(of: name).compactMap { now.links[$0]?.mtu }.min() ?? 1500 }
        return link.master != after.links[name]?.master
    }
}
