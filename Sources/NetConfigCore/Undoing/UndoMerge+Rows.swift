/// Taking a change of Open vSwitch's rows back.
extension UndoMerge {
    /// Takes back what a change did to rows, column by column.
    mutating func mergeRows(_ change: WayBack, _ run: UndoneRun) {
        guard let before = change.before.vswitch, let after = change.after.vswitch, let rows = wanted.vswitch else {
            return
        }
        var merged = rows
        var touched: [VswitchTable: Set<String>] = [:]
        for case .changeVswitch(let changes) in change.actions {
            for change in changes where VswitchTable.switching.contains(change.table) {
                touched[change.table, default: []].insert(change.name)
            }
        }
        for table in VswitchTable.switching {
            for name in (touched[table] ?? []).sorted() {
                causes[name] = run
                merged[table][name] = mergedRow(
                    RowName(table: table, name: name), before[table][name], after[table][name], rows[table][name], run)
            }
        }
        keepPlugged(into: &merged, rows, before, after)
        for (bridge, flows) in after.flows {
            merged.changeFlows(of: bridge) { $0.subtract(flows.subtracting(before.flows[bridge] ?? [])) }
        }
        for (bridge, flows) in before.flows where merged.bridges[bridge]?.isSecure == true {
            let isOurs = touched[.bridge]?.contains(bridge) == true || after.flows[bridge] != flows
            if isOurs { merged.changeFlows(of: bridge) { $0.formUnion(flows) } }
        }
        wanted.vswitch = merged
        settleDevices(change, since: rows, run)
    }

    /// A row's place.
    private struct RowName {
        var table: VswitchTable
        var name: String
        var words: String { "\(table.rawValue) \(name)" }
    }

    private mutating func mergedRow(
        _ place: RowName, _ before: VswitchRow?, _ after: VswitchRow?, _ there: VswitchRow?, _ run: UndoneRun
    ) -> VswitchRow? {
        switch (before, there) {
        case (nil, nil): return nil
        case (nil, let there?):
            // One that the change did not make is others'.
            guard let after, place.table != .bridge || there.isSameBridge(as: after) else {
                notices.append("\(place.words) is not the one that run \(run.number) made: kept")
                return there
            }
            return nil
        case (let before?, nil):
            // What others have removed since is not ours to make again.
            guard after == nil else {
                if place.table == .bridge {
                    warnings.append(Warning(place.name, "was removed since run \(run.number), and stays removed"))
                }
                return nil
            }
            return withoutReferences(before, place)
        case (let before?, var there?):
            let left = after ?? before
            for column in Set(before.columns.keys).union(left.columns.keys).sorted()
            where before[column] != left[column] || after == nil {
                let merged = before[column].merged(
                    left: after == nil ? there[column] : left[column], now: there[column])
                if merged?.hasReferences == true, merged != there[column] {
                    warnings.append(Warning(place.words, "\(column) was removed, and cannot come back"))
                } else {
                    there[column] = merged
                }
            }
            let (old, new) = (Set(before.members), Set((after ?? there).members))
            there.members = Set(there.members).subtracting(new.subtracting(old)).union(old.subtracting(new)).sorted()
            if after == nil { there.members = Set(there.members).union(old).sorted() }
            return there
        }
    }

    /// Other rows that it referred to are not kept by anything while it is gone.
    private mutating func withoutReferences(_ row: VswitchRow, _ place: RowName) -> VswitchRow {
        var row = row
        for (column, value) in row.columns.sorted(by: { $0.key < $1.key }) where value.hasReferences {
            warnings.append(Warning(place.words, "comes back without \(column): what it referred to is gone"))
            row[column] = nil
        }
        return row
    }

    /// A bridge of the change into which others have plugged something stays, with its own port. Members are rows that there are.
    private func keepPlugged(
        into merged: inout VswitchState, _ rows: VswitchState, _ before: VswitchState, _ after: VswitchState
    ) {
        for (name, row) in rows.bridges where merged.bridges[name] == nil {
            let ours = Set(after.bridges[name]?.members ?? [])
            let plugged = row.members.filter { !ours.contains($0) && merged.ports[$0] != nil }
            guard !plugged.isEmpty else { continue }
            let own = merged.ports[name] == nil ? [name] : []
            var kept = row
            kept.members = (plugged + own + row.members.filter { merged.ports[$0] != nil }).uniqued
            merged.bridges[name] = kept
            merged.ports[name] = rows.ports[name]
            merged.interfaces[name] = rows.interfaces[name]
        }
        for (name, row) in merged.ports {
            merged.ports[name]?.members = row.members.filter { merged.interfaces[$0] != nil }
        }
        for (name, row) in merged.bridges {
            merged.bridges[name]?.members = row.members.filter { merged.ports[$0] != nil }
        }
    }

    /// The devices that ovs-vswitchd makes of rows that come back have what they had; those of rows that go, go.
    private mutating func settleDevices(_ change: WayBack, since old: VswitchState, _ run: UndoneRun) {
        let (devices, oldDevices) = (wanted.vswitch?.internalDevices ?? [], old.internalDevices)
        for name in oldDevices.subtracting(devices) where wanted.links[name]?.isOpenVswitchs != false {
            if let after = change.after.links[name] { tellAdded(to: name, since: after, run) }
            wanted.links[name] = nil
        }
        for name in devices.subtracting(oldDevices) where wanted.links[name] == nil {
            wanted.links[name] = change.before.links[name]?.asNew
        }
    }
}

extension VswitchRow {
    /// Whether a bridge is the one that a run left: with the same MAC address, where it has one of its own.
    fileprivate func isSameBridge(as other: VswitchRow) -> Bool {
        let (one, two) = (self["other_config"]?.stringMap["hwaddr"], other["other_config"]?.stringMap["hwaddr"])
        return one == nil || two == nil || one == two
    }
}

extension OVSDBValue {
    /// Whether it names other rows by their identity.
    fileprivate var hasReferences: Bool {
        switch self {
        case .uuid, .namedUUID: true
        case .set(let elements): elements.contains(where: \.hasReferences)
        case .map(let entries): entries.contains { $0.key.hasReferences || $0.value.hasReferences }
        case .string, .integer, .real, .boolean: false
        }
    }
}

extension OVSDBValue? {
    /// A column as it was before a change, unless others have changed it since. Maps are compared key by key.
    fileprivate func merged(left: OVSDBValue?, now: OVSDBValue?) -> OVSDBValue? {
        let maps = [self, left, now].map { value -> [OVSDBValue: OVSDBValue]? in
            guard let value else { return [:] }
            if case .map(let entries) = value { return entries }
            return nil
        }
        guard let old = maps[0], let new = maps[1], var entries = maps[2], self != nil || left != nil else {
            return now == left ? self : now
        }
        guard case .map = self ?? left ?? .string("") else { return now == left ? self : now }
        for key in Set(old.keys).union(new.keys) where old[key] != new[key] && entries[key] == new[key] {
            entries[key] = old[key]
        }
        return .map(entries)
    }
}

extension [String] {
    /// Sorted, each once.
    fileprivate var uniqued: [String] { Set(self).sorted() }
}
