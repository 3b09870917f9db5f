package import NetConfigCore

/// What kernel, Open vSwitch and the rest of the host refuse to do. A plan must never ask for any of it, nor must an undo.
extension ObservedState {
    /// Why an action cannot be done now, `nil` where it can.
    package func refusal(of action: Action) -> String? {
        switch action {
        case .createLink(let name, let kind, _): refusalToCreate(name, kind)
        case .deleteLink(let name):
            refusal(named: name) { if case .other = $0.kind { "not ours to delete" } else { nil } }
        case .setUp(let name): refusal(named: name, toRaise)
        case .setDown(let name), .setMAC(let name, _), .setOffload(let name, _, _), .setLinkSettings(let name, _):
            refusal(named: name) { _ in nil }
        case .setMaster(let name, let master): refusal(named: name) { refusal(toJoin: master, $0) }
        case .setMTU(let name, let mtu): refusal(named: name) { refusal(toSetMTU: mtu, $0) }
        case .setBridgeAttributes(let name, _):
            refusal(named: name) { if case .bridge = $0.kind { nil } else { "no bridge" } }
        case .setFlag(let name, let flag, _):
            refusal(named: name) { link in
                let isPort = link.master.flatMap { links[$0] }?.isBridge == true
                return flag.isOfPort && !isPort ? "no port of a bridge" : nil
            }
        case .setBondMode(let name, _):
            refusal(named: name) { $0.isUp ? "the bond is up" : ports(of: name).isEmpty ? nil : "the bond has slaves" }
        case .setBondAttributes(let name, let attributes):
            refusal(named: name) { refusal(toChangeBond: attributes, $0) }
        case .setIPv6(let name, _): refusal(named: name) { $0.ipv6 == nil ? "no IPv6" : nil }
        case .addAddress(let name, let address): refusal(named: name) { refusal(toAdd: address, $0) }
        case .removeAddress(let name, let address):
            refusal(named: name) { $0.addresses.contains { $0.prefix == address.prefix } ? nil : "no such address" }
        case .addRoute(let name, let route): refusal(named: name) { refusal(toAdd: route, $0) }
        case .removeRoute(let name, let route):
            refusal(named: name) {
                $0.routes.contains(route) || hasOtherRoute(route, over: name) ? nil : "no such route"
            }
        case .changeVswitch(let changes): refusal(of: changes)
        case .startDHCP(let client, _):
            refusal(named: client.device) { _ in
                dhcpClients.contains { $0.device == client.device && $0.family == client.family } ? "runs already" : nil
            }
        case .stopDHCP(let client): dhcpClients.contains(client) ? nil : "does not run"
        case .replaceFile(let path, let before, _): files[path] == before ? nil : "the file is another one"
        case .moveFile(let path, let other):
            filesByName?.contains(path) != true
                ? "no such file" : filesByName?.contains(other) == true ? "there is a file of that name" : nil
        case .announce(let name, _), .queryMulticast(let name):
            refusal(named: name) { $0.isUp ? nil : "the device is down" }
        case .addFlows(let bridge, let flows), .removeFlows(let bridge, let flows): refusal(of: flows, on: bridge)
        case .restore(let lost):
            lost.flatMap(\.devices).first { links[$0] == nil }.map { "there is no device \($0)" }
        case .setFirewallPort, .run: nil
        }
    }

    /// `ovs-ofctl` is told numbers of ports, which only what is plugged in has.
    private func refusal(of flows: [SecureModeFlow], on bridge: String) -> String? {
        guard let vswitch, let row = vswitch.bridges[bridge] else { return "no such bridge" }
        let plugged = Set(row.members.flatMap { vswitch.ports[$0]?.members ?? [] })
        return flows.flatMap(\.ports).first { !plugged.contains($0.text) }.map { "\($0) is no port of \(bridge)" }
    }

