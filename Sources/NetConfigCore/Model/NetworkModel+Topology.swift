extension NetworkModel {
    /// The network of a PIF.
    public func network(of pif: PIF) -> Network? { networks[pif.network] }

    /// The bridge of a PIF: that of its network; `nil` for a bridgeless PIF.
    public func bridge(of pif: PIF) -> DeviceName? { networks[pif.network]?.bridge }

    /// The device that a PIF is on the host: the NIC or bond, or `device.tag` for a VLAN PIF.
    ///
    /// `nil` where a VLAN PIF's name would be too long for the kernel; on Open vSwitch no such device is made.
    public func netdev(of pif: PIF) -> DeviceName? {
        pif.vlan.map { DeviceName("\(pif.device).\($0)") } ?? pif.device
    }

    /// The device that carries a PIF's addresses: its bridge, or for a bridgeless PIF its ``netdev(of:)``.
    public func ipDevice(of pif: PIF) -> DeviceName? { bridge(of: pif) ?? netdev(of: pif) }

    /// The PIF under a VLAN PIF, `nil` for any other.
    public func underlyingPIF(of pif: PIF) -> PIF? {
        pif.vlanMasterOf.flatMap { vlans[$0] }.flatMap { pifs[$0.taggedPIF] }
    }

    /// The PIF whose bridge is the datapath that a PIF is on: for a VLAN PIF the one under it, else itself.
    public func datapathPIF(of pif: PIF) -> PIF {
        var pif = pif
        while let below = underlyingPIF(of: pif) { pif = below }
        return pif
    }

    /// Whether a PIF stands for an SR-IOV network, or a VLAN on one: virtual functions go to VMs, and no bridge is made.
    public func isVirtualFunction(_ pif: PIF) -> Bool { !datapathPIF(of: pif).sriovLogicalPIFOf.isEmpty }

    /// The VLAN PIFs stacked on a PIF, by tag.
    public func vlanPIFs(on pif: PIF) -> [PIF] {
        pif.vlanSlaveOf.compactMap { vlans[$0] }.compactMap { pifs[$0.untaggedPIF] }
            .sorted { ($0.vlan ?? 0, $0.ref) < ($1.vlan ?? 0, $1.ref) }
    }

    /// The bond that a PIF is the master of.
    public func bond(masteredBy pif: PIF) -> Bond? { pif.bondMasterOf.first.flatMap { bonds[$0] } }

    /// The slaves of a bond, in its record's order.
    public func slaves(of bond: Bond) -> [PIF] { bond.slaves.compactMap { pifs[$0] } }

    /// The physical PIFs that carry a PIF's traffic: none for a tunnel's access PIF, the slaves of a bond, else the
    /// datapath PIF itself.
    public func uplinks(of pif: PIF) -> [PIF] {
        let datapath = datapathPIF(of: pif)
        guard datapath.tunnelAccessPIFOf.isEmpty else { return [] }
        return bond(masteredBy: datapath).map(slaves(of:)) ?? [datapath]
    }

    /// The PIFs whose devices a PIF needs: itself, those under a VLAN PIF, and the slaves of a bond.
    package func pifsOfStack(of pif: PIF) -> [PIF] {
        var stack = [pif]
        while let below = stack.last.flatMap(underlyingPIF) { stack.append(below) }
        return stack + (stack.last.flatMap(bond(masteredBy:)).map(slaves(of:)) ?? [])
    }

    /// Whether a PIF is the host's management interface. Installers mark bond slaves as well: those never count.
    public func isManagement(_ pif: PIF) -> Bool { pif.management && pif.bondSlaveOf == nil }

    /// All PIFs in the order of their devices, then of their tags: the order in which people list them. The places are sorted,
    /// not the PIFs: a record of two dozen fields is dear to move.
    public var pifsInOrder: [PIF] { pifs.values.map(PIFPlace.init).sorted().compactMap { pifs[$0.ref] } }

    /// Orders PIFs as ``pifsInOrder`` does.
    static func inDeviceOrder(_ lhs: PIF, _ rhs: PIF) -> Bool { PIFPlace(lhs) < PIFPlace(rhs) }
}

/// A PIF's place among the others: by device, then untagged before tagged, then by reference.
private struct PIFPlace: Comparable {
    let device: DeviceName
    let tag: Int
    let ref: Ref<PIF>

    init(_ pif: PIF) { (device, tag, ref) = (pif.device, pif.vlan.map(Int.init) ?? -1, pif.ref) }

    static func < (lhs: PIFPlace, rhs: PIFPlace) -> Bool {
        guard lhs.device == rhs.device else { return lhs.device < rhs.device }
        return (lhs.tag, lhs.ref) < (rhs.tag, rhs.ref)
    }
}
