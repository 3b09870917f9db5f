/// Decides what a host is to be when runs are taken back: a three-way merge of what the runs left, what was there before them, and
/// what is there now.
///
/// The runs are taken back in thought, the last one first. What only a run changed goes back; what others changed since
/// is kept, unless it stands in the way of what comes back; what is gone is named.
struct UndoMerge {
    /// What is there.
    let now: ObservedState
    /// What is to be there.
    var wanted: ObservedState
    /// The runs, oldest first.
    let runs: [UndoneRun]
    /// What costs something, or changes what others did.
    var warnings: [Warning] = []
    /// What others did and is kept, a sentence each.
    var notices: [String] = []
    /// The run that a device, row or file is taken back to: the oldest that changed it.
    var causes: [String: UndoneRun] = [:]
    /// The last state that a run left of a device, and that run.
    var lefts: [DeviceName: (link: Link, run: UndoneRun)] = [:]
    /// Cards that are gone, or other ones than they were, with the reason as a clause.
    var missing: [DeviceName: String] = [:]
    /// Devices that come back although others have changed them, with the reason as a clause.
    var overridden: [DeviceName: String] = [:]
    /// The files that are moved back, with their present names. One can have been moved several times.
    private var places: [String: String] = [:]
    /// The clients that runs have started.
    private var started: [DHCPClient] = []

    /// Merges.
    init(_ runs: [UndoneRun], now: ObservedState) {
        (self.runs, self.now) = (runs, now)
        wanted = now
        findMissingCards()
        for run in runs.reversed() {
            for change in run.changes.reversed() { takeBack(change, of: run) }
        }
        dropLeases()
        leaveOutMissing()
        leaveOutMACsOfMissing()
        removeObstacles()
        dropUnreachableRoutes()
        tellChanges()
    }

    private mutating func takeBack(_ change: WayBack, of run: UndoneRun) {
        let trail = Trail(of: change.actions, from: change.before)
        let path = UndoPath(change)
        mergeClients(change, run)
        mergeRows(change, run)
        for name in trail.changedLinks.sorted() {
            causes[name.text] = run
            if let link = change.after.links[name], lefts[name] == nil { lefts[name] = (link, run) }
            mergeLink(name, change, path, trail, run)
        }
        mergeFiles(change, run)
        mergeOtherRoutes(change)
        let lost = trail.lostBelongings.filter(\.canBePutBack)
        if !lost.isEmpty { wanted.belongings = (wanted.belongings ?? []).union(lost) }
    }

    // MARK: Cards

    /// The cards that a change is about: those that it changes, and those below.
    static func cards(of change: WayBack) -> Set<DeviceName> {
        var names = Trail(of: change.actions, from: change.before).changedLinks
        for state in [change.before, change.after] {
            for name in names {
                names.formUnion(state.ports(of: name))
                if case .vlan(let vlan) = state.links[name]?.kind { names.insert(vlan.parent) }
                guard let rows = state.vswitch, let bridge = rows.bridge(ofPort: name.text) else { continue }
                names.formUnion(rows.externalInterfaces(of: rows.bridges[bridge]).compactMap { DeviceName($0) })
            }
        }
        return names.filter { name in [change.before, change.after].contains { $0.isCard(name) } }
    }

    /// Finds the cards that are gone, and those that are others by now under the same name.
    private mutating func findMissingCards() {
        for run in runs {
            for change in run.changes {
                for name in Self.cards(of: change).sorted() where missing[name] == nil {
                    let known = [change.before, change.after].compactMap { $0.links[name] }
                    guard let link = now.links[name] else {
                        missing[name] = "is gone"
                        continue
                    }
                    guard let old = known.first, !link.isSameCard(as: known) else { continue }
                    let was = old.ownMAC.map { ", which had MAC \($0)" } ?? ""
                    missing[name] = "is not the card that \(run.name) found\(was)"
                }
            }
        }
    }

    /// Whether no card of the runs is there: their record is another host's.
    var isOfAnotherHost: Bool {
        let cards = runs.flatMap(\.changes).reduce(into: Set<DeviceName>()) { $0.formUnion(Self.cards(of: $1)) }
        guard !cards.isEmpty, cards.isSubset(of: missing.keys) else { return false }
        return !runs.flatMap(\.changes).map(\.after).contains { left in
            left.links.contains { name, link in
                guard let there = now.links[name], !left.isCard(name), link.mac != nil else { return false }
                return there.mac == link.mac && there.kind.canBecome(link.kind)
            }
        }
    }

    // MARK: Files

    /// The last action first: a file can be moved out of the way, and written anew.
    private mutating func mergeFiles(_ change: WayBack, _ run: UndoneRun) {
        for action in change.actions.reversed() {
            switch action {
            case .replaceFile(let path, let before, let after): restore(path, before, after, run)
            case .moveFile(let path, let other): moveBack(path, from: other, run)
            default: break
            }
        }
        // A DHCP client's script writes this one without being asked.
        guard change.before.dhcpClients != change.after.dhcpClients else { return }
        let path = HostFile.resolver
        let isWritten = change.actions.contains { if case .replaceFile(path, _, _) = $0 { true } else { false } }
        if !isWritten, change.before.scope?.files.contains(path) == true {
            causes[path] = run
            wanted.files[path] = change.before.files[path]
        }
    }

