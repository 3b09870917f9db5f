/// Which PIFs have their cards already, of several that are asked for one after the other.
package struct TakenCards {
    /// The bonds over each card.
    let bonds: BondIndex
    private let model: NetworkModel
    private var holders: [Ref<PIF>: PIF] = [:]

    /// No PIF has any yet.
    package init(_ model: NetworkModel) {
        self.model = model
        bonds = BondIndex(model)
    }

    /// Notes that a PIF has its cards.
    package mutating func take(_ pif: PIF) {
        let datapath = model.datapathPIF(of: pif).ref
        holders[datapath] = holders[datapath] ?? pif
    }

    /// Why a PIF cannot be had together with those before it; `nil` where it can.
    package func refusal(of pif: PIF) -> PlanError? {
        let datapath = model.datapathPIF(of: pif)
        guard holders[datapath.ref] == nil,
            let other = model.conflictingPIFs(of: pif, bonds).lazy.compactMap({ holders[$0.ref] }).first
        else { return nil }
        let isSlave = model.uplinks(of: other).contains { $0.ref == datapath.ref }
        return PlanError(
            pif,
            isSlave ? .besideBond(pif: "\(pif)", bond: "\(other)") : .conflict(pif: "\(pif)", with: "\(other)"))
    }
}

extension NetworkModel {
    /// Why a PIF is not touched for the sake of one that XAPI was told not to manage: itself, one whose card it needs, or one
    /// that has such a card now. Over that card the host may have its disk.
    func unmanagedRefusal(
        of pif: PIF, _ verb: Verb, _ observed: ObservedState, _ bonds: BondIndex
    ) -> PlanError? {
        guard pif.managed else { return PlanError(pif, .unmanaged("\(pif)")) }
        if let other = pifsOfStack(of: pif).first(where: { !$0.managed }) {
            return PlanError(pif, .needsUnmanaged(pif: "\(pif)", other: "\(other)"))
        }
        guard verb == .up else { return nil }
        let holders = conflictingPIFs(of: pif, bonds).flatMap { [$0] + vlanPIFs(on: $0) }
        let inUse = holders.first { other in
            !other.managed
                && [bridge(of: other), netdev(of: other)].contains { $0.flatMap { observed.links[$0] } != nil }
        }
        return inUse.map { PlanError(pif, .needsUnmanaged(pif: "\(pif)", other: "\($0)")) }
    }
}
