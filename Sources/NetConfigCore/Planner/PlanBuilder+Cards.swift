/// The network cards of a stack: whether they exist and may be taken, and which MAC address and MTU they give the devices
/// above.
extension PlanBuilder {
    /// The cards that carry a PIF's traffic and exist: a bond works without missing ones.
    func uplinks(of pif: PIF) -> [PIF] {
        model.uplinks(of: pif).filter { observed.links[$0.device] != nil }
    }

    /// Whether the records of this host describe a bridge or bond of this name, so that a card may be taken from it.
    func isOurs(_ master: DeviceName) -> Bool {
        model.pifs.values.contains { model.bridge(of: $0) == master || $0.device == master && !$0.bondMasterOf.isEmpty }
    }

    /// Checks that the cards of a stack exist, are the recorded ones, and belong to no foreign bridge. One card of a bond is
    /// enough.
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

    /// The bridge or bond that a card belongs to and that no record describes; `nil` where the card may be taken. A card in a
    /// foreign bridge of Open vSwitch may be taken unless the host has addresses there, because rows outlive the program that
    /// made them.
    private mutating func holder(of card: DeviceName) -> DeviceName? {
        if let master = observed.links[card]?.master { return isOurs(master) ? nil : master }
        guard let port = rows.port(ofInterface: card.text), let bridge = rows.bridge(ofPort: port),
            let name = DeviceName(interface: bridge), !described.contains(name)
        else { return nil }
        return isReached(name) ? name : nil
    }

    /// Whether the host has addresses on a device, or a requested PIF will have some there.
    func isReached(_ device: DeviceName) -> Bool {
        observed.links[device]?.addresses.isEmpty == false || observed.dhcpClients.contains { $0.device == device }
    }

    /// The MAC address in a card's record and the one that the card has, where the two differ.
    private func unlikeRecord(_ card: PIF) -> (recorded: MACAddress, own: MACAddress)? {
        guard let mac = card.mac, mac.isAssignable, let own = observed.links[card.device]?.ownMAC, own != mac else {
            return nil
        }
        return (mac, own)
    }

    /// The MAC address of a PIF's datapath: the record's, else that of its first card. Where another card has taken the place
    /// of the recorded one, the record's address is not used, because the old card may be in another host by now. It is used
    /// while that card is merely missing from a bond.
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

    /// Removes cards and fake bridges that ovs-vswitchd could not open from the rows, although their rows are right, so that it
    /// tries again when they are added back. Cards of a bond that has a working slave are kept.
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
                guard rows.strayColumns(ofUplink: port, facts, observed.links).isEmpty else { continue }
                let reason = "Open vSwitch could not use it: \(rows.failing[card] ?? "")"
                takeInterface(card, for: nil)
                commitVswitch(because: reason)
            }
        }
    }

    /// The MTU of a datapath's cards and of their bond: the record's, limited to what each card supports.
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

    /// Limits an upper device's MTU to that of the device below. Warns, unless both settings have the same origin: then the
    /// warning about the lower device has said it.
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