    private mutating func restore(_ path: String, _ before: FileContents?, _ after: FileContents?, _ run: UndoneRun) {
        guard before != after else { return }
        guard HostFile.isRestored(path) else {
            warnings.append(Warning(path, "is none of the files that undo restores; it stays as it is"))
            return
        }
        causes[path] = run
        if path == HostFile.attached {
            mergeAttached(before, after)
        } else if wanted.files[path] == after {
            wanted.files[path] = before
            places[path] = nil
            if before == nil { wanted.filesByName?.remove(path) } else { wanted.filesByName?.insert(path) }
        } else if wanted.files[path] != before {
            notices.append("\(path) was changed since run \(run.number): kept")
        }
    }

    private mutating func moveBack(_ path: String, from other: String, _ run: UndoneRun) {
        guard HostFile.isMoved(path), HostFile.isMoved(other) else { return }
        let there = wanted.filesByName ?? []
        causes[other] = run
        if !there.contains(path), there.contains(other) {
            let place = places.removeValue(forKey: other) ?? other
            places[path] = place.isExactly(path) ? nil : place
            wanted.apply(.moveFile(other, to: path))
        } else if there.contains(path), there.contains(other) {
            notices.append("\(path) was made anew since run \(run.number): kept, and \(other) too")
        } else if !there.contains(path) {
            warnings.append(Warning(other, "is gone: \(path) cannot come back"))
        }
    }

    /// The files that are moved back, each to a name that is free by then, or is made free.
    var moves: [(from: String, to: String)] {
        var (left, ordered): ([String: String], [(from: String, to: String)]) = (places, [])
        while let (name, place) = left.sorted(by: { $0.key < $1.key }).first(where: { !left.values.contains($0.key) }) {
            ordered.append((place, name))
            left[name] = nil
        }
        return ordered
    }

    /// Each line of this file is a device's.
    private mutating func mergeAttached(_ before: FileContents?, _ after: FileContents?) {
        func lines(_ file: FileContents?) -> Set<String> { Set((file?.text ?? "").lines().map { String($0) }) }
        let (old, new, there) = (lines(before), lines(after), lines(wanted.files[HostFile.attached]))
        let merged = there.subtracting(new.subtracting(old)).union(old.subtracting(new))
        guard merged != there else { return }
        let names = merged.compactMap { DeviceName($0) }.sorted()
        let text = names.map { "\($0)\n" }.joined()
        wanted.files[HostFile.attached] = text.isEmpty ? nil : FileContents(text)
    }

    // MARK: Clients

    private mutating func mergeClients(_ change: WayBack, _ run: UndoneRun) {
        let (before, after) = (change.before.dhcpClients, change.after.dhcpClients)
        for client in after where !change.before.runs(client) {
            causes[client.device.text] = run
            guard wanted.runs(client) else { continue }
            wanted.dhcpClients.removeAll { $0.isSame(as: client) }
            started.append(client)
        }
        for client in before where !change.after.runs(client) {
            causes[client.device.text] = run
            guard !wanted.runs(client) else { continue }
            let others = wanted.dhcpClients.like(client)
            if others.isEmpty {
                wanted.dhcpClients.append(client)
            } else {
                notices.append(
                    "the DHCP client of \(client.device) was started anew since run \(run.number): kept as it is")
            }
        }
    }

    /// What a client gave goes with it. One that an earlier run had stopped runs on, and keeps its lease.
    private mutating func dropLeases() {
        for client in started where !wanted.runs(client) {
            let (name, family) = (client.device, client.family)
            let befores = runs.flatMap(\.changes).map(\.before).filter { !$0.runs(client) }
            let others = Set(befores.flatMap { $0.links[name]?.routes ?? [] })
            wanted.links[name]?.addresses.removeAll { $0.isDynamic && $0.prefix.address.family == family }
            wanted.links[name]?.routes.removeAll {
                $0.destination.address.family == family && $0.origin != .static && !others.contains($0)
            }
        }
    }

    // MARK: Routes over several devices

    private mutating func mergeOtherRoutes(_ change: WayBack) {
        for case .removeRoute(let name, let route) in change.actions.reversed()
        where !route.forkDevices.isEmpty && change.before.hasOtherRoute(route, over: name)
            && !wanted.hasOtherRoute(route, over: name)
        {
            wanted.otherRoutes = (wanted.otherRoutes ?? []) + [OtherRoute(forked: route)]
        }
    }
}

extension ObservedState {
    /// Whether a device is a card of the host, and not a virtual machine's or Open vSwitch's.
    func isCard(_ name: DeviceName) -> Bool {
        guard let link = links[name], case .other = link.kind, link.mac != nil else { return false }
        return !link.isOpenVswitchs && !name.isGuests
    }
}

extension Link {
    /// Whether it is the card that was seen earlier, by its own address where the kernel tells it.
    fileprivate func isSameCard(as earlier: [Link]) -> Bool {
        guard case .other = kind else { return false }
        let known = earlier.compactMap(\.permanentMAC)
        if let permanentMAC, !known.isEmpty { return known.contains(permanentMAC) }
        let macs = earlier.flatMap { [$0.mac, $0.permanentMAC] }.compactMap(\.self)
        return macs.isEmpty || [mac, permanentMAC].compactMap(\.self).contains(where: macs.contains)
    }
}
