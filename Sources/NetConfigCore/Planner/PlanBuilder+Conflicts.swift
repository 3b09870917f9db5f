/// What must leave before a requested PIF can have its cards: a card is in one bridge or bond only.
extension PlanBuilder {
    /// Takes down the PIFs that conflict with a stack, and the VLANs on them, which cannot work without their cards.
    mutating func releaseConflicts(of stack: Stack) {
        // First of all the cards themselves: a bridge that is left with guests stays, one with a card of ours does not.
        if !stack.conflicts.isEmpty, facts.datapath == .openvswitch {
            for uplink in model.uplinks(of: stack.datapath) { takeInterface(uplink.device.text, for: nil) }
        }
        for other in stack.conflicts {
            let reason = stack.takeOverReason(other)
            switch facts.datapath {
            case .bridge: releaseOnBridge(other, for: stack.pifs[0], because: reason)
            case .openvswitch: releaseOnVswitch(other, because: reason)
            }
        }
    }

    /// Refuses a PIF that would take its card or VLAN from another attached network that has the same one: the two would take
    /// it from each other at every run.
    func checkTwins() throws(PlanError) {
        var before: Set<Ref<PIF>> = []
        let twins = Twins(of: pifs, in: model)
        for pif in pifs {
            if let twin = twins[pif].first(where: { before.contains($0.ref) || isAheadOf(pif, $0) }) {
                let name = model.ipDevice(of: twin).map { "\(twin) (\($0))" } ?? "\(twin)"
                throw PlanError(
                    pif, pif.vlan == nil ? .sameCard("\(pif)", name) : .twinVLAN(pif: "\(pif)", other: name))
            }
            before.insert(pif.ref)
        }
    }

    /// Whether a twin holds the card or VLAN: its link exists, or it is attached and `pif` is not.
    private func isAheadOf(_ pif: PIF, _ twin: PIF) -> Bool {
        if facts.datapath == .bridge, let link = model.netdev(of: pif).flatMap({ state.links[$0] }),
            let master = link.master, [pif, twin].contains(where: { model.bridge(of: $0) == master })
        {
            return model.bridge(of: twin) == master
        }
        return isInUse(twin) && !isInUse(pif)
    }

    private mutating func releaseOnBridge(_ other: PIF, for pif: PIF, because reason: String) {
        for vlan in model.vlanPIFs(on: other) {
            removeBridge(of: vlan, for: pif, because: reason)
            removeVLANLink(of: vlan, because: reason)
        }
        removeBridge(of: other, for: pif, because: reason)
        if !other.bondMasterOf.isEmpty { return removeBond(other, because: reason) }
        if model.bridge(of: other) == nil { clearAddresses(of: other.device, because: reason) }
    }

    private mutating func releaseOnVswitch(_ other: PIF, because reason: String) {
        for vlan in model.vlanPIFs(on: other) where isFakeBridgeThere(vlan, on: other) {
            removeFakeBridge(vlan, because: reason)
        }
        removeDatapath(of: other, because: reason)
    }

    /// Takes down the remaining slaves of removed bonds, unless something needs them.
    mutating func lowerLeftovers(of stack: Stack) {
        let kept = Set(model.uplinks(of: stack.datapath).map(\.device))
        for card in leftoverCards.subtracting(kept).sorted() {
            let isUsed = model.pifs.values.contains { $0.device == card && isNeeded($0) }
            if !isUsed { lower(card, because: "nothing uses \(card)") }
        }
        // Bonds can share most of their slaves.
        var seen: Set<Ref<PIF>> = []
        for master in stack.conflicts {
            guard let bond = model.bond(masteredBy: master) else { continue }
            for slave in bond.slaves.filter({ seen.insert($0).inserted }).compactMap({ model.pifs[$0] })
            where !kept.contains(slave.device) && !isNeeded(slave) {
                lower(slave.device, because: "\(master) is removed, and nothing else uses \(slave.device)")
            }
        }
    }

    /// Whether a card is attached itself, or carries an attached VLAN.
    func isNeeded(_ card: PIF) -> Bool {
        isAttached(card) || model.vlanPIFs(on: card).contains(where: isAttached)
    }
}
