/// Cards on which macvlan, macvtap or ipvlan devices exist. The kernel lets such a card join neither a bridge or bond nor Open
/// vSwitch's datapath.
extension PlanBuilder {
    /// Checks that a stack has at least one card without such devices, unless `--take` allows deleting them.
    mutating func checkShares(of stack: Stack) throws(PlanError) {
        guard enslavesCards(of: stack), !takesCards else { return }
        let cards = uplinks(of: stack.datapath).map(\.device)
        let shared = cards.filter { !sharers(of: $0).isEmpty }
        for card in shared {
            let error = PlanError(stack.pifs[0], .shared(device: card, by: sharers(of: card).map(words)))
            guard shared.count < cards.count else { throw error }
            warn(stack.pifs[0], "\(error)")
        }
    }

    /// Deletes the devices that share the cards of a stack, with `--take`.
    mutating func releaseShares(of stack: Stack) {
        guard takesCards, enslavesCards(of: stack) else { return }
        for card in uplinks(of: stack.datapath).map(\.device) {
            for name in sharers(of: card) {
                warn(card, "\(words(name)) is deleted, which cannot be undone")
                stopDHCP(on: name, because: "\(card) is taken")
                perform(.deleteLink(name), because: "\(card) is taken")
            }
        }
    }

    private func enslavesCards(of stack: Stack) -> Bool {
        switch facts.datapath {
        case .openvswitch: facts.datapathType == .system && model.bridge(of: stack.datapath) != nil
        case .bridge:
            !stack.datapath.bondMasterOf.isEmpty
                || stack.pifs.contains { $0.vlan == nil && model.bridge(of: $0) != nil }
        }
    }

    /// The devices that share a card, sorted by name.
    private func sharers(of card: DeviceName) -> [DeviceName] {
        state.links.filter { $0.value.sharedCard == card }.keys.sorted()
    }

    private func words(_ name: DeviceName) -> String {
        state.links[name]?.kind.text(named: name) ?? name.text
    }
}
