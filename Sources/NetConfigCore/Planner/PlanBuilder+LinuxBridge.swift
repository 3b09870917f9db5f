/// The Linux bridge: what `up` and `down` make of a PIF's devices.
extension PlanBuilder {
    /// Makes the devices of all PIFs asked for.
    mutating func raiseOnBridge() throws(PlanError) {
        for stack in stacks {
            releaseConflicts(of: stack)
            releaseFormer(of: stack)
            for pif in stack.pifs { try raiseOnBridge(pif) }
        }
    }

    /// Makes the devices of a PIF, from the cards up to the bridge.
    private mutating func raiseOnBridge(_ pif: PIF) throws(PlanError) {
        let datapath = model.datapathPIF(of: pif)
        guard datapath.tunnelAccessPIFOf.isEmpty else {
            throw PlanError(pif, .tunnelNeedsOpenVswitch("\(pif)"))
        }
        guard let device = model.netdev(of: pif) else {
            throw PlanError(pif, .nameTooLong(pif: "\(pif)", name: "\(pif.device).\(pif.vlan ?? 0)"))
        }
        for uplink in uplinks(of: pif) {
            applyEthtool(model.ethtool(ofDeviceOf: uplink, &warnings), to: uplink.device, of: uplink)
        }
        var chain: [(name: DeviceName, mtu: Setting<Int>)] = []
        let lowerMTU = cardMTU(of: datapath)
        if let bond = model.bond(masteredBy: datapath) {
            try ensureBond(bond, datapath, for: pif)
            applyEthtool(model.ethtool(ofDeviceOf: datapath, &warnings), to: datapath.device, of: datapath)
        }
        chain.append((datapath.device, lowerMTU))
        let predecessors = predecessors(of: pif, device)
        if pif.vlan != nil {
            try ensureVLANLink(device, of: pif, on: datapath.device)
            applyEthtool(model.ethtool(ofDeviceOf: pif, &warnings), to: device, of: pif)
            let mtu = model.mtu(ofDeviceOf: pif, &warnings)
            chain.append((device, clamp(mtu, of: device, to: lowerMTU, of: datapath.device)))
        }
        if let bridge = model.bridge(of: pif) {
            try ensureBridge(bridge, of: pif)
            // First of all: with two uplinks frames go round.
            releaseOtherUplinks(than: device, from: bridge, of: pif)
            if state.links[device]?.master != bridge {
                perform(.setMaster(device, bridge), because: "uplink of \(bridge)")
            } else {
                clearFlags(of: device, because: "an uplink of \(bridge) must pass all frames")
            }
            // Not before: a router that is heard until then gives it an address again.
            clearAddresses(of: device, because: "a port of \(bridge) has no addresses of its own")
            moveGuests(of: predecessors, to: bridge)
            clearFlags(of: bridge, because: "\(pif) must be reachable on it")
            nameHeldGateways(of: bridge, over: device)
            for port in state.ports(of: bridge) where state.links[port]?.has(.ownAddress) == true {
                perform(.setFlag(port, .ownAddress, false), because: "\(pif) must be reachable on \(bridge)")
            }
            let limit = chain.last?.mtu ?? lowerMTU
            chain.append((bridge, clamp(model.mtu(ofBridgeOf: pif, &warnings), of: bridge, to: limit, of: device)))
            applyEthtool(model.ethtool(ofBridgeOf: pif, &warnings), to: bridge, of: pif)
        } else if let master = state.links[device]?.master {
            perform(.setMaster(device, nil), because: "\(pif) has no bridge; it was a port of \(master)")
        }
        applyMTUs(chain)
        // A bond sets the MTU of its slaves along with its own; one that differs was changed by another program.
        if !datapath.bondMasterOf.isEmpty { applyMTUs(uplinks(of: pif).map { ($0.device, lowerMTU) }) }
        for uplink in uplinks(of: pif) { raise(uplink.device, because: "uplink of \(pif)") }
        if !datapath.bondMasterOf.isEmpty { raise(datapath.device, because: "bond of \(pif)") }
        if model.bridge(of: pif) != nil { raise(device, because: "uplink of \(pif)") }
    }

    /// Warns of gateways whose MAC address is bound to another port of the bridge (`bridge fdb … sticky`). An administrator may
    /// have meant it, so it is not changed; the warning names the command that removes it.
    private mutating func nameHeldGateways(of bridge: DeviceName, over uplink: DeviceName) {
        for held in observed.links[bridge]?.heldGateways ?? [] where held.port != uplink {
            remark(
                bridge,
                "frames for \(held.address) (\(held.mac)) go to \(held.port) instead of \(uplink); "
                    + "`bridge fdb delete \(held.mac) dev \(held.port) master` stops that")
        }
    }

