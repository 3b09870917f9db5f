import NetConfigTestSupport

@testable import NetConfigCore

/// What administrators, other programs and Open vSwitch do to a host between two runs.
extension ObservedState {
    /// Does one such thing, where it can be done.
    mutating func meddle(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: addForeignRoute(&random)
        case 1: addForeignAddress(&random)
        case 2: addForeignVLAN(&random)
        case 3: addForeignBridge(&random)
        case 4: restartVswitch()
        case 5: connectController(&random)
        case 6: deleteFlows(&random)
        default: plugGuest(&random)
        }
    }

    /// A route of another program over a device with an address: often one that the records ask for elsewhere.
    private mutating func addForeignRoute(_ random: inout SeededGenerator) {
        // What goes over a lease's network comes and goes with the lease.
        let devices = links.filter { name, link in
            link.isUp && link.addresses.contains { $0.prefix.address.family == .v4 } && !hasClient(name)
        }
        guard !devices.isEmpty else { return }
        let name = random.one(of: devices.keys.sorted())
        let text = random.one(of: ["203.0.113.0/24", "203.0.113.0/24", "198.18.0.0/15", "0.0.0.0/0"])
        guard let destination = IPPrefix(text),
            let network = links[name]?.addresses.first(where: { $0.prefix.address.family == .v4 })?.prefix.network,
            case .v4(let bits) = network.address,
            !links.values.contains(where: { $0.routes.contains { $0.destination == destination && $0.metric == 0 } })
        else { return }
        links[name]?.routes.append(
            Route(destination, via: .v4(bits + 9), origin: random.one(of: [.boot, Route.Origin(rawValue: 16)])))
    }

    private mutating func addForeignAddress(_ random: inout SeededGenerator) {
        // On a device with a lease it cannot be told from that of a lease without end.
        let devices = links.filter { $0.value.isUp && $0.value.master == nil && !hasClient($0.key) }
        guard !devices.isEmpty, let prefix = IPPrefix("172.16.0.7/24") else { return }
        let name = random.one(of: devices.keys.sorted())
        guard links[name]?.addresses.contains(where: { $0.prefix == prefix }) == false else { return }
        links[name]?.addresses.append(LinkAddress(prefix, broadcast: prefix.broadcast))
    }

    private func hasClient(_ name: DeviceName) -> Bool { dhcpClients.contains { $0.device == name } }

    /// A VLAN link that no record describes, on a card.
    private mutating func addForeignVLAN(_ random: inout SeededGenerator) {
        guard let name = DeviceName("foreign.7"), links[name] == nil, !cards.isEmpty else { return }
        let card = random.one(of: cards)
        guard let link = links[card] else { return }
        links[name] = Link(
            kind: .vlan(VLANAttributes(parent: card, tag: 7)), mac: link.mac, mtu: link.mtu ?? 1500, isUp: link.isUp,
            ipv6: link.ipv6)
    }

    /// A bridge that no record describes, now and then with a card that was free.
    private mutating func addForeignBridge(_ random: inout SeededGenerator) {
        guard let name = DeviceName("virbr0") else { return }
        guard links[name] == nil else {
            // It goes again, and lets go of its card.
            for port in ports(of: name) { links[port]?.master = nil }
            links[name] = nil
            return
        }
        links[name] = Link(
            kind: .bridge(BridgeAttributes()), mac: MACAddress(bits: 0x5254_00AA_0000), mtu: 1500, isUp: true)
        let free = cards.filter { links[$0]?.master == nil && vswitch?.interfaces[$0.text] == nil }
        if random.oneIn(3), !free.isEmpty { links[random.one(of: free)]?.master = name }
    }

    /// ovs-vswitchd starts anew, and knows no flows.
    private mutating func restartVswitch() {
        vswitch?.flows = [:]
        vswitch?.empty = []
    }

    /// Another program deletes the flows of a bridge.
    private mutating func deleteFlows(_ random: inout SeededGenerator) {
        guard let bridges = vswitch?.bridges.keys.sorted(), !bridges.isEmpty else { return }
        let name = random.one(of: bridges)
        vswitch?.flows[name] = nil
        if vswitch?.bridges[name]?.isSecure == false { vswitch?.empty.insert(name) }
    }

    /// A controller connects to a bridge and does there what it likes, or goes away.
    private mutating func connectController(_ random: inout SeededGenerator) {
        guard let bridges = vswitch?.bridges.keys.sorted(), !bridges.isEmpty else { return }
        vswitch?.controlled.formSymmetricDifference([random.one(of: bridges)])
        vswitch?.flows[random.one(of: bridges)] = nil
    }
}
