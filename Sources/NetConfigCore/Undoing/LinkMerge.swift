/// Takes back what a change did to a device that there was before and that is there now, setting by setting.
struct LinkMerge {
    let before: Link
    let after: Link
    /// Whether the device is made anew on the way back: then nothing of it is others' doing.
    let isRemade: Bool
    let path: UndoPath
    let name: DeviceName
    /// Whether an undo that was killed can have left the MTU that is there.
    let isMTUOnPath: Bool

    /// Sets back what others did not change since.
    func merge(into link: inout Link) {
        mergeSettings(into: &link)
        link.isUp = merged(\.isUp, link, onPath: path.downs.contains(name))
        let isReleased = link.master == nil && path.released.contains(name)
        link.master = merged(\.master, link, onPath: isReleased)
        for (offload, isOn) in before.offloads where after.offloads[offload] != isOn || isRemade {
            let there = link.offloads[offload]
            if there == after.offloads[offload] || isRemade { link.offloads[offload] = isOn }
        }
        for flag in ForwardingFlag.allCases where before.has(flag) != after.has(flag) || isRemade {
            link.set(flag, before.has(flag))
        }
        mergeAddresses(into: &link)
        mergeRoutes(into: &link)
    }

    private func mergeSettings(into link: inout Link) {
        // A VLAN link with another parent or tag is another one.
        if isRemade || !before.kind.canBecome(after.kind) || before.kind != after.kind && link.kind == after.kind {
            if case .other = before.kind {} else { link.kind = before.kind }
        }
        link.mac = known(\.mac, link)
        link.mtu = known(\.mtu, link, onPath: isMTUOnPath)
        link.settings = known(\.settings, link)
        link.ipv6 = known(\.ipv6, link)
    }

    /// A setting: as before the change, unless the change left it alone, or others have changed it since.
    private func merged<Value: Equatable>(_ key: KeyPath<Link, Value>, _ link: Link, onPath: Bool = false) -> Value {
        let (old, new, there) = (before[keyPath: key], after[keyPath: key], link[keyPath: key])
        if isRemade || onPath { return old }
        return old != new && there == new ? old : there
    }

    /// The same for what is not always known: an unknown value cannot have been changed.
    private func known<Value: Equatable>(_ key: KeyPath<Link, Value?>, _ link: Link, onPath: Bool = false) -> Value? {
        guard let old = before[keyPath: key] else { return link[keyPath: key] }
        return after[keyPath: key] == nil ? old : merged(key, link, onPath: onPath || link[keyPath: key] == nil)
    }

    private func mergeAddresses(into link: inout Link) {
        let old = before.addresses.filter { !$0.isDynamic }
        link.addresses.removeAll { !$0.isDynamic && after.has($0) && !before.has($0) }
        for address in old where !link.has(address) {
            let isKept = after.has(address) && !isRemade && path.lostAddresses[name]?.contains(address) != true
            // Others have removed it since.
            if !isKept { link.addresses.append(address) }
        }
        // In their order: the first one of a network is the one that the host speaks with.
        let all = link.addresses
        link.addresses = old.filter(link.has) + all.filter { address in !old.contains { $0.prefix == address.prefix } }
    }

    private func mergeRoutes(into link: inout Link) {
        let (old, new) = (Set(before.routes), Set(after.routes))
        link.routes.removeAll { new.contains($0) && !old.contains($0) }
        for route in before.routes where !link.routes.contains(route) {
            let isKept = new.contains(route) && !isRemade && path.lostRoutes[name]?.contains(route) != true
            if !isKept { link.routes.append(route) }
        }
    }
}
