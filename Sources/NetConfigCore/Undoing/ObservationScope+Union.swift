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
    }
}
