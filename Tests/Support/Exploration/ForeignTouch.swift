package import NetConfigCore

/// One thing that an administrator, another program or a crash of one did to a host, and the state that it left.
package struct ForeignTouch {
    /// What was done.
    package let description: String
    /// The host afterwards.
    package let state: ObservedState
    /// Whether it is known that the planner does not put all of it right yet: only the deep exploration meets these.
    package let isOpen: Bool

    /// A bridge that earlier records described.
    static let formerBridge = "xentemp"

    /// Everything that can be done to a host, each by itself.
    package static func all(on state: ObservedState, cards: Int, vlans: Int) -> [ForeignTouch] {
        var touches = Touches(state: state)
        for name in state.links.keys.sorted() { touches.touchDevice(name) }
        touches.touchAddresses(cards: cards)
        for card in 0..<cards { touches.touchCard(SmallHost.card(card), vlans: vlans) }
        touches.touchRows()
        touches.touchFiles()
        // What changes nothing is no touch.
        return touches.found.filter { $0.state != state }
    }
}

private struct Touches {
    let state: ObservedState
    var found: [ForeignTouch] = []

    private mutating func add(_ description: String, isOpen: Bool = false, _ change: (inout ObservedState) -> Void) {
        var touched = state
        change(&touched)
        // A client ends with its device.
        touched.dhcpClients.removeAll { touched.links[$0.device] == nil }
        found.append(ForeignTouch(description: description, state: touched.seen, isOpen: isOpen))
    }

    mutating func touchDevice(_ name: DeviceName) {
        guard let link = state.links[name] else { return }
        add("\(name) is down") { $0.apply(.setDown(name)) }
        add("\(name) has MTU 1400") { $0.apply(.setMTU(name, 1400)) }
        if let mac = MACAddress(bits: 0x5254_00EE_0000) {
            add("\(name) has another MAC address") { $0.apply(.setMAC(name, mac)) }
        }
        if link.master != nil { add("\(name) has left its master") { $0.apply(.setMaster(name, nil)) } }
        switch link.kind {
        case .other: break
        default: add("\(name) is deleted") { $0.apply(.deleteLink(name)) }
        }
    }

    mutating func touchAddresses(cards: Int) {
        guard let holder = state.links.keys.sorted().first(where: { state.links[$0]?.addresses.isEmpty == false }),
            let link = state.links[holder], let address = link.addresses.first
        else { return }
        add("\(holder) has lost its address") { $0.apply(.removeAddress(holder, address)) }
        for card in (0..<cards).map(SmallHost.card) {
            // A slave keeps it, where the records do not name that address.
            let isOpen = isSlave(card)
            add("\(card) has the address as well", isOpen: isOpen) {
                $0.apply(.setUp(card))
                $0.apply(.addAddress(card, address))
            }
            add("\(card) has the address and the route instead", isOpen: isOpen) {
                $0.apply(.removeAddress(holder, address))
                $0.apply(.setUp(card))
                $0.apply(.addAddress(card, address))
                for route in link.routes { $0.apply(.addRoute(card, route)) }
            }
        }
        if let prefix = IPPrefix("172.16.0.7/24") {
            add("\(holder) has a second address") {
                $0.apply(.addAddress(holder, LinkAddress(prefix, broadcast: prefix.broadcast)))
            }
        }
        if let client = state.dhcpClients.first {
            add("the DHCP client has ended") { $0.dhcpClients[0].progress = .gone }
            add("the DHCP client has no lease") {
                $0.apply(.stopDHCP(client))
                $0.apply(.startDHCP(client, patience: 0))
                $0.dhcpClients[0].progress = .waiting
            }
        }
        guard let route = link.routes.first else { return }
        add("the default route is gone") { $0.apply(.removeRoute(holder, route)) }
        add("the default route leads elsewhere") {
            $0.apply(.removeRoute(holder, route))
            $0.apply(.addRoute(holder, Route(route.destination, via: .v4(0xC000_0202), origin: .boot)))
        }
    }

