/// Open vSwitch: what `up` and `down` make of a PIF's rows and devices.
extension PlanBuilder {
    /// Writes the rows of all requested PIFs in one transaction, together with what the release of their cards changed, and
    /// then brings the devices up.
    mutating func raiseOnVswitch() throws(PlanError) {
        var preparedStacks: [PreparedStack] = []
        reopenFailing()
        for stack in stacks {
            // A bridge that gives up its card stays for what is plugged into it: a former VLAN is not.
            releaseFormer(of: stack)
            releaseConflicts(of: stack)
            preparedStacks.append(try writeRows(of: stack))
        }
        stopClientsOfRemadeBridges()
        let before = state
        commitVswitch(because: commitReason)
        for stack in stacks { restoreLeases(of: stack, before) }
        for (stack, prepared) in zip(stacks, preparedStacks) {
            if let bridge = prepared.bridge {
                raise(stack, on: bridge, prepared)
            } else {
                raiseBridgeless(stack.datapath)
            }
        }
    }

    /// What later steps need to know about the rows of a stack.
    private struct PreparedStack {
        /// The bridge; `nil` for a card without one.
        var bridge: DeviceName?
        /// The MTUs of the bridges that are asked for.
        var mtus: [DeviceName: Setting<Int>] = [:]
    }

    private mutating func writeRows(of stack: Stack) throws(PlanError) -> PreparedStack {
        guard let bridge = model.bridge(of: stack.datapath) else {
            try releaseBridgeless(stack)
            return PreparedStack()
        }
        for uplink in uplinks(of: stack.datapath) { prepareCard(uplink, of: stack.datapath) }
        var prepared = PreparedStack(bridge: bridge)
        try ensureBridgeRows(bridge, of: stack)
        for pif in stack.pifs where pif.vlan != nil {
            guard let name = model.bridge(of: pif) else {
                throw PlanError(pif, .needsBridge(pif: "\(pif)", kind: "VLAN"))
            }
            try ensureFakeBridge(name, of: pif, on: bridge, of: stack.datapath)
        }
        ensureUplinkPort(of: stack.datapath, on: bridge)
        prepared.mtus = requestMTUs(on: bridge, of: stack)
        return prepared
    }

    /// Releases a card without a bridge from every bridge. It must be a plain card: Open vSwitch creates bonds and VLANs on
    /// bridges only.
    private mutating func releaseBridgeless(_ stack: Stack) throws(PlanError) {
        for pif in stack.pifs where pif.vlan != nil || !stack.datapath.bondMasterOf.isEmpty {
            throw PlanError(pif, .needsBridge(pif: "\(pif)", kind: pif.vlan != nil ? "VLAN" : "bond"))
        }
        let card = stack.datapath
        if state.links[card.device]?.master != nil {
            perform(.setMaster(card.device, nil), because: "\(card) has no bridge")
        }
        takeInterface(card.device.text, for: nil)
    }

    private mutating func stopClientsOfRemadeBridges() {
        guard let old = state.vswitch, !state.dhcpClients.isEmpty else { return }
        let made = rows.devicesMade(since: old)
        for device in pifs.compactMap(model.bridge) where made.contains(device) {
            stopDHCP(on: device, because: "\(device) is recreated")
        }
    }

    private var commitReason: String {
        guard pifs.count == 1 else { return "rows of \(pifs.count) PIFs" }
        return model.bridge(of: stacks[0].datapath) == nil ? "\(pifs[0]) has no bridge" : "rows of \(pifs[0])"
    }

    private mutating func raise(_ stack: Stack, on bridge: DeviceName, _ prepared: PreparedStack) {
        let (datapath, uplinks) = (stack.datapath, uplinks(of: stack.datapath))
        // Not before: a router that is heard until then gives it an address again.
        for uplink in uplinks { clearAddresses(of: uplink.device, because: "a port has no addresses of its own") }
        for uplink in uplinks { raise(uplink.device, because: "uplink of \(stack.pifs[0])") }
        // Old tools look for a device of the bond's name; nothing depends on it, and xcp-networkd leaves it down.
        if !facts.isNetworkds, !datapath.bondMasterOf.isEmpty, state.links[datapath.device]?.isUp == false {
            perform(.setUp(datapath.device), because: "represents the bond")
        }
        let isAskedFor = stack.pifs.contains { $0.ref == datapath.ref }
        ensureFlows(of: stack, on: bridge)
        // ovs-vswitchd holds its own ports down to what the cards carry; and it raises them along with the cards.
        for uplink in uplinks { applyMTUs([(uplink.device, cardMTU(of: datapath))]) }
        for pif in stack.pifs {
            guard let device = model.bridge(of: pif) else { continue }
            if let mtu = prepared.mtus[device] { applyMTUs([(device, mtu)]) }
            clearFlags(of: device, because: "\(pif) must be reachable on it")
            applyEthtool(model.ethtool(ofBridgeOf: pif, &warnings), to: device, of: pif)
        }
        if !isAskedFor { raiseCarrier(bridge, because: "datapath of \(stack.pifs[0])") }
        askForMulticastGroups(on: bridge)
    }