    private mutating func ensureBridge(_ name: DeviceName, of pif: PIF) throws(PlanError) {
        var attributes = BridgeAttributes()
        if let snooping = model.pool?.igmpSnoopingEnabled { attributes.multicastSnooping = snooping }
        let mac = datapathMAC(of: pif)
        guard let link = state.links[name] else {
            return perform(.createLink(name, .bridge(attributes), mac: mac), because: "bridge of \(pif)")
        }
        guard case .bridge(let current) = link.kind else {
            if let leftover = otherDatapath(name, "create bridge") { throw PlanError(pif, leftover) }
            throw PlanError(pif, .nameTaken(name: name, wanted: "bridge", found: ObservedState.kindName(link.kind)))
        }
        if model.pool?.igmpSnoopingEnabled == nil { attributes.multicastSnooping = current.multicastSnooping }
        if current != attributes { perform(.setBridgeAttributes(name, attributes), because: "bridge of \(pif)") }
        if let mac, link.mac != mac { perform(.setMAC(name, mac), because: "MAC address of \(pif)") }
    }

    private mutating func ensureVLANLink(
        _ name: DeviceName, of pif: PIF, on parent: DeviceName
    ) throws(PlanError) {
        let tag = try usableTag(of: pif)
        let wanted = VLANAttributes(parent: parent, tag: tag)
        raiseCarrier(parent, because: "carries VLAN \(tag)")
        if let link = state.links[name] {
            guard case .vlan(let current) = link.kind else {
                throw PlanError(
                    pif, .nameTaken(name: name, wanted: "VLAN link", found: ObservedState.kindName(link.kind)))
            }
            if current == wanted { return }
            let reason = "it carries VLAN \(current.tag) of \(current.parent)"
            stopDHCP(on: name, because: reason)
            perform(.deleteLink(name), because: reason)
        }
        // The kernel has one link of a parent and tag.
        for other in state.vlanLinks(on: parent) where state.links[other]?.kind == .vlan(wanted) {
            let reason = "\(name) takes its place"
            stopDHCP(on: other, because: reason)
            perform(.deleteLink(other), because: reason)
        }
        perform(.createLink(name, .vlan(wanted), mac: nil), because: "\(pif)")
    }

    /// Removes the devices of a PIF, except those that something else still needs.
    mutating func lowerOnBridge(_ pif: PIF) {
        let reason = "\(pif) is detached"
        let datapath = model.datapathPIF(of: pif)
        removeBridge(of: pif, for: pif, because: reason)
        if pif.vlan != nil {
            removeVLANLink(of: pif, because: reason)
        } else if model.bridge(of: pif) == nil {
            clearAddresses(of: pif.device, because: reason)
        }
        guard pif.vlan == nil || !isBridgeThere(of: datapath) && !isInUse(datapath) else { return }
        let vlans = state.vlanLinks(on: datapath.device)
        guard vlans.isEmpty else {
            return note("\(datapath.device) stays for the VLANs on it: \(vlans.map(\.text).joined(separator: ", "))")
        }
        removeBond(datapath, because: reason)
        lowerUplinks(of: datapath, because: reason)
    }

    /// Deletes the link of a VLAN PIF.
    mutating func removeVLANLink(of vlan: PIF, because reason: String) {
        guard let device = model.netdev(of: vlan), case .vlan = state.links[device]?.kind else { return }
        stopDHCP(on: device, because: reason)
        perform(.deleteLink(device), because: reason)
    }

    private func isBridgeThere(of other: PIF) -> Bool {
        guard let bridge = model.bridge(of: other) else { return false }
        return state.links[bridge] != nil
    }

    /// Deletes another PIF's bridge with its addresses because a requested PIF needs its card. A bridge that has ports of
    /// virtual machines is kept for them, without uplink and addresses.
    mutating func removeBridge(of other: PIF, for pif: PIF, because reason: String) {
        guard let bridge = model.bridge(of: other), case .bridge = state.links[bridge]?.kind else { return }
        stopDHCP(on: bridge, because: reason)
        let cards = Set(model.uplinks(of: pif).map(\.device))
        let own = model.netdev(of: other)
        let guests = state.ports(of: bridge).filter { $0 != own && !cards.contains($0) && !isLeaving($0) }
        guard !guests.isEmpty else { return perform(.deleteLink(bridge), because: reason) }
        clearAddresses(of: bridge, because: reason)
        guard let own, state.links[own]?.master == bridge else { return }
        remark(bridge, "keeps its ports \(guests.map(\.text).joined(separator: ", ")), which now have no uplink")
        perform(.setMaster(own, nil), because: reason)
    }

    /// Whether a device is the link of a VLAN that leaves together with the PIF below it.
    private func isLeaving(_ name: DeviceName) -> Bool {
        guard leavingVLANLinks.contains(name), case .vlan = state.links[name]?.kind else { return false }
        return true
    }

    /// Deletes a bond's device; the kernel takes its slaves down.
    mutating func removeBond(_ master: PIF, because reason: String) {
        guard !master.bondMasterOf.isEmpty, case .bond = state.links[master.device]?.kind else { return }
        stopDHCP(on: master.device, because: reason)
        perform(.deleteLink(master.device), because: reason)
    }
}
