extension NetworkModel {
    /// The devices that a request on a PIF makes, changes or needs.
    func devices(of pif: PIF) -> [DeviceName] {
        let datapath = datapathPIF(of: pif)
        let stack = [bridge(of: pif), netdev(of: pif), bridge(of: datapath), datapath.device].compactMap { $0 }
        return stack + uplinks(of: pif).map(\.device)
    }

    /// Sorts requests by importance, independent of their order on the command line: the management interface's stack first,
    /// then bonds before the bridges of their slaves, then by device and tag. Requests for unknown PIFs come last.
    package func inOrderOfImportance(_ requests: [Request]) -> [Request] {
        let known = requests.compactMap { request in
            pifs[request.pif].map { (request: request, pif: $0, datapath: datapathPIF(of: $0)) }
        }
        // The request's word goes before the record's.
        var stacks: [Ref<PIF>: Int] = [:]
        for entry in known {
            let rank = entry.request.isManagement ? 0 : isManagement(entry.pif) ? 2 : 4
            stacks[entry.datapath.ref] = min(stacks[entry.datapath.ref] ?? rank, rank)
        }
        let ranked = known.map { entry in
            (
                request: entry.request, pif: entry.pif,
                rank: (stacks[entry.datapath.ref] ?? 4) + (entry.datapath.bondMasterOf.isEmpty ? 1 : 0)
            )
        }
        let sorted = ranked.sorted { one, other in
            guard one.rank == other.rank else { return one.rank < other.rank }
            guard one.pif.ref == other.pif.ref else { return Self.inDeviceOrder(one.pif, other.pif) }
            return one.request.isManagement && !other.request.isManagement
        }
        return sorted.map(\.request) + requests.filter { pifs[$0.pif] == nil }.sorted { $0.pif < $1.pif }
    }
}
