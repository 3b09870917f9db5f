/// The bonds over each card, found in one pass: a host may have hundreds of bonds, and a search through all for each card takes
/// long.
struct BondIndex {
    private var masters: [Ref<PIF>: [PIF]] = [:]

    /// Goes through the bonds of a host.
    init(_ model: NetworkModel) {
        let bonds = model.bonds.values.compactMap { bond in model.pifs[bond.master].map { (bond: bond, master: $0) } }
            .sorted { NetworkModel.inDeviceOrder($0.master, $1.master) }
        guard !bonds.isEmpty else { return }
        // A slave may name a bond that does not list it.
        let naming = Dictionary(grouping: model.pifs.values.filter { $0.bondSlaveOf != nil }, by: \.bondSlaveOf)
        for (bond, master) in bonds {
            for slave in Set(bond.slaves + (naming[bond.ref] ?? []).map(\.ref)) {
                masters[slave, default: []].append(master)
            }
        }
    }

    /// The master PIFs of all bonds that a card is a slave of, in the order of their devices; several where bonds share it.
    func masters(over card: PIF) -> [PIF] { masters[card.ref] ?? [] }
}
