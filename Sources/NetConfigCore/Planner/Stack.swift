/// The requested PIFs of one datapath: a bridge, or a card without one, and the VLANs on it.
struct Stack {
    /// The datapath PIF, which need not be requested itself.
    let datapath: PIF
    /// The PIFs that are asked for, in that order.
    var pifs: [PIF]
    /// The PIFs that cannot have their cards at the same time: bonds over the same cards, and the slaves of a bond.
    let conflicts: [PIF]

    /// Why a conflicting PIF must release its cards.
    func takeOverReason(_ other: PIF) -> String {
        "\(pifs[0]) needs \(other.bondMasterOf.isEmpty ? "" : "a slave of ")\(other.device)"
    }
}

extension NetworkModel {
    /// Groups PIFs by datapath, in the order of the first PIF of each.
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

    /// The PIFs that cannot have their cards at the same time as a PIF: bonds over the same cards, and the slaves of a bond.
    func conflictingPIFs(of pif: PIF, _ bonds: BondIndex) -> [PIF] {
        let datapath = datapathPIF(of: pif)
        var seen: Set = [datapath.ref]
        return uplinks(of: pif).flatMap { uplink in
            (bonds.masters(over: uplink) + [uplink]).filter { seen.insert($0.ref).inserted }
        }
    }

    /// The PIFs that conflict with any of these stacks.
    func conflictingPIFs(ofAll stacks: [Stack]) -> [PIF] {
        var seen: Set<Ref<PIF>> = []
        return stacks.flatMap { stack in stack.conflicts.filter { seen.insert($0.ref).inserted } }
    }
}
