/// Those of the PIFs asked for that are on one datapath: a bridge, or a bridgeless card, and the VLANs on it.
struct Stack {
    /// The PIF at the bottom. It need not be asked for itself.
    let datapath: PIF
    /// The PIFs that are asked for, in that order.
    var pifs: [PIF]
    /// The PIFs that cannot have their cards together with these: bonds over the same cards, and for a bond its own slaves.
    let conflicts: [PIF]

    /// Why a PIF that conflicts with those of the stack has to go.
    func takeOverReason(_ other: PIF) -> String {
        "\(pifs[0]) needs \(other.bondMasterOf.isEmpty ? "" : "a slave of ")\(other.device)"
    }
}

extension NetworkModel {
    /// PIFs by their datapaths, in the order of the first PIF of each.
    func stacks(of pifs: [PIF]) -> [Stack] {
        var stacks: [Stack] = []
        var places: [Ref<PIF>: Int] = [:]
        let bonds = BondIndex(self)
        for pif in pifs {
            let datapath = datapathPIF(of: pif)
            if let place = places[datapath.ref] {
                stacks[place].pifs.append(pif)
            } else {
                places[datapath.ref] = stacks.count
                stacks.append(
                    Stack(datapath: datapath, pifs: [pif], conflicts: conflictingPIFs(of: datapath, bonds)))
            }
        }
        return stacks
    }

    /// The PIFs that cannot have their cards together with another PIF: bonds over the same cards, and for a bond its own
    /// slaves.
    func conflictingPIFs(of pif: PIF, _ bonds: BondIndex) -> [PIF] {
        let datapath = datapathPIF(of: pif)
        var seen: Set = [datapath.ref]
        return uplinks(of: pif).flatMap { uplink in
            (bonds.masters(over: uplink) + [uplink]).filter { seen.insert($0.ref).inserted }
        }
    }

    /// The PIFs that cannot have their cards together with some others.
    func conflictingPIFs(ofAll stacks: [Stack]) -> [PIF] {
        var seen: Set<Ref<PIF>> = []
        return stacks.flatMap { stack in stack.conflicts.filter { seen.insert($0.ref).inserted } }
    }
}
