/// Which virtual machines are where.
extension ObservedState {
    /// The virtual machines on each bridge, found in one pass. One on the fake bridge of a VLAN is not on the bridge that this is
    /// a part of.
    package var guestsByBridge: [String: [Guest]] {
        var devices: [String: [DeviceName]] = [:]
        for (name, link) in links where name.guestDomain != nil {
            if let master = link.master { devices[master.text, default: []].append(name) }
        }
        for (bridge, row) in vswitch?.bridges ?? [:] {
            let fakes = vswitch?.fakeBridges(of: bridge) ?? [:]
            for port in row.members {
                let place = vswitch?.ports[port]?.tag.flatMap { fakes[$0] } ?? bridge
                let interfaces = vswitch?.ports[port]?.members ?? []
                let guests = interfaces.compactMap(DeviceName.init(interface:)).filter { $0.guestDomain != nil }
                if !guests.isEmpty { devices[place, default: []] += guests }
            }
        }
        return devices.mapValues(Guest.all)
    }
}

extension VswitchState {
    /// The fake bridges on a bridge, by their tags.
    func fakeBridges(of bridge: String) -> [UInt16: String] {
        let fakes = (bridges[bridge]?.members ?? []).filter { ports[$0]?["fake_bridge"] == .boolean(true) }
        let tagged = fakes.compactMap { name in ports[name]?.tag.map { ($0, name) } }
        return Dictionary(tagged) { first, _ in first }
    }
}
