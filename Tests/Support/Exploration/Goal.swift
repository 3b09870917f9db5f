package import NetConfigCore

/// What a host must be like when the requests of a configuration are fulfilled. It is said here without the planner's help: that
/// a second plan is empty does not show that the first one did anything.
package struct Goal {
    let model: NetworkModel
    /// The PIFs that are asked for.
    let pifs: [PIF]
    /// Whether these are all that there are. What another one has from before is otherwise left to it.
    let isWhole: Bool

    private var isSecure: Bool { model.pool?.otherConfig[.failMode] == "secure" }

    /// The device that is to have the management address; `nil` where it is not asked for.
    var management: DeviceName? { pifs.first(where: \.management).flatMap(model.ipDevice) }

    /// What is missing; `nil` where nothing is.
    package func shortfall(in state: ObservedState) -> String? {
        for pif in pifs {
            let missing = state.vswitch.map { missingRow(of: pif, in: state, $0) } ?? missingDevice(of: pif, in: state)
            if let missing { return missing }
        }
        return missingAddress(in: state)
    }

    private func missingDevice(of pif: PIF, in state: ObservedState) -> String? {
        guard let bridge = model.bridge(of: pif), state.links[bridge]?.isBridge == true else {
            return "no bridge of \(pif)"
        }
        guard let device = model.netdev(of: pif), let link = state.links[device] else { return "no device of \(pif)" }
        if link.master != bridge { return "\(device) is not in \(bridge)" }
        let below = model.datapathPIF(of: pif).device
        if let tag = pif.vlan, link.kind != .vlan(VLANAttributes(parent: below, tag: tag)) {
            return "\(device) is no link of VLAN \(tag) on \(below)"
        }
        let cards = model.uplinks(of: pif).map(\.device)
        if cards != [below], let card = cards.first(where: { state.links[$0]?.master != below }) {
            return "\(card) is not in \(below)"
        }
        return ([bridge, device, below] + cards).first { state.links[$0]?.isUp != true }.map { "\($0) is down" }
    }

    private func missingRow(of pif: PIF, in state: ObservedState, _ rows: VswitchState) -> String? {
        let datapath = model.datapathPIF(of: pif)
        guard let parent = model.bridge(of: datapath), let row = rows.bridges[parent.text],
            let name = model.bridge(of: pif), row.members.contains(name.text)
        else { return "no bridge of \(pif)" }
        if row.isSecure != (isSecure) { return "\(parent) has another fail mode" }
        if rows.ports[name.text]?.tag != pif.vlan { return "\(name) has another tag" }
        let cards = model.uplinks(of: pif).map(\.device)
        if rows.externalInterfaces(of: row) != Set(cards.map(\.text)) { return "\(parent) has other uplinks" }
        if Set(row.members.filter { !rows.isInternal($0) }) != [datapath.device.text] {
            return "\(parent) has other ports"
        }
        if rows.empty.contains(parent.text), !row.isSecure { return "\(parent) has no flow" }
        return ([name] + cards).first { state.links[$0]?.isUp != true }.map { "\($0) is down" }
    }

    private func missingAddress(in state: ObservedState) -> String? {
        guard let pif = pifs.first(where: \.management), let device = management else { return nil }
        let isLeased = pif.ipv4.mode == .dhcp
        let wanted = isLeased ? ObservedState.leasedAddresses : [SmallHost.address]
        if !wanted.contains(where: { state.devices(with: $0).contains(device) }) { return "\(device) has no address" }
        for address in Invariant.addresses where isWhole || address == SmallHost.address {
            let isWanted = wanted.contains(address)
            let holders = state.devices(with: address).filter { holder in
                isWanted ? holder != device : !leadsNowhere(holder, in: state)
            }
            if !holders.isEmpty, isWhole || !isLeased { return "\(address) is on \(holders)" }
        }
        let clients = state.dhcpClients.map(\.device).filter { isWhole || $0 == device }
        if clients != (isLeased ? [device] : []) { return "there are DHCP clients on \(clients)" }
        let gateway = isLeased ? IPAddress.v4(0xC633_6401) : SmallHost.gateway
        let routes = state.links.flatMap { name, link in link.routes.filter(\.isDefault).map { (name, $0.gateway) } }
        guard routes.count == 1, routes[0] == (device, gateway) else {
            return "the default route is another one: \(routes)"
        }
        return nil
    }

    /// Whether a device is a bridge without ports: what stands on no card of a request is left as it is, with an address that no
    /// one asks for any more.
    private func leadsNowhere(_ name: DeviceName, in state: ObservedState) -> Bool {
        if let rows = state.vswitch, let bridge = rows.bridge(ofPort: name.text) {
            return rows.externalInterfaces(of: rows.bridges[bridge]).isEmpty
        }
        return state.links[name]?.isBridge == true && state.ports(of: name).isEmpty
    }
}
