/// What keeps the merged state from being had.
extension UndoMerge {
    /// Leaves out what would need a card that is gone, and says so.
    mutating func leaveOutMissing() {
        var reasons: [DeviceName: [DeviceName]] = [:]
        for name in missing.keys.sorted() {
            for change in runs.flatMap(\.changes) {
                for master in change.before.masters(of: name) where isComingBack(master) {
                    if reasons[name]?.contains(master) != true { reasons[name, default: []].append(master) }
                }
            }
            leaveOutRow(of: name)
        }
        var gone = Set(missing.keys.filter { now.links[$0] == nil })
        gone.formUnion(missing.keys.filter { wanted.links[$0] == nil })
        // A stranger stays where it is.
        for name in missing.keys where now.links[name] != nil { wanted.links[name] = now.links[name] }
        var changed = true
        while changed {
            changed = false
            for (name, link) in wanted.links.sorted(by: { $0.key < $1.key }) where now.links[name] == nil {
                guard case .vlan(let vlan) = link.kind,
                    wanted.links[vlan.parent] == nil || missing[vlan.parent] != nil
                else { continue }
                wanted.links[name] = nil
                warnings.append(Warning(name.text, "cannot come back without \(vlan.parent)"))
                changed = true
            }
        }
        for (name, link) in wanted.links {
            if let master = link.master, wanted.links[master] == nil { wanted.links[name]?.master = nil }
        }
        for name in missing.keys.sorted() {
            let masters = (reasons[name] ?? []).map(\.text).joined(separator: ", ")
            let cost = masters.isEmpty ? "what was set on it cannot come back" : "\(masters) comes back without it"
            warnings.append(Warning(name.text, "\(missing[name] ?? ""); \(cost)"))
        }
        for (name, reason) in overridden.sorted(by: { $0.key < $1.key }) where missing[name] == nil {
            warnings.append(Warning(name.text, reason).asRemark)
        }
    }

    /// A card that is gone, or is another one by now, has taken its MAC address along: nothing else gets it.
    mutating func leaveOutMACsOfMissing() {
        let states = runs.flatMap(\.changes).flatMap { [$0.before, $0.after] }
        let gone = Set(missing.keys.flatMap { name in states.compactMap { $0.links[name]?.ownMAC } })
            .subtracting(now.links.filter { now.isCard($0.key) }.values.compactMap(\.ownMAC))
        for (name, link) in wanted.links {
            let mac = now.links[name]?.mac
            if let old = link.mac, gone.contains(old), mac != old { wanted.links[name]?.mac = mac }
        }
        func address(of row: VswitchRow?) -> String? { row?["other_config"]?.stringMap["hwaddr"] }
        for (name, row) in wanted.vswitch?.bridges ?? [:] {
            guard let old = address(of: row).flatMap(MACAddress.init), gone.contains(old) else { continue }
            let found = address(of: now.vswitch?.bridges[name]).map { ["hwaddr": $0] } ?? [:]
            wanted.vswitch?.bridges[name]?.setEntries(of: "other_config", found) { $0 == "hwaddr" }
        }
    }

    /// Whether a bridge or bond comes back, or gets something back.
    private func isComingBack(_ master: DeviceName) -> Bool {
        guard wanted.links[master] != nil || wanted.vswitch?.bridges[master.text] != nil else { return false }
        return now.links[master] == nil || causes[master.text] != nil
    }

    private mutating func leaveOutRow(of name: DeviceName) {
        guard let rows = wanted.vswitch, now.vswitch?.interfaces[name.text] == nil,
            rows.interfaces[name.text] != nil
        else { return }
        wanted.vswitch?.interfaces[name.text] = nil
        guard let port = rows.port(ofInterface: name.text) else { return }
        wanted.vswitch?.ports[port]?.members.removeAll { $0 == name.text }
        guard wanted.vswitch?.ports[port]?.members.isEmpty == true else { return }
        wanted.vswitch?.ports[port] = nil
        for (bridge, row) in rows.bridges where row.members.contains(port) {
            wanted.vswitch?.bridges[bridge]?.members.removeAll { $0 == port }
        }
    }

    /// Takes away what others have put in the way of what comes back.
    mutating func removeObstacles() {
        removeTwinVLANs()
        removeDoublePorts()
        removeDoubleAddresses()
        removeDoubleRoutes()
    }

