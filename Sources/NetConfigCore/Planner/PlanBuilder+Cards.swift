/// The cards under a PIF: whether they are there and ours to take, and what they give the devices above them.
extension PlanBuilder {
    /// The cards that carry a PIF's traffic and are there: a bond does without those that are missing.
    func uplinks(of pif: PIF) -> [PIF] {
        model.uplinks(of: pif).filter { observed.links[$0.device] != nil }
    }

    /// Whether this host's records describe a bridge or bond of a name: what we may take a NIC from.
    func isOurs(_ master: DeviceName) -> Bool {
        model.pifs.values.contains { model.bridge(of: $0) == master || $0.device == master && !$0.bondMasterOf.isEmpty }
    }

    /// Checks that the cards of a stack are there, the right ones, and in no foreign bridge. Of a bond one is enough.
    mutating func checkUplinks(of stack: Stack) throws(PlanError) {
        let pif = stack.pifs[0]
        let present = uplinks(of: stack.datapath)
        for missing in model.uplinks(of: stack.datapath) where observed.links[missing.device] == nil {
            guard !present.isEmpty else {
                let cards = observed.cards.map { name in
                    "\(name)\(observed.links[name]?.ownMAC.map { " (\($0))" } ?? "")"
                }
                throw PlanError(
                    pif,
                    .missingUplink(
                        pif: "\(missing)", device: missing.device, mac: missing.mac, present: cards,
                        otherName: observed.otherName(missing.device)))
            }
            let mac = missing.mac.map { " (MAC \($0))" } ?? ""
            let hint = observed.otherName(missing.device).map { "; \($0)" } ?? ""
            let rest = "\(stack.datapath.device) uses the remaining ones\(hint)"
            warn(missing, "network card \(missing.device)\(mac) is missing; \(rest)")
        }
        let former = former(above: stack).devices
        for uplink in present {
            if let holder = holder(of: uplink.device), !former.contains(holder) {
                throw PlanError(pif, .busy(device: uplink.device, master: holder))
            }
            guard let (mac, own) = unlikeRecord(uplink) else { continue }
            if let carrier = observed.cards.first(where: { observed.links[$0]?.ownMAC == mac }) {
                // Both are in the bond, whatever they are called.
                if present.contains(where: { $0.device == carrier }) { continue }
                throw PlanError(
                    pif, .swappedNames(pif: "\(uplink)", device: uplink.device, mac: mac, carrier: carrier))
            }
            warn(
                uplink,
                "the record has MAC \(mac), but \(uplink.device) has \(own), and no other card has \(mac); using \(own)"
            )
        }
    }

    /// The bridge or bond that a card is in and that is not of this host's records. From Open vSwitch's bridges a card is taken
    /// without a question unless the host has addresses there: its rows outlive a restart, and those who made them.
    private mutating func holder(of card: DeviceName) -> DeviceName? {
        if let master = observed.links[card]?.master { return isOurs(master) ? nil : master }
        guard let port = rows.port(ofInterface: card.text), let bridge = rows.bridge(ofPort: port),
            let name = DeviceName(interface: bridge), !described.contains(name)
        else { return nil }
        return isReached(name) ? name : nil
    }

    /// Whether the host has addresses on a device, or is about to get some.
    func isReached(_ device: DeviceName) -> Bool {
        observed.links[device]?.addresses.isEmpty == false || observed.dhcpClients.contains { $0.device == device }
    }

    /// The address that a card's record says and the one that it has, where these differ.
    private func unlikeRecord(_ card: PIF) -> (recorded: MACAddress, own: MACAddress)? {
        guard let mac = card.mac, mac.isAssignable, let own = observed.links[card.device]?.ownMAC, own != mac else {
            return nil
        }
        return (mac, own)
    }

    /// The MAC address of a PIF's datapath: its record's, else that of its first card. An address that the record has from
    /// a card whose place another card has taken is not used any more: the old card may be in another host by now. While
    /// that card is merely missing from a bond, it is.
    func datapathMAC(of pif: PIF) -> MACAddress? {
        let cards = uplinks(of: pif)
        guard let recorded = model.macAddress(of: pif) else {
            return cards.first.flatMap { observed.links[$0.device]?.ownMAC }
        }
        guard let replacement = cards.lazy.compactMap(unlikeRecord).first(where: { $0.recorded == recorded }) else {
            return recorded
        }
        let isCarried = observed.cards.contains { observed.links[$0]?.ownMAC == recorded }
        return isCarried ? recorded : replacement.own
    }

    /// The MAC address of a card that is there, else that of its record.
    func cardMAC(_ card: PIF) -> MACAddress? {
        observed.links[card.device]?.ownMAC ?? card.mac.flatMap { $0.isAssignable ? $0 : nil }
    }

    /// Takes cards and fake bridges out of Open vSwitch that it could not open although nothing in their rows is wrong, so that
    /// it tries anew when they are put in again. A bond that has a slave that works goes on with it.
    mutating func reopenFailing() {
        for stack in stacks where model.bridge(of: stack.datapath) != nil {
            let cards = uplinks(of: stack.datapath).map(\.device.text)
            let failing = cards.filter { rows.failing[$0] != nil && rows.port(ofInterface: $0) != nil }
            for card in failing where failing.count < cards.count {
                warn(
                    card,
                    "Open vSwitch cannot use it: \(rows.failing[card] ?? ""); \(stack.datapath.device) works without it"
                )
            }
            for pif in stack.pifs where pif.vlan != nil {
                guard let name = model.bridge(of: pif), let failure = rows.failing[name.text],
                    rows.ports[name.text]?["fake_bridge"] == .boolean(true)
                else { continue }
                rows.removePort(name.text)
                commitVswitch(because: "Open vSwitch could not make \(name): \(failure)")
            }
            guard failing.count == cards.count else { continue }
            for card in failing {
                let port = rows.port(ofInterface: card) ?? card
                guard rows.strayColumns(ofUplink: port).isEmpty else { continue }
                let reason = "Open vSwitch could not use it: \(rows.failing[card] ?? "")"
                takeInterface(card, for: nil)
                commitVswitch(because: reason)
            }
        }
    }

    /// The MTU of a datapath's cards, and of their bond: what the records ask for, within what each card can have.
    mutating func cardMTU(of datapath: PIF) -> Setting<Int> {
        var mtu = model.mtu(ofDeviceOf: datapath, &warnings)
        for card in uplinks(of: datapath).map(\.device) {
            guard let link = observed.links[card], let usable = link.usableMTU(mtu.value), usable != mtu.value else {
                continue
            }
            let rule = usable < mtu.value ? "above the maximum of \(card)" : "below the minimum of \(card)"
            warn(card, "MTU \(mtu.value) (\(mtu.origin)) is \(rule); using \(usable)", at: mtu.origin)
            mtu.value = usable
        }
        return mtu
    }

    /// An upper device cannot carry larger frames than the one below it. Where one place asks for both, it has been said
    /// what the lower one can carry.
    mutating func clamp(
        _ mtu: Setting<Int>, of name: DeviceName, to limit: Setting<Int>, of lower: DeviceName
    ) -> Setting<Int> {
        guard mtu.value > limit.value else { return mtu }
        if mtu.origin != limit.origin {
            warn(
                name, "MTU \(mtu.value) (\(mtu.origin)) is more than \(lower) can carry; using \(limit.value)",
                at: mtu.origin)
        }
        return Setting(limit.value, from: mtu.origin)
    }
}
