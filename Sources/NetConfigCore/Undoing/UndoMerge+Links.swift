/// Taking a change of devices back.
extension UndoMerge {
    /// Takes back what a change did to a device.
    mutating func mergeLink(_ name: DeviceName, _ change: WayBack, _ path: UndoPath, _ trail: Trail, _ run: UndoneRun) {
        let (before, after) = (change.before.links[name], change.after.links[name])
        if missing[name] != nil { return }
        // A device of Open vSwitch's comes and goes with its row.
        let isSwitched = [change.before, change.after].contains { $0.vswitch?.isInternal(name.text) == true }
        switch (before, wanted.links[name]) {
        case (nil, nil): break
        case (nil, let link?):
            guard let after else { break }
            if isSwitched {
                // Its row would have taken it along: others use the bridge by now.
                keepBare(name, after, because: "others use it")
            } else if link.isSame(as: after) {
                removeLink(name, after, change, trail, run)
            } else {
                notices.append("\(name) is not the device that run \(run.number) made: kept")
            }
        case (let before?, nil):
            guard after == nil || isSwitched || path.remade.contains(name) else {
                missing[name] = "is gone"
                break
            }
            bringBack(name, before, isSwitched: isSwitched)
        case (let before?, var link?):
            if after == nil, !isSwitched, !link.kind.canBecome(before.kind) {
                return replace(name, with: before, run)
            }
            guard let after = after ?? (isSwitched ? link : before) as Link? else { break }
            let isRemade = change.after.links[name] == nil || path.remade.contains(name)
            if !link.kind.canBecome(before.kind), !link.kind.canBecome(after.kind) {
                return replace(name, with: before, run)
            }
            let isMTUOnPath = path.canLeaveMTU(of: name, in: now, after: change.after)
            LinkMerge(
                before: before, after: after, isRemade: isRemade, path: path, name: name, isMTUOnPath: isMTUOnPath
            ).merge(into: &link)
            if link.master != before.master, before.master != after.master, let master = before.master {
                // Others have moved it since; what comes back needs it.
                overridden[name] =
                    "was moved to \(link.master.map(\.text) ?? "no bridge") since run \(run.number), and goes back to \(master)"
                link.master = master
            }
            if let master = before.master, link.master == master, before.isUp, !link.isUp,
                isUplink(name, change.before),
                now.links[name]?.master != master
            {
                overridden[name] = "was taken down since run \(run.number), and comes up again: \(master) needs it"
                link.isUp = true
            }
            wanted.links[name] = link
        }
    }

    /// Whether a device is one by which a bridge or bond reaches the wire.
    private func isUplink(_ name: DeviceName, _ state: ObservedState) -> Bool {
        guard let link = state.links[name] else { return false }
        if case .other = link.kind { return state.isCard(name) }
        return !link.isBridge
    }

    /// Brings back a device that the change removed.
    private mutating func bringBack(_ name: DeviceName, _ before: Link, isSwitched: Bool) {
        if case .other = before.kind, !isSwitched {
            if !name.isGuests { missing[name] = "is gone" }
            return
        }
        wanted.links[name] = before.asNew
    }

    /// A device of another kind has the name.
    private mutating func replace(_ name: DeviceName, with before: Link, _ run: UndoneRun) {
        let found = now.links[name].map { ObservedState.kindName($0.kind) } ?? "another device"
        guard let link = now.links[name], link.canBeDeleted, !name.isGuests else {
            missing[name] = "cannot come back: \(found) has the name"
            return
        }
        overridden[name] =
            "is \(found) since run \(run.number); it makes room for \(ObservedState.kindName(before.kind))"
        wanted.links[name] = before.asNew
    }

    /// Removes a device that the change made, unless others use it by now.
    private mutating func removeLink(
        _ name: DeviceName, _ after: Link, _ change: WayBack, _ trail: Trail, _ run: UndoneRun
    ) {
        let users = (wanted.ports(of: name) + wanted.vlanLinks(on: name)).filter { user in
            // What the change put there goes elsewhere, or goes.
            guard trail.changedLinks.contains(user) else { return true }
            return change.before.links[user] != nil && change.before.links[user]?.master == name
        }
        guard users.isEmpty else {
            let verb = users.count == 1 ? "uses" : "use"
            return keepBare(name, after, because: "\(users.map(\.text).joined(separator: ", ")) \(verb) it")
        }
        tellAdded(to: name, since: after, run)
        for port in wanted.ports(of: name) { wanted.links[port]?.master = nil }
        for vlan in wanted.vlanLinks(on: name) { wanted.links[vlan] = nil }
        wanted.links[name] = nil
    }

    /// Keeps a device that the change made, without what the change gave it.
    private mutating func keepBare(_ name: DeviceName, _ after: Link, because reason: String) {
        warnings.append(Warning(name.text, "stays: \(reason)").asRemark)
        wanted.links[name]?.addresses.removeAll { after.has($0) || $0.isDynamic }
        wanted.links[name]?.routes.removeAll { after.routes.contains($0) }
    }

    /// Names what others gave a device that goes.
    mutating func tellAdded(to name: DeviceName, since after: Link, _ run: UndoneRun) {
        guard let link = wanted.links[name] else { return }
        let addresses = link.addresses.filter { !after.has($0) && !$0.isDynamic }.map(\.prefix.description)
        let routes = link.routes.filter { $0.origin == .static && !after.routes.contains($0) }
            .map { "the route \($0.words(over: name))" }
        for added in addresses + routes {
            warnings.append(
                Warning(name.text, "had \(added) added since run \(run.number); it goes with the device").asRemark)
        }
    }
}

extension Link {
    /// Whether it is a device as a run left it: the same kind, and where it has a MAC address of its own the same one.
    func isSame(as other: Link) -> Bool {
        guard kind.canBecome(other.kind) else { return false }
        guard case .vlan = kind else { return mac == nil || other.mac == nil || mac == other.mac }
        return true
    }

    /// As a device that is made anew is to be: without what a router or DHCP server gives, which comes again, and without what every
    /// new device has.
    var asNew: Link {
        var link = self
        link.addresses.removeAll(where: \.isDynamic)
        link.offloads = offloads.filter { offload, isOn in
            let isUsuallyOn = ![.rx, .ufo, .lro].contains(offload)
            return isOn != isUsuallyOn && !fixedOffloads.contains(offload)
        }
        if case .other = kind { link.settings = nil }
        return link
    }

    /// Whether the kernel deletes it when it is told so: not a card.
    fileprivate var canBeDeleted: Bool {
        switch kind {
        case .bridge, .bond, .vlan, .other("dummy"): true
        case .other: false
        }
    }
}
