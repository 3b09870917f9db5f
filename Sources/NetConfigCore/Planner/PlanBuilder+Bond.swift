/// The bond of the Linux bridge datapath.
extension PlanBuilder {
    /// Creates the bond, or changes only those of its slaves and options that differ from the record.
    mutating func ensureBond(_ bond: Bond, _ master: PIF, for pif: PIF) throws(PlanError) {
        let name = master.device
        var wanted = BondOptions(of: bond, master: master).kernelAttributes(observed, &warnings)
        let mac = datapathMAC(of: master)
        if let link = state.links[name] {
            guard case .bond(let current) = link.kind else {
                throw PlanError(
                    pif, .nameTaken(name: name, wanted: "bond", found: ObservedState.kindName(link.kind)))
            }
            changeMode(of: name, from: current.mode, to: wanted.mode)
            // What the record does not say is left as it is.
            wanted.transmitHashPolicy = wanted.transmitHashPolicy ?? current.transmitHashPolicy
            if wanted.mode == "802.3ad" { wanted.lacpRate = wanted.lacpRate ?? current.lacpRate }
            if wanted.mode == current.mode { wanted.primary = current.primary }
            if case .bond(let now) = state.links[name]?.kind, now != wanted {
                // The kernel changes the rate only of a bond that is down.
                if now.lacpRate != wanted.lacpRate, state.links[name]?.isUp == true {
                    perform(.setDown(name), because: "its LACP rate changes")
                }
                perform(.setBondAttributes(name, wanted), because: "options of \(master)")
            }
            if let mac, link.mac != mac { perform(.setMAC(name, mac), because: "MAC address of \(master)") }
        } else {
            perform(.createLink(name, .bond(wanted), mac: mac), because: "\(master)")
        }
        let slaves = slavesInOrder(bond, mode: wanted.mode)
        for other in state.ports(of: name) where !slaves.contains(other) {
            perform(.setMaster(other, nil), because: "not a slave of \(master) in its record")
        }
        for slave in slaves where state.links[slave]?.master != name {
            clearAddresses(of: slave, because: "\(slave) joins \(name)")
            // The kernel enslaves only what is down, and brings it up itself.
            if state.links[slave]?.isUp == true { perform(.setDown(slave), because: "\(slave) joins \(name)") }
            perform(.setMaster(slave, name), because: "slave of \(master)")
        }
    }

    /// The slaves that exist, in the record's order. The primary slave comes first where only one is active at a time, because
    /// the kernel activates the first one that joins.
    private func slavesInOrder(_ bond: Bond, mode: String) -> [DeviceName] {
        let slaves = model.slaves(of: bond).filter { observed.links[$0.device] != nil }
        guard mode == "active-backup", let primary = slaves.first(where: { $0.ref == bond.primarySlave }) else {
            return slaves.map(\.device)
        }
        return [primary.device] + slaves.filter { $0.ref != primary.ref }.map(\.device)
    }

    /// Takes the bond down and its slaves out, since the kernel changes the mode only then; its VLAN links stay.
    private mutating func changeMode(of name: DeviceName, from old: String, to new: String) {
        guard old != new else { return }
        let reason = "its mode changes from \(old) to \(new)"
        for slave in state.ports(of: name) { perform(.setMaster(slave, nil), because: reason) }
        if state.links[name]?.isUp == true { perform(.setDown(name), because: reason) }
        perform(.setBondMode(name, new), because: "mode of the bond")
    }
}
