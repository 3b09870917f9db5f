/// Explains names that are not network cards, so that the operator finds the right card.
extension ObservedState {
    /// The device that has this alternative name.
    func device(alsoCalled name: String) -> DeviceName? {
        links.filter { $0.value.otherNames?.contains { $0.isExactly(name) } == true }.keys.min()
    }

    /// A hint for a message about a missing card: the device that has its name as an alternative name.
    func otherName(_ name: DeviceName) -> String? {
        device(alsoCalled: name.text).map {
            "\(name) is an alternative name of \($0); records must use the device's own name"
        }
    }

    /// Why a name given to `rewrite` is not that of a network card.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - records: The records so far, which know bonds that do not exist at the moment; read only for a name that is not a card's.
    /// - Returns: The reason, and what to give instead; `nil` where it is a card's, or where no device has it yet.
    package func refusal(ofCard name: DeviceName, _ records: @autoclosure () -> NetworkModel?) -> String? {
        if name.isReserved { return "'\(name)' is not a network card; \(choice(of: cards))" }
        guard let link = links[name] else { return refusal(ofAbsent: name, records) }
        switch link.kind {
        case .bond: return bond(name, of: ports(of: name))
        case .vlan(let vlan): return Self.advice(name, isVLAN: vlan.tag, of: vlan.parent)
        case .bridge:
            let own = Set(cards).intersection(ports(of: name))
            return "\(name) is a bridge; \(choice(of: own.isEmpty ? cards : own.sorted()))"
        case .other where cards.contains(name) && !name.isGuests: return nil
        case .other:
            if let slaves = slaves(of: name, records) { return bond(name, of: slaves) }
            return
                "\(name) is \(name.isGuests ? "a virtual machine's device" : Self.owner(of: link)); \(choice(of: cards))"
        }
    }

    private static func owner(of link: Link) -> String {
        switch link.kind {
        case .other("openvswitch"): "a device of Open vSwitch"
        case .other("tun"): "a device of a virtual machine or a program"
        default: "not an Ethernet device"
        }
    }

    /// A card may be renamed before the next boot. A bond or VLAN that no device stands for is not a card then, either.
    private func refusal(ofAbsent name: DeviceName, _ records: () -> NetworkModel?) -> String? {
        if let real = device(alsoCalled: name.text) {
            return "\(name) is an alternative name of \(real); use --device=\(real)"
        }
        if let slaves = slaves(of: name, records) { return bond(name, of: slaves) }
        guard let (parent, tag) = name.vlanParts, let link = links[parent] else { return nil }
        if case .bond = link.kind { return bond(parent, of: ports(of: parent)) }
        return cards.contains(parent) ? Self.advice(name, isVLAN: tag, of: parent) : nil
    }

    private func slaves(of name: DeviceName, _ records: () -> NetworkModel?) -> [DeviceName]? {
        guard let records = records(),
            let master = records.pifs.values.first(where: { $0.device == name && $0.vlan == nil }),
            let bond = records.bond(masteredBy: master)
        else { return nil }
        return records.slaves(of: bond).map(\.device)
    }

    private func bond(_ name: DeviceName, of slaves: [DeviceName]) -> String {
        let there = slaves.filter(cards.contains)
        let names = slaves.isEmpty ? "" : " of \(slaves.map(\.text).joined(separator: ", "))"
        return "\(name) is a bond\(names); XAPI recreates it later; \(choice(of: there.isEmpty ? cards : there))"
    }

    private func choice(of cards: [DeviceName]) -> String {
        let others = cards.filter { !$0.isGuests }
        guard let first = others.first else { return "the host has no network card" }
        let rest = others.dropFirst().map { ", or \($0)" }.joined()
        return "use a network card: --device=\(first)\(rest)"
    }

    private static func advice(_ name: DeviceName, isVLAN tag: UInt16, of parent: DeviceName) -> String {
        "\(name) is VLAN \(tag) of \(parent); use --device=\(parent) --vlan=\(tag)"
    }
}

extension DeviceName {
    /// The parent and the tag of a name like `eth0.5`.
    fileprivate var vlanParts: (parent: DeviceName, tag: UInt16)? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let parent = DeviceName(String(Substring(parts[0]))),
            let tag = UInt16(Substring(parts[1])), (1...4094).contains(tag)
        else { return nil }
        return (parent, tag)
    }
}
