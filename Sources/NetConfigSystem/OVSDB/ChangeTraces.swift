internal import NetConfigCore

/// Compares rows with a change made earlier: what of it is still there, whatever other programs have written since.
struct ChangeTraces: Equatable {
    /// The changes that undo what is still there; none where nothing is.
    private(set) var takingBack: [VswitchChange] = []
    /// Whether everything is still as the change set it.
    private(set) var isIntact = true
    /// What will differ from before because other programs have changed it, a sentence each.
    private(set) var foreign: [String] = []

    /// Compares the present rows with a change.
    ///
    /// What is as the change left it is set back. What is already as before is left alone, and so is what is neither: another
    /// program wrote it. Maps are compared key by key, lists of members member by member.
    init(of changes: [VswitchChange], in now: VswitchState) {
        var (before, after) = (now, now)
        for change in changes {
            before[keyPath: change.table.rows][change.name] = change.before
            after[keyPath: change.table.rows][change.name] = change.after
        }
        var wanted = now.restored(to: before, from: [after])
        for change in changes {
            compare(change, now[change.table][change.name], &wanted[keyPath: change.table.rows][change.name])
        }
        // The server removes what nothing refers to.
        for change in changes where change.table == .port && now.ports[change.name] == nil {
            guard let port = wanted.ports[change.name], wanted.bridge(ofPort: change.name) == nil else { continue }
            wanted.ports[change.name] = nil
            for interface in port.members where now.interfaces[interface] == nil { wanted.interfaces[interface] = nil }
            foreign.append("Port \(change.name) was not restored, because its bridge now belongs to another program")
        }
        takingBack = now.changes(to: wanted)
    }

    private mutating func compare(_ change: VswitchChange, _ now: VswitchRow?, _ wanted: inout VswitchRow?) {
        let row = "\(change.table.rawValue) \(change.name)"
        switch (change.before, change.after, now) {
        case (_, nil, nil): break
        case (let before, nil, let now?):
            isIntact = false
            wanted = now
            if before != now { foreign.append("\(row) was deleted, and another program has recreated it since") }
        case (nil, _?, nil): isIntact = false
        case (nil, let after?, let now?):
            if !now.has(after) { isIntact = false }
            if wanted != nil { foreign.append("\(row) was kept, because another program uses it now") }
        case (_?, _?, nil):
            isIntact = false
            foreign.append("\(row) is gone: another program has deleted it since")
        case (let before?, let after?, let now?):
            compare(before, after, now, &wanted, row)
        }
    }

    private mutating func compare(
        _ before: VswitchRow, _ after: VswitchRow, _ now: VswitchRow, _ wanted: inout VswitchRow?, _ row: String
    ) {
        let (added, removed) = after.members.differences(from: before.members)
        if !added.isSubset(of: now.members) || !removed.isDisjoint(with: now.members) { isIntact = false }
        for column in after.columns.keys(differingFrom: before.columns).sorted() {
            let (old, ours, present) = (before[column], after[column], now[column])
            guard present != ours else { continue }
            guard [old, ours, present].contains(where: \.isMap) else {
                isIntact = false
                guard present != old else { continue }
                wanted?[column] = present
                foreign.append("\(row): \(column) is \(present.text), as another program has set it since")
                continue
            }
            var entries = wanted?[column].entries ?? [:]
            for key in ours.entries.keys(differingFrom: old.entries).sorted() {
                let value = present.entries[key]
                guard value != ours.entries[key] else { continue }
                isIntact = false
                guard value != old.entries[key] else { continue }
                entries[key] = value
                foreign.append("\(row): \(column):\(key) is \(value.text), as another program has set it since")
            }
            wanted?[column] = OVSDBValue.map(entries)
        }
    }
}

extension VswitchRow {
    /// Whether all columns and members of another row are as they are there.
    fileprivate func has(_ other: VswitchRow) -> Bool {
        Set(other.members).isSubset(of: members)
            && other.columns.allSatisfy { column, value in
                guard case .map(let entries) = value else { return self[column] == value }
                return entries.allSatisfy { self[column].entries[$0.key] == $0.value }
            }
    }
}

extension [String] {
    fileprivate func differences(from old: [String]) -> (added: Set<String>, removed: Set<String>) {
        (Set(self).subtracting(old), Set(old).subtracting(self))
    }
}

extension OVSDBValue? {
    fileprivate var isMap: Bool {
        guard case .map? = self else { return false }
        return true
    }

    fileprivate var entries: [OVSDBValue: OVSDBValue] {
        guard case .map(let entries)? = self else { return [:] }
        return entries
    }

    /// The value for a message, not longer than a line.
    fileprivate var text: String { self?.text(cutAt: 100) ?? "not set" }
}
