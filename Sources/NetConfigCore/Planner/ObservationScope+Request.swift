/// What has to be observed for requests, and for an overview.
extension ObservationScope {
    /// Everything that a request on a PIF can concern: the PIF's own devices, those of PIFs that conflict with it, and
    /// the files named after them.
    package init(for request: Request, in model: NetworkModel) { self.init(for: [request], in: model) }

    /// Everything that some requests can concern.
    package init(for requests: [Request], in model: NetworkModel) {
        let stacks = model.stacks(of: requests.compactMap { model.pifs[$0.pif] })
        guard !stacks.isEmpty else { return }
        files = [
            HostFile.attached, HostFile.resolver, HostFile.sysconfigNetwork,
        ]
        for reset in requests.compactMap(\.reset) {
            // What a guard puts back it must look at: the copies too.
            files.formUnion(NetworkReset.keptFiles + NetworkReset.keptFiles.flatMap(HostFile.asides))
            files.insert(HostFile.networkReset)
            filesByName = Set((NetworkReset.keptFiles + reset.formerRecords).flatMap(HostFile.asides))
            filesByName?.formUnion(reset.formerRecords + [HostFile.interfaceRename])
            devices.formUnion(reset.formerDevices)
        }
        switches = Set(stacks.flatMap { $0.pifs + [$0.datapath] }.compactMap(model.bridge))
        let requested = Set(requests.filter(\.isManagement).map(\.pif))
        var seen: Set<Ref<PIF>> = []
        for stack in stacks {
            add(stack, in: model, &seen)
            if model.wantsBalanceSLB(stack.datapath) { wantsBalanceSLB = true }
            managementDevices.formUnion(
                ([stack.datapath] + model.vlanPIFs(on: stack.datapath))
                    .filter { model.isManagement($0) || requested.contains($0.ref) }.compactMap(model.bridge))
        }
    }

    /// Adds what a stack needs, each PIF once: bonds can share most of their slaves.
    private mutating func add(_ stack: Stack, in model: NetworkModel, _ seen: inout Set<Ref<PIF>>) {
        let uplinks = model.uplinks(of: stack.datapath)
        for other in stack.pifs + [stack.datapath] { add(other, in: model) }
        let slaves = stack.conflicts.compactMap { model.bond(masteredBy: $0) }.flatMap(\.slaves)
        for ref in (uplinks + stack.conflicts).map(\.ref) + slaves
        where ref != stack.datapath.ref && seen.insert(ref).inserted {
            guard let other = model.pifs[ref] else { continue }
            for concerned in [other] + model.vlanPIFs(on: other) { add(concerned, in: model) }
        }
        let own = stack.pifs.flatMap { [$0.device, model.netdev(of: $0), model.ipDevice(of: $0)] }.compactMap { $0 }
        for device in own + uplinks.map(\.device) {
            files.insert("\(HostFile.scripts)/ifcfg-\(device)")
            files.insert("\(HostFile.scripts)/route-\(device)")
        }
        // What a lease wrote is told by what it says.
        files.formUnion(stack.pifs.compactMap(model.ipDevice).flatMap(DHCPClientFiles.leases))
    }

    private mutating func add(_ pif: PIF, in model: NetworkModel) {
        devices.formUnion([model.netdev(of: pif), model.bridge(of: pif), pif.device].compactMap { $0 })
    }

    /// The scope of an overview of the whole host: ethtool settings of cards and of bridges whose records have some, and DHCP
    /// clients where records ask for one. Asking hundreds of bridges for more would take too long.
    package init(showing model: NetworkModel) {
        let names = model.pifs.values.flatMap { pif -> [DeviceName?] in
            let isCard = pif.vlan == nil && pif.bondMasterOf.isEmpty
            let hasMore =
                pif.ipv4.mode == .dhcp || pif.ipv6.mode == .dhcp
                || model.network(of: pif)?.otherConfig.entries.keys.contains { $0.begins(with: "ethtool-") } == true
            return [isCard ? pif.device : nil, hasMore ? model.ipDevice(of: pif) : nil]
        }
        devices = Set(names.compactMap { $0 })
        files = [HostFile.attached, HostFile.resolver]
        if model.pifs.values.contains(where: model.wantsBalanceSLB) { wantsBalanceSLB = true }
        managementDevices = Set(model.pifs.values.filter(model.isManagement).compactMap(model.bridge))
        switches = Set(model.pifs.values.compactMap(model.bridge))
    }
}