    /// Queries multicast groups after snooping was switched on: otherwise a bridge does not know the groups that virtual
    /// machines joined before.
    private mutating func askForMulticastGroups(on bridge: DeviceName) {
        let snooping = [observed.vswitch, state.vswitch].map { $0?.bridges[bridge.text]?["mcast_snooping_enable"] }
        guard snooping[0] != .boolean(true), snooping[1] == .boolean(true), state.links[bridge]?.isUp == true else {
            return
        }
        perform(
            .queryMulticast(bridge),
            because: "multicast snooping is switched on, and must learn the groups of existing ports")
    }

    private mutating func raiseBridgeless(_ pif: PIF) {
        applyEthtool(model.ethtool(ofDeviceOf: pif, &warnings), to: pif.device, of: pif)
        applyMTUs([(pif.device, cardMTU(of: pif))])
        raise(pif.device, because: "uplink of \(pif)")
    }

    /// Releases a card that becomes an Open vSwitch port from its kernel master.
    private mutating func prepareCard(_ uplink: PIF, of datapath: PIF) {
        let name = uplink.device
        if state.links[name]?.master != nil {
            perform(.setMaster(name, nil), because: "\(name) becomes a port of Open vSwitch")
        }
        applyEthtool(model.ethtool(ofDeviceOf: uplink, &warnings), to: name, of: uplink)
        let mtu = cardMTU(of: datapath)
        // While the row asks for another ovs-vswitchd sets that again.
        guard rows.requestedMTU(of: name) == nil else { return }
        if let current = state.links[name]?.mtu, current < mtu.value { applyMTUs([(name, mtu)]) }
    }

    /// Writes `mtu_request` of a bridge's internal ports. Without it ovs-vswitchd gives such a port the least MTU of the
    /// bridge's other ports whenever it likes: a VLAN's would change with that of a card or virtual machine.
    ///
    /// - Returns: The MTUs of the bridges that are asked for.
    private mutating func requestMTUs(on bridge: DeviceName, of stack: Stack) -> [DeviceName: Setting<Int>] {
        let card = uplinks(of: stack.datapath).first?.device
        let limit = card == nil ? nil : cardMTU(of: stack.datapath)
        var mtus: [DeviceName: Setting<Int>] = [:]
        for other in stack.pifs {
            guard let device = model.bridge(of: other) else { continue }
            var mtu = model.mtu(ofBridgeOf: other, &warnings)
            if let card, let limit { mtu = clamp(mtu, of: device, to: limit, of: card) }
            mtu = clampToOwn(mtu, of: device)
            mtus[device] = rows.canRequestMTU ? mtu : clampToPorts(mtu, of: device, on: bridge)
        }
        guard rows.canRequestMTU else { return mtus }
        for other in [stack.datapath] + model.vlanPIFs(on: stack.datapath) {
            guard let name = model.bridge(of: other), rows.isInternal(name.text) else { continue }
            let current = [observed.links[name]?.mtu, limit?.value].compactMap { $0 }.min()
            guard let wanted = mtus[name]?.value ?? current else { continue }
            // xcp-networkd sets the MTU of the device, and again when it must.
            if facts.isNetworkds, observed.links[name]?.mtu == wanted { continue }
            rows.interfaces[name.text]?["mtu_request"] = .integer(wanted)
        }
        return mtus
    }

    /// Limits an MTU to what the kernel allows for the device. A device that does not exist yet gets the limit of others of its
    /// kind.
    private mutating func clampToOwn(_ mtu: Setting<Int>, of name: DeviceName) -> Setting<Int> {
        let known = state.links[name].flatMap { $0.isOpenVswitchs ? $0.greatestMTU : nil }
        let greatest = known ?? rows.greatestMTU(ofInternal: name)
        guard mtu.value > greatest else { return mtu }
        warn(
            name, "MTU \(mtu.value) (\(mtu.origin)) is above the maximum of \(name); using \(greatest)", at: mtu.origin)
        return Setting(greatest, from: mtu.origin)
    }