    private func isSlave(_ card: DeviceName) -> Bool {
        guard let master = state.links[card]?.master, case .bond = state.links[master]?.kind else { return false }
        return true
    }

    mutating func touchCard(_ card: DeviceName, vlans: Int) {
        for tag in (0..<vlans).map(SmallHost.tag) {
            let (link, name) = (LinkKind.vlan(VLANAttributes(parent: card, tag: tag)), SmallHost.name("other\(tag)"))
            guard !state.links.values.contains(where: { $0.kind == link }) else { continue }
            add("\(card) has a link \(name) of VLAN \(tag)") {
                $0.apply(.createLink(name, link, mac: nil))
                $0.apply(.setUp(card))
                $0.apply(.setUp(name))
            }
        }
        let isFree = state.links[card]?.master == nil && state.vswitch?.port(ofInterface: card.text) == nil
        for bridge in state.links.keys.sorted() where state.links[bridge]?.isBridge == true && isFree {
            add("\(card) is in \(bridge) as well") {
                $0.apply(.setMaster(card, bridge))
                $0.apply(.setUp(card))
            }
        }
        for bridge in (state.vswitch?.bridges ?? [:]).keys.sorted() where isFree {
            add("\(card) is in \(bridge) as well") {
                $0.vswitch?.interfaces[card.text] = VswitchRow()
                $0.vswitch?.ports[card.text] = VswitchRow(members: [card.text])
                $0.vswitch?.bridges[bridge]?.insert(card.text)
                $0.apply(.setUp(card))
            }
        }
        guard isFree, state.vswitch == nil else { return }
        let former = SmallHost.name(ForeignTouch.formerBridge)
        add("\(card) is in the bridge of an earlier network") {
            $0.apply(.createLink(former, .bridge(BridgeAttributes()), mac: nil))
            $0.apply(.setMaster(card, former))
            for name in [card, former] { $0.apply(.setUp(name)) }
        }
    }

    mutating func touchRows() {
        guard let rows = state.vswitch else { return }
        for (name, bridge) in rows.bridges.sorted(by: { $0.key < $1.key }) {
            change("bridge \(name) is deleted") { rows in
                for port in bridge.members { rows.drop(port) }
                rows.bridges[name] = nil
            }
            change("\(name) is \(bridge.isSecure ? "standalone" : "secure")") {
                $0.bridges[name]?["fail_mode"] = .string(bridge.isSecure ? "standalone" : "secure")
            }
            add("\(name) has a controller") {
                $0.vswitch?.controlled.insert(name)
                $0.vswitch?.flows[name] = nil
            }
            add("\(name) has no flows") {
                $0.vswitch?.flows[name] = nil
                if !bridge.isSecure { $0.vswitch?.empty.insert(name) }
            }
            for port in bridge.members where port != name {
                change("port \(port) is deleted") { $0.drop(port) }
                change("port \(port) has another tag") { $0.ports[port]?.tag = 99 }
            }
        }
        for (name, port) in rows.ports.sorted(by: { $0.key < $1.key }) where port.members.count > 1 {
            for interface in port.members {
                change("\(interface) is taken from \(name)") {
                    $0.ports[name]?.members.removeAll { $0 == interface }
                    $0.interfaces[interface] = nil
                }
            }
        }
    }

    mutating func touchFiles() {
        add("no record of what is attached") { $0.files[HostFile.attached] = nil }
    }

    /// Changes rows, and what ovs-vswitchd then makes of them.
    private mutating func change(_ description: String, _ change: (inout VswitchState) -> Void) {
        guard let before = state.vswitch else { return }
        var after = before
        change(&after)
        add(description) { $0.apply(.changeVswitch(before.changes(to: after))) }
    }
}

extension VswitchState {
    /// Takes a port away with its interfaces.
    fileprivate mutating func drop(_ port: String) {
        for interface in ports[port]?.members ?? [] { interfaces[interface] = nil }
        ports[port] = nil
        for bridge in bridges.keys { bridges[bridge]?.members.removeAll { $0 == port } }
    }
}
