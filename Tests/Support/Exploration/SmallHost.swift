package import NetConfigCore

/// The records of a host of a few cards: at most one bond, some VLANs, and one management interface, which alone has an
/// address. Whatever the configuration, a network has its bridge and the host its address: a transition moves them.
package struct SmallHost: Hashable, Sendable {
    /// What VLANs and the management interface stand on: a card, or the bond of cards.
    package enum Base: Hashable, Sendable {
        case card(Int)
        case bond
    }

    /// Which PIF is the management interface.
    package enum Management: Hashable, Sendable {
        case untagged(Base)
        /// The VLAN with this place in ``vlans``.
        case vlan(Int)
    }

    /// How the bridges switch.
    package enum Switching: String, Hashable, Sendable, CaseIterable {
        case bridge
        case standalone
        case secure

        package var datapath: Datapath { self == .bridge ? .bridge : .openvswitch }
    }

    /// How many cards there are.
    package var cards: Int
    /// The cards of the bond; none where there is no bond.
    package var bonded: [Int]
    /// What each VLAN stands on; `nil` where there is no such VLAN.
    package var vlans: [Base?]
    package var management: Management
    package var switching: Switching
    /// Whether the management interface has its address from a DHCP server.
    package var isLeased = false

    /// The management interface's address, where it is static, and its gateway.
    static let (address, gateway) = (IPAddress.v4(0xC000_020A), IPAddress.v4(0xC000_0201))

    /// The tag of a VLAN.
    static func tag(_ vlan: Int) -> UInt16 { UInt16(5 + vlan) }

    /// The name of a card.
    static func card(_ number: Int) -> DeviceName { name("eth\(number)") }

    static func name(_ text: String) -> DeviceName {
        guard let name = DeviceName(text) else { fatalError("\(text) is no name") }
        return name
    }

    static func mac(_ number: Int) -> MACAddress? { MACAddress(bits: 0x5254_0000_0010 + UInt64(number)) }

    /// What can hold a VLAN or an address: the bond, and each card that is not in it.
    var bases: [Base] {
        (bonded.isEmpty ? [] : [.bond]) + (0..<cards).filter { !bonded.contains($0) }.map { .card($0) }
    }

    /// The same with the first two cards exchanged; itself where both are alike.
    var mirrored: SmallHost {
        func other(_ base: Base) -> Base { if case .card(let card) = base, card < 2 { .card(1 - card) } else { base } }
        var host = self
        host.vlans = vlans.map { $0.map(other) }
        if case .untagged(let base) = management { host.management = .untagged(other(base)) }
        return host
    }

    /// The host with nothing on it but its cards.
    package var bare: ObservedState {
        var state = ObservedState(vswitch: switching == .bridge ? nil : VswitchState())
        for number in 0..<cards { state.links[Self.card(number)] = Link(kind: .other(nil), mac: Self.mac(number)) }
        return state.seen
    }

    /// What the planner is told of the host. Of which networks earlier records told: of any that there can be.
    package var facts: HostFacts {
        var facts = HostFacts(datapath: switching.datapath)
        facts.formerDevices = Set(
            (["bond0", "xapi0", ForeignTouch.formerBridge]
                + (0..<cards).map { "xenbr\($0)" }
                + vlans.indices.flatMap { vlan in
                    let tag = Self.tag(vlan)
                    return ["xapi\(tag)", "bond0.\(tag)"] + (0..<cards).map { "eth\($0).\(tag)" }
                }).map(Self.name))
        return facts
    }
}

extension SmallHost {
    /// The records.
    package var model: NetworkModel {
        var model = NetworkModel()
        if switching == .secure {
            var pool = Pool(ref: Ref(named: "pool"))
            pool.otherConfig = OtherConfig([OtherConfigKey.failMode.rawValue: "secure"], of: .pool)
            model.pool = pool
        }
        for number in 0..<cards {
            add("card\(number)", Self.card(number), "xenbr\(number)", .untagged(.card(number)), to: &model) {
                $0.mac = Self.mac(number)
            }
        }
        if let first = bonded.first {
            let master = add("bond", Self.name("bond0"), "xapi0", .untagged(.bond), to: &model) {
                $0.mac = Self.mac(first)
            }
            let bond = Bond(
                ref: Ref(named: "bond"), uuid: "bond", master: master, slaves: bonded.map { Ref(named: "card\($0)") })
            model.bonds[bond.ref] = bond
        }
        for (number, base) in vlans.enumerated() {
            guard let base else { continue }
            let (tag, device, below) =
                switch base {
                case .card(let card): (Self.tag(number), Self.card(card), "card\(card)")
                case .bond: (Self.tag(number), Self.name("bond0"), "bond")
                }
            let ref = Ref<VLAN>(named: "vlan\(tag)")
            let pif = add("vlan\(tag)", device, "xapi\(tag)", .vlan(number), to: &model) {
                $0.vlan = tag
                $0.vlanMasterOf = ref
            }
            model.vlans[ref] = VLAN(ref: ref, uuid: "vlan\(tag)", taggedPIF: Ref(named: below), untaggedPIF: pif)
        }
        model.completeInverses()
        return model
    }

    @discardableResult
    private func add(
        _ name: String, _ device: DeviceName, _ bridge: String, _ place: Management, to model: inout NetworkModel,
        _ change: (inout PIF) -> Void
    ) -> Ref<PIF> {
        let network = Network(ref: Ref(named: name), uuid: name, bridge: Self.name(bridge))
        model.networks[network.ref] = network
        var pif = PIF(ref: Ref(named: name), uuid: name, device: device, network: network.ref)
        if place == management {
            pif.management = true
            pif.ipv4.mode = isLeased ? .dhcp : .static
            pif.ipv4.address = Self.address
            pif.ipv4.netmask = .v4(0xFFFF_FF00)
            pif.ipv4.gateway = Self.gateway
        }
        change(&pif)
        model.pifs[pif.ref] = pif
        return pif.ref
    }
}

extension SmallHost: CustomStringConvertible {
    package var description: String {
        func words(_ base: Base) -> String { if case .card(let number) = base { "eth\(number)" } else { "bond0" } }
        let bond = bonded.isEmpty ? [] : ["bond0 of \(bonded.map { "eth\($0)" }.joined(separator: " and "))"]
        let tagged = vlans.enumerated().compactMap { number, base in base.map { "\(words($0)).\(Self.tag(number))" } }
        let managed =
            switch management {
            case .untagged(let base): words(base)
            case .vlan(let number): "VLAN \(Self.tag(number))"
            }
        return (["\(switching)"] + bond + tagged + ["managed over \(managed)\(isLeased ? " by DHCP" : "")"])
            .joined(separator: ", ")
    }
}
