/// Keeps track of which requested PIFs have been given their cards, one after the other.
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

    /// Gives a PIF its cards.
    package mutating func take(_ pif: PIF) {
        let datapath = model.datapathPIF(of: pif).ref
        holders[datapath] = holders[datapath] ?? pif
    }

    /// Why a PIF conflicts with those before it; `nil` where it does not.
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
    /// Why a PIF is left alone for the sake of an unmanaged one: itself, one whose card it needs, or one that uses such a card
    /// now. The host may have its disk over that card.
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
