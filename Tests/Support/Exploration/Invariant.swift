package import NetConfigCore

/// What no state on the way from one configuration to another may have.
package enum Invariant: String, Hashable, Sendable, CaseIterable {
    case oneUplink = "two uplinks of one bridge on one segment"
    case flows = "a bridge in secure mode without flows"
    case oneAddress = "the management address on two devices"

    /// Where a state breaks an invariant.
    package struct Breach: Hashable, Sendable {
        package let invariant: Invariant
        /// The bridge or address.
        package let subject: String
    }

    /// The places where a state breaks any of them.
    package static func breaches(in state: ObservedState, managedOver device: DeviceName?) -> Set<Breach> {
        var found: Set<Breach> = []
        for invariant in allCases {
            for subject in invariant.breaches(in: state, managedOver: device) {
                found.insert(Breach(invariant: invariant, subject: subject))
            }
        }
        return found
    }

    /// The bridges or addresses of which a state breaks the invariant.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - device: What is to have the management address. An address that is still elsewhere is on its way, and does not
    ///     answer while it is.
    /// - Returns: The bridges or addresses, as text.
    package func breaches(in state: ObservedState, managedOver device: DeviceName?) -> [String] {
        switch self {
        case .oneUplink: state.loopedBridges
        case .flows: device.flatMap(state.muteBridge).map { [$0] } ?? []
        case .oneAddress: state.sharedAddresses.map(\.description)
        }
    }

    /// The addresses that the host is managed by: that of the records, and those of leases.
    static let addresses = [SmallHost.address] + ObservedState.leasedAddresses
}

extension ObservedState {
    /// The devices that have an address.
    func devices(with address: IPAddress) -> [DeviceName] {
        links.compactMap { name, link in link.addresses.contains { $0.prefix.address == address } ? name : nil }
            .sorted()
    }

    /// The addresses of the host that more than one device has.
    fileprivate var sharedAddresses: [IPAddress] {
        let holders = links.values.filter { !$0.addresses.isEmpty }
        guard holders.count > 1 else { return [] }
        return Invariant.addresses.filter { devices(with: $0).count > 1 }
    }

    /// The bridges by which frames of one segment come in over one uplink and go out over another. No spanning tree stops
    /// that, and a broadcast goes round for ever.
    fileprivate var loopedBridges: [String] {
        var segments: [DeviceName: [Segment]] = [:]
        for (name, link) in links where link.isUp {
            guard let master = link.master, let bridge = links[master], bridge.isBridge, bridge.isUp else { continue }
            if let segment = segment(of: name) { segments[master, default: []].append(segment) }
        }
        let linux = segments.filter { Set($0.value).count < $0.value.count }.keys.map(\.text)
        guard let vswitch else { return linux }
        return linux + vswitch.bridges.filter { uplinkPorts(of: $0.value, in: vswitch).count > 1 }.keys
    }

    /// What is on the wire beyond a port, where it is a card, a bond, or a VLAN link on one.
    private func segment(of port: DeviceName) -> Segment? {
        guard case .vlan(let vlan) = links[port]?.kind else { return reachesWire(port) ? .untagged : nil }
        return reachesWire(vlan.parent) ? .vlan(vlan.tag) : nil
    }

    private func reachesWire(_ name: DeviceName) -> Bool {
        guard let link = links[name], link.isUp else { return false }
        return switch link.kind {
        case .other(nil): true
        case .bond: ports(of: name).contains { links[$0]?.isUp == true }
        default: false
        }
    }

    private enum Segment: Hashable {
        case untagged
        case vlan(UInt16)
    }

    /// The ports by which a bridge of Open vSwitch reaches the wire; a bond is one. It forwards whether its own port is up or
    /// not.
    private func uplinkPorts(of bridge: VswitchRow, in rows: VswitchState) -> [String] {
        bridge.members.filter { port in
            rows.ports[port]?.members.contains { interface in
                guard !rows.isInternal(interface), let link = DeviceName(interface).flatMap({ links[$0] }) else {
                    return false
                }
                return link.isUp && link.kind == .other(nil)
            } == true
        }
    }

    /// The bridge of a device with the management address, where that bridge is secure, has no controller, and no flow leads
    /// to the device or from it.
    fileprivate func muteBridge(of device: DeviceName) -> String? {
        guard let vswitch,
            links[device]?.addresses.contains(where: { Invariant.addresses.contains($0.prefix.address) }) == true,
            let bridge = vswitch.bridge(ofPort: device.text), vswitch.bridges[bridge]?.isSecure == true,
            !vswitch.controlled.contains(bridge)
        else { return nil }
        let access = vswitch.ports[device.text]?.tag.map { SecureModeFlow.Access(device, tag: $0) }
        let uplinks = vswitch.externalInterfaces(of: vswitch.bridges[bridge])
        var (comesIn, isFound, goesOut) = (false, false, false)
        for flow in vswitch.flows[bridge] ?? [] where flow.access == access {
            switch flow.kind {
            case .anythingIn(let uplink): comesIn = comesIn || uplinks.contains(uplink.text)
            case .arpRequestsIn(let uplink): isFound = isFound || uplinks.contains(uplink.text)
            case .anythingOut(let uplink): goesOut = goesOut || uplink.map { uplinks.contains($0.text) } ?? true
            case .arpOut, .everything: break
            }
        }
        return comesIn && isFound && goesOut || uplinks.isEmpty ? nil : bridge
    }
}
