/// Networks that the records no longer describe: their records are made up from the observed state, so that `down` can remove
/// them.
extension NetworkModel {
    /// Adds the records of a bridge or bridgeless device that no record describes any more, with the VLAN, bond and cards that
    /// carry it, as the observed state shows them. Does nothing where the state has no such device.
    ///
    /// - Parameters:
    ///   - device: The bridge or device.
    ///   - state: What is there.
    ///   - cards: The devices that are known not to belong to a virtual machine.
    package mutating func add(former device: DeviceName, in state: ObservedState, cards: Set<DeviceName>) {
        var former = FormerNetwork(state: state, cards: cards.union(pifs.values.map(\.device)), model: self)
        former.add(device)
        self = former.model
        completeInverses()
    }
}

/// Builds records from an observed state.
private struct FormerNetwork {
    let state: ObservedState
    let cards: Set<DeviceName>
    var model: NetworkModel

    mutating func add(_ device: DeviceName) {
        if let rows = state.vswitch, rows.ports[device.text]?["fake_bridge"] == .boolean(true),
            let parent = rows.bridge(ofPort: device.text).flatMap(DeviceName.init(interface:)),
            let tag = rows.ports[device.text]?.tag
        {
            return addVLAN(tag, on: addDatapath(parent), bridge: device)
        }
        guard let link = state.links[device] else {
            _ = addPIF(device, bridge: device)
            return
        }
        switch link.kind {
        case .vlan(let vlan): addVLAN(vlan.tag, on: addParent(vlan.parent), bridge: nil)
        case .bridge:
            let uplink = uplink(of: device, link)
            guard let uplink, case .vlan(let vlan) = state.links[uplink]?.kind else {
                _ = addUplink(uplink ?? device, bridge: device)
                return
            }
            addVLAN(vlan.tag, on: addParent(vlan.parent), bridge: device)
        default:
            let isBridge = state.vswitch?.bridges[device.text] != nil
            _ = isBridge ? addDatapath(device) : addUplink(device, bridge: nil)
        }
    }

    /// The uplink of a Linux bridge: a known card, else the port whose MAC address the bridge has.
    private func uplink(of bridge: DeviceName, _ link: Link) -> DeviceName? {
        let ports = state.ports(of: bridge)
        return ports.first { port in
            switch state.links[port]?.kind {
            case .bond: true
            // The only name that this program gives such a link.
            case .vlan(let vlan): port == DeviceName("\(vlan.parent).\(vlan.tag)")
            default: cards.contains(port)
            }
        } ?? ports.first { isCard($0, of: bridge) }
    }

    /// Whether a port that no record describes is the card of a bridge: bridges of this program have the MAC address of their
    /// card.
    private func isCard(_ port: DeviceName, of bridge: DeviceName) -> Bool {
        guard let link = state.links[port], case .other(let kind) = link.kind, kind != "tun" else { return false }
        return link.ownMAC != nil && link.ownMAC == state.links[bridge]?.mac
    }

    /// A bridge of Open vSwitch with the cards that it has.
    private mutating func addDatapath(_ bridge: DeviceName) -> Ref<PIF> {
        let rows = state.vswitch ?? VswitchState()
        let ports = (rows.bridges[bridge.text]?.members ?? []).filter { port in
            let interfaces = (rows.ports[port]?.members ?? []).compactMap(DeviceName.init(interface:))
            return interfaces.contains { cards.contains($0) || isCard($0, of: bridge) }
        }
        guard let port = ports.first, let name = DeviceName(interface: port) else {
            return addPIF(bridge, bridge: bridge)
        }
        let interfaces = (rows.ports[port]?.members ?? []).compactMap(DeviceName.init(interface:))
        guard interfaces.count > 1 else { return addPIF(interfaces.first ?? name, bridge: bridge) }
        return addBond(name, of: interfaces, bridge: bridge)
    }

    /// Adds the PIF that carries a VLAN link, with the bridge that this PIF's device is a port of.
    private mutating func addParent(_ name: DeviceName) -> Ref<PIF> {
        let master = state.links[name]?.master
        return addUplink(name, bridge: master.flatMap { state.links[$0]?.isBridge == true ? $0 : nil })
    }

    private mutating func addUplink(_ name: DeviceName, bridge: DeviceName?) -> Ref<PIF> {
        guard case .bond = state.links[name]?.kind else { return addPIF(name, bridge: bridge) }
        return addBond(name, of: state.ports(of: name), bridge: bridge)
    }

    private mutating func addBond(_ name: DeviceName, of slaves: [DeviceName], bridge: DeviceName?) -> Ref<PIF> {
        let master = addPIF(name, bridge: bridge)
        let ref = Ref<Bond>(named: "former \(name)")
        model.bonds[ref] = Bond(
            ref: ref, uuid: ref.text, master: master, slaves: slaves.map { addPIF($0, bridge: nil) })
        return master
    }

    private mutating func addVLAN(_ tag: UInt16, on parent: Ref<PIF>, bridge: DeviceName?) {
        guard let device = model.pifs[parent]?.device else { return }
        let pif = addPIF(device, vlan: tag, bridge: bridge)
        let ref = Ref<VLAN>(named: "former \(device).\(tag)")
        model.vlans[ref] = VLAN(ref: ref, uuid: ref.text, taggedPIF: parent, untaggedPIF: pif)
    }

    private mutating func addPIF(_ device: DeviceName, vlan: UInt16? = nil, bridge: DeviceName?) -> Ref<PIF> {
        let name = "former \(device)" + (vlan.map { ".\($0)" } ?? "")
        let network = Network(ref: Ref(named: name), uuid: name, bridge: bridge)
        model.networks[network.ref] = network
        var pif = PIF(ref: Ref(named: name), uuid: name, device: device, network: network.ref)
        pif.vlan = vlan
        // What XAPI was told to leave alone is left alone under this name as well.
        pif.managed = !model.pifs.values.contains { $0.device == device && !$0.managed }
        model.pifs[pif.ref] = pif
        return pif.ref
    }
}

extension ObservedState {
    /// Whether there are bridges, fake ones included, that no PIF of the model uses. Only then do earlier records need to be
    /// read.
    package func hasBridges(besides model: NetworkModel) -> Bool {
        let known = Set(model.pifs.values.compactMap { model.bridge(of: $0)?.text })
        func isOther(_ name: String) -> Bool { !known.contains(name) }
        return links.contains { $0.value.isBridge && isOther($0.key.text) }
            || vswitch?.bridges.keys.contains(where: isOther) == true
            || vswitch?.ports.contains { $0.value["fake_bridge"] == .boolean(true) && isOther($0.key) } == true
    }
}