    /// The kernel has one VLAN link of a parent and tag.
    private mutating func removeTwinVLANs() {
        for (name, link) in wanted.links.sorted(by: { $0.key < $1.key })
        where now.links[name] == nil || now.links[name]?.kind != link.kind {
            guard case .vlan(let vlan) = link.kind else { continue }
            for (other, twin) in wanted.links where other != name && twin.kind == .vlan(vlan) {
                wanted.links[other] = nil
                warnings.append(
                    Warning(other.text, "makes room for \(name): both are VLAN \(vlan.tag) of \(vlan.parent)").asRemark)
            }
        }
    }

    /// A port is in one bridge, an interface in one port.
    private mutating func removeDoublePorts() {
        guard let rows = wanted.vswitch, let old = now.vswitch else { return }
        for (table, members) in [(VswitchTable.bridge, "port"), (.port, "interface")] {
            var owners: [String: [String]] = [:]
            for (owner, row) in rows[table].sorted(by: { $0.key < $1.key }) {
                for member in row.members { owners[member, default: []].append(owner) }
            }
            for (member, owners) in owners.sorted(by: { $0.key < $1.key }) where owners.count > 1 {
                let there = owners.filter { old[table][$0]?.members.contains(member) == true }
                for owner in there {
                    wanted.vswitch?[table][owner]?.members.removeAll { $0 == member }
                    let place = owners.first { !there.contains($0) } ?? ""
                    warnings.append(
                        Warning(member, "was moved to \(owner) by others, and goes back to \(place) (\(members))")
                            .asRemark)
                }
            }
        }
        for (name, row) in wanted.vswitch?.ports ?? [:] where row.members.isEmpty {
            wanted.vswitch?.ports[name] = nil
            for bridge in rows.bridges.keys { wanted.vswitch?.bridges[bridge]?.members.removeAll { $0 == name } }
        }
    }

    /// An address that comes back is on no other device.
    private mutating func removeDoubleAddresses() {
        for (name, link) in wanted.links.sorted(by: { $0.key < $1.key }) {
            for address in link.addresses where now.links[name]?.has(address) != true {
                let value = address.prefix.address
                for (other, holder) in wanted.links.sorted(by: { $0.key < $1.key }) where other != name {
                    guard holder.addresses.contains(where: { $0.prefix.address == value }) else { continue }
                    wanted.links[other]?.addresses.removeAll { $0.prefix.address == value }
                    warnings.append(
                        Warning(other.text, "has \(value), which goes back to \(name): it is removed here").asRemark)
                }
            }
        }
    }

    /// The kernel has one route of a destination and metric.
    private mutating func removeDoubleRoutes() {
        for (name, link) in wanted.links.sorted(by: { $0.key < $1.key }) {
            for route in link.routes where now.links[name]?.routes.contains(route) != true {
                for (other, holder) in wanted.links.sorted(by: { $0.key < $1.key }) {
                    let rivals = holder.routes.filter { rival in
                        rival.destination == route.destination && rival.metric == route.metric
                            && (other != name || rival != route) && now.links[other]?.routes.contains(rival) == true
                    }
                    for rival in rivals {
                        wanted.links[other]?.routes.removeAll { $0 == rival }
                        warnings.append(
                            Warning(
                                other.text,
                                "has the route \(rival.words(over: other)), which makes room for \(route.words(over: name))"
                            ).asRemark)
                    }
                }
            }
        }
    }

    /// A route whose gateway is on no network any more goes with that network.
    mutating func dropUnreachableRoutes() {
        for (name, link) in wanted.links {
            guard let there = now.links[name], there.addresses != link.addresses else { continue }
            wanted.links[name]?.routes.removeAll { route in
                guard let gateway = route.gateway, !route.isOnLink, there.routes.contains(route) else { return false }
                guard gateway.family == .v4 || !gateway.isLinkLocal else { return false }
                return !link.addresses.contains { $0.network.contains(gateway) }
            }
        }
    }
}

extension ObservedState {
    /// The bridge or bond that a device is in, and what stands on that.
    func masters(of name: DeviceName) -> [DeviceName] {
        var found: [DeviceName] = []
        if let master = links[name]?.master { found.append(master) }
        if let rows = vswitch, let port = rows.port(ofInterface: name.text), let bridge = rows.bridge(ofPort: port) {
            DeviceName(interface: bridge).map { found.append($0) }
        }
        return found
    }
}