    /// Limits an MTU to the least one of the bridge's other ports, as Open vSwitch 2.5 does.
    private mutating func clampToPorts(
        _ mtu: Setting<Int>, of name: DeviceName, on bridge: DeviceName
    ) -> Setting<Int> {
        let ports = rows.externalInterfaces(of: rows.bridges[bridge.text]).sorted().compactMap(
            DeviceName.init(interface:))
        let least = ports.compactMap { port in state.links[port]?.mtu.map { (port: port, mtu: $0) } }.min {
            $0.mtu < $1.mtu
        }
        return least.map { clamp(mtu, of: name, to: Setting($0.mtu, from: .standard), of: $0.port) } ?? mtu
    }

    /// Removes the rows and devices of a PIF, except those that something else still needs.
    mutating func lowerOnVswitch(_ pif: PIF) {
        let reason = "\(pif) is detached"
        let datapath = model.datapathPIF(of: pif)
        if let device = model.ipDevice(of: pif) { stopDHCP(on: device, because: reason) }
        guard let bridge = model.bridge(of: datapath) else {
            // The card of a bridgeless PIF; one that is a port belongs to another bridge by now.
            guard pif.vlan == nil, rows.interfaces[pif.device.text] == nil else { return }
            clearAddresses(of: pif.device, because: reason)
            return lower(pif.device, because: reason)
        }
        if pif.vlan != nil {
            // No bridge goes because of a VLAN that was not on it.
            guard isFakeBridgeThere(pif, on: datapath) || rows.bridges[bridge.text] == nil else { return }
            removeFakeBridge(pif, because: reason)
        }
        guard let row = rows.bridges[bridge.text] else {
            return lowerUplinks(of: datapath, because: reason)
        }
        let vlans = row.members.filter { rows.ports[$0]?["fake_bridge"] == .boolean(true) }
        if !vlans.isEmpty || pif.vlan != nil && isInUse(datapath) {
            if pif.vlan == nil {
                note("\(bridge) stays for the VLANs on it: \(vlans.joined(separator: ", "))")
                clearAddresses(of: bridge, because: reason)
            }
            return commitVswitch(because: reason)
        }
        removeDatapath(of: datapath, because: reason)
        commitVswitch(because: reason)
        lowerUplinks(of: datapath, because: reason)
    }

    /// Whether a VLAN PIF's fake bridge is a port of the bridge under it.
    func isFakeBridgeThere(_ vlan: PIF, on datapath: PIF) -> Bool {
        guard let name = model.bridge(of: vlan), let bridge = model.bridge(of: datapath) else { return false }
        return rows.bridges[bridge.text]?.members.contains(name.text) == true
    }

    /// Removes a VLAN PIF's fake bridge from the rows. Ports of virtual machines with its tag are kept.
    mutating func removeFakeBridge(_ vlan: PIF, because reason: String) {
        guard let name = model.bridge(of: vlan) else { return }
        stopDHCP(on: name, because: reason)
        rows.removePort(name.text)
    }

    /// Removes the bridge and the uplinks of a datapath from the rows. A bridge that has ports of virtual machines stays
    /// for them, without uplinks and addresses.
    mutating func removeDatapath(of other: PIF, because reason: String) {
        guard let bridge = model.bridge(of: other), rows.bridges[bridge.text] != nil else {
            if model.bridge(of: other) == nil { clearAddresses(of: other.device, because: reason) }
            return
        }
        stopDHCP(on: bridge, because: reason)
        let onBridge = rows.externalInterfaces(of: rows.bridges[bridge.text])
        let uplinks = model.uplinks(of: other).map(\.device.text).filter(onBridge.contains)
        for uplink in uplinks { takeInterface(uplink, for: nil) }
        // A bridge that is asked for may have been a fake one here; it is made where it belongs.
        let asked = stacks.flatMap { [$0.datapath] + $0.pifs }.compactMap(model.bridge)
        let wanted = Set(([bridge] + asked).map(\.text))
        let guests = rows.bridges[bridge.text]?.members.filter { !wanted.contains($0) } ?? []
        guard guests.isEmpty else {
            if !uplinks.isEmpty {
                remark(bridge, "keeps its ports \(guests.joined(separator: ", ")), which now have no uplink")
            }
            return clearAddresses(of: bridge, because: reason)
        }
        rows.removeBridge(bridge.text)
    }
}

extension VswitchState {
    /// Removes a port with its interfaces from whatever bridge it is on.
    mutating func removePort(_ name: String) {
        if let bridge = bridge(ofPort: name) { bridges[bridge]?.remove(name) }
        for interface in ports[name]?.members ?? [] { interfaces[interface] = nil }
        ports[name] = nil
    }

    /// Removes a bridge with all its ports.
    mutating func removeBridge(_ name: String) {
        for port in bridges[name]?.members ?? [] { removePort(port) }
        bridges[name] = nil
    }
}