    private func refusal(named name: DeviceName, _ rule: (Link) -> String?) -> String? {
        guard let link = links[name] else { return "no such device" }
        return rule(link)
    }

    private func refusalToCreate(_ name: DeviceName, _ kind: LinkKind) -> String? {
        if links[name] != nil { return "the name is taken" }
        if case .vlan(let vlan) = kind, links[vlan.parent] == nil { return "no such parent" }
        if case .bond(let attributes) = kind, attributes.primary != nil { return "the primary is no slave yet" }
        return nil
    }

    /// `vlan_dev_open`: a VLAN link needs its parent up.
    private func toRaise(_ link: Link) -> String? {
        guard case .vlan(let vlan) = link.kind else { return nil }
        return links[vlan.parent]?.isUp == true ? nil : "the parent is down"
    }

    /// `bond_enslave`: only what is down. A bridge takes anything but a bridge.
    private func refusal(toJoin master: DeviceName?, _ link: Link) -> String? {
        guard let master else { return link.master == nil ? "it has no master" : nil }
        switch links[master]?.kind {
        case .bond: return link.isUp && link.master != master ? "the slave is up" : nil
        case .bridge:
            guard case .bridge = link.kind else { return nil }
            return "a bridge in a bridge"
        default: return "no such master"
        }
    }

    /// `vlan_dev_change_mtu`: no more than the parent's.
    private func refusal(toSetMTU mtu: Int, _ link: Link) -> String? {
        guard case .vlan(let vlan) = link.kind, let limit = links[vlan.parent]?.mtu else { return nil }
        return mtu > limit ? "more than the parent carries" : nil
    }

    /// `bond_opts`: the mode has an action of its own, the LACP rate changes only while the bond is down.
    private func refusal(toChangeBond new: BondAttributes, _ link: Link) -> String? {
        guard case .bond(let old) = link.kind else { return "no bond" }
        if old.mode != new.mode { return "the mode is not changed like this" }
        return link.isUp && old.lacpRate != new.lacpRate ? "the bond is up" : nil
    }

    private func refusal(toAdd address: LinkAddress, _ link: Link) -> String? {
        if link.addresses.contains(where: { $0.prefix == address.prefix }) { return "it has it already" }
        if address.prefix.address.family == .v6, link.ipv6?.isDisabled != false { return "no IPv6" }
        return nil
    }

    /// `fib_table_insert`, `fib6_add_rt2node`: one route of a destination and metric. `fib_check_nh`: the device is up and the gateway on one of its networks. A lease may bring that network.
    private func refusal(toAdd route: Route, _ link: Link) -> String? {
        for other in links.values.flatMap(\.routes) where other.destination == route.destination {
            if other.metric == route.metric { return "there is one already" }
        }
        guard link.isUp else { return "the device is down" }
        guard let gateway = route.gateway, !gateway.isLinkLocal, !route.isOnLink,
            link.ipv6?.acceptRA != 1 || gateway.family == .v4,
            !dhcpClients.contains(where: { $0.family == gateway.family })
        else { return nil }
        return link.addresses.contains { $0.prefix.contains(gateway) } ? nil : "the gateway is not on its networks"
    }

    /// The guards of a transaction, and the schema: every port is on one bridge, every interface in one port.
    private func refusal(of changes: [VswitchChange]) -> String? {
        guard var rows = vswitch else { return "no Open vSwitch" }
        for change in changes {
            guard rows[change.table][change.name] == change.before else {
                return "\(change.table) \(change.name) is another one"
            }
            rows.apply(change)
        }
        if rows.bridges.values.flatMap(\.members).sorted() != rows.ports.keys.sorted() {
            return "ports and bridges differ"
        }
        if rows.ports.values.flatMap(\.members).sorted() != rows.interfaces.keys.sorted() {
            return "interfaces and ports differ"
        }
        return rows.ports.values.contains { $0.members.isEmpty } ? "a port without interfaces" : nil
    }
}
