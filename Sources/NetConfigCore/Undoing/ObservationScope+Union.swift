extension ObservationScope {
    /// Everything that changes concern: what has to be looked at before they are taken back.
    package init(takingBack changes: [WayBack]) {
        for change in changes {
            let other = change.scope
            devices.formUnion(other.devices)
            managementDevices.formUnion(other.managementDevices)
            if let more = other.switches { switches = (switches ?? []).union(more) }
            files.formUnion(other.files.filter(HostFile.isRestored))
            for case .replaceFile(let path, _, _) in change.actions where HostFile.isRestored(path) {
                files.insert(path)
            }
            let moved = change.actions.flatMap { action -> [String] in
                if case .moveFile(let path, let other) = action { [path, other] } else { [] }
            }
            let names = (other.filesByName ?? []).union(moved)
            if !names.isEmpty { filesByName = (filesByName ?? []).union(names.filter(HostFile.isMoved)) }
            if other.wantsBalanceSLB == true { wantsBalanceSLB = true }
        }
        readMovedFiles(of: changes)
    }

    /// What is in a file that was moved decides what comes back where one of its names was written as well.
    private mutating func readMovedFiles(of changes: [WayBack]) {
        var moves = changes.flatMap(\.actions).compactMap { action -> [String]? in
            guard case .moveFile(let path, let other) = action else { return nil }
            return [path, other].allSatisfy(HostFile.isMoved) ? [path, other] : nil
        }
        while let index = moves.firstIndex(where: { !files.isDisjoint(with: $0) }) {
            files.formUnion(moves.remove(at: index))
        }
    }
}
