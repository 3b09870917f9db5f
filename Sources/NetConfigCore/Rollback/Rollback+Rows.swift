/// Undoing changes of Open vSwitch's rows.
extension VswitchState {
    /// These rows, with the columns and members that a plan changes as they were before it, and all others unchanged;
    /// `intermediates` are the rows after each of the plan's actions.
    package func restored(to before: VswitchState, from intermediates: [VswitchState]) -> VswitchState {
        var wanted = self
        // A bridge of the plan's into which others have plugged something stays, with its own port.
        let kept = Set(
            bridges.keys.filter { name in
                let ours = Set(intermediates.flatMap { $0.bridges[name]?.members ?? [] })
                return before.bridges[name] == nil && !ours.isEmpty
                    && !ours.isSuperset(of: bridges[name]?.members ?? [])
            })
        for table in VswitchTable.allCases {
            let names = intermediates.flatMap { $0[table].keys(differingFrom: before[table]) }
            for name in Set(names) where !kept.contains(name) {
                wanted[table][name] = before[table][name].restored(
                    from: intermediates.map { $0[table][name] }, now: self[table][name])
            }
        }
        for (name, row) in wanted.bridges {
            // What the plan took from elsewhere is there again.
            let elsewhere = kept.contains(name) ? wanted.bridges.filter { $0.key != name }.flatMap(\.value.members) : []
            wanted.bridges[name]?.members = row.members.filter { wanted.ports[$0] != nil && !elsewhere.contains($0) }
        }
        return wanted
    }
}

extension VswitchRow? {
    /// A row as it was before a plan, except for what other programs have changed since; `intermediates` are the row's values after
    /// each action.
    fileprivate func restored(from intermediates: [VswitchRow?], now: VswitchRow?) -> VswitchRow? {
        guard let before = self else { return nil }
        // What others have removed since is not ours to make again.
        guard var row = now else { return intermediates.contains(nil) ? before : nil }
        for column in Set(([before] + intermediates).flatMap { $0?.columns.keys.map(\.self) ?? [] }) {
            row[column] = before[column].restored(from: intermediates.map { $0?[column] }, now: row[column])
        }
        let members = intermediates.map { Set($0?.members ?? []) }
        let added = Set(members.joined()).subtracting(before.members)
        let removed = before.members.filter { member in members.contains { !$0.contains(member) } }
        row.members = Set(row.members).subtracting(added).union(removed).sorted()
        return row
    }
}

extension OVSDBValue? {
    /// A column's value before a plan, if the plan changes it. Maps are compared key by key.
    fileprivate func restored(from intermediates: [OVSDBValue?], now: OVSDBValue?) -> OVSDBValue? {
        guard intermediates.contains(where: { $0 != self }) else { return now }
        let maps = ([self, now] + intermediates).map { $0?.entries }
        guard maps.contains(where: { $0 != nil }) else { return self }
        let (before, changed) = (maps[0] ?? [:], maps[2...].map { $0 ?? [:] })
        var entries = maps[1] ?? [:]
        for key in Set(changed.flatMap { $0.keys(differingFrom: before) }) { entries[key] = before[key] }
        return .map(entries)
    }
}

extension OVSDBValue {
    /// The entries of a map; `nil` for any other value.
    fileprivate var entries: [OVSDBValue: OVSDBValue]? {
        guard case .map(let entries) = self else { return nil }
        return entries
    }
}
