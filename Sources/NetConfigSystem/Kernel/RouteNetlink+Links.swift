package import NetConfigCore
internal import CLibNL
internal import SystemPackage

extension RouteNetlink {
    /// Makes a bridge, bond or VLAN link, down.
    ///
    /// Equivalent to: `ip link add name NAME [address MAC] type …`
    /// - Throws: `EEXIST` where there is a device of that name; `EOPNOTSUPP` where the kernel has no such kind of link.
    package func createLink(_ name: DeviceName, _ kind: LinkKind, mac: MACAddress? = nil) throws(NetlinkError) {
        try send(.createLink(name, kind, mac: mac) { device throws(NetlinkError) in try index(of: device) })
    }

    /// Whether the kernel has a bonding mode; `nil` where its answer is another. The bonding driver is loaded.
    ///
    /// The kernel is asked for a bond that it cannot make: one whose active slave is not there. It looks at the mode before
    /// that, so `ENODEV` tells that it has the mode, `EINVAL` that it has not, and in either case there is no bond.
    package func hasBondMode(_ mode: String) throws(NetlinkError) -> Bool? {
        guard let number = BondOptionNames.number(of: mode, in: BondOptionNames.mode),
            let name = DeviceName("bonding-mode-\(number)")
        else { return nil }
        do {
            try send(.askForBondMode(number, as: name))
        } catch {
            switch error.code {
            case .noSuchDevice: return true
            case .invalidArgument, .notSupported: return false
            default: return nil
            }
        }
        // A kernel before 3.14 does not read what it is asked for.
        try deleteLink(name)
        return nil
    }

    /// Deletes a link. That there is none is fine.
    ///
    /// Equivalent to: `ip link delete NAME`
    package func deleteLink(_ name: DeviceName) throws(NetlinkError) {
        try sendRemoval(.deleteLink(name))
    }

    /// Sets a link up.
    ///
    /// Equivalent to: `ip link set NAME up`
    package func setUp(_ name: DeviceName) throws(NetlinkError) {
        try send(.setLink(name, up: true))
    }

    /// Sets a link down. The kernel forgets its routes, and its global IPv6 addresses.
    ///
    /// Equivalent to: `ip link set NAME down`
    package func setDown(_ name: DeviceName) throws(NetlinkError) {
        try send(.setLink(name, up: false))
    }

    /// Enslaves a link to a bridge or bond, or releases it from any.
    ///
    /// The kernel releases it from its old master first; where the new one refuses it, it goes back.
    ///
    /// Equivalent to: `ip link set NAME master MASTER`, or `nomaster`
    package func setMaster(_ name: DeviceName, _ master: DeviceName?) throws(NetlinkError) {
        guard let master else { return try send(.setMaster(name, nil, index: 0)) }
        let (new, old) = (try index(of: master), try record(of: name).master)
        do {
            try send(.setMaster(name, master, index: new))
        } catch {
            if old != 0, (try? record(of: name).master) == 0 { try? send(.setMaster(name, master, index: old)) }
            throw error
        }
    }

    /// Sets a link's MAC address.
    ///
    /// Equivalent to: `ip link set NAME address MAC`
    package func setMAC(_ name: DeviceName, _ mac: MACAddress) throws(NetlinkError) {
        try send(.setMAC(name, mac))
    }

    /// Sets a link's MTU in bytes.
    ///
    /// Equivalent to: `ip link set NAME mtu MTU`
    /// - Throws: `EINVAL` where the device cannot do it.
    package func setMTU(_ name: DeviceName, _ mtu: Int) throws(NetlinkError) {
        try send(.setMTU(name, mtu))
    }

    /// Sets a bridge's attributes.
    ///
    /// Several messages: the kernel looks at the delay first, and while STP runs refuses one of less than 2 seconds; and a
    /// kernel that knows no VLANs is not asked about them. Where it refuses something, what it has done before is taken back.
    ///
    /// Equivalent to: `ip link set NAME type bridge stp_state … forward_delay … mcast_snooping … vlan_filtering …`
    package func setBridgeAttributes(_ name: DeviceName, _ attributes: BridgeAttributes) throws(NetlinkError) {
        let old = BridgeAttributes(try record(of: name).info)
        do {
            try send(attributes, to: name)
            if attributes.vlanFiltering != old.vlanFiltering {
                try send(.setVLANFiltering(name, attributes.vlanFiltering))
            }
        } catch {
            try? send(old, to: name)
            throw error
        }
    }

    /// Sets a flag that decides whether frames pass.
    ///
    /// Equivalent to: `bridge link set dev NAME isolated off` and so on, `ip link set NAME arp on`,
    /// `bridge fdb replace MAC dev NAME master permanent`
    package func setFlag(_ name: DeviceName, _ flag: ForwardingFlag, _ isOn: Bool) throws(NetlinkError) {
        switch flag {
        case .forwarding: try send(.setForwarding(name, index: try index(of: name), isOn))
        case .ownAddress:
            let port = try record(of: name)
            guard let mac = try record(index: port.master).mac else { return }
            try send(.setForwardingEntry(mac, behind: name, index: port.index, isStation: isOn))
        default: try send(.setFlag(name, flag, isOn))
        }
    }

    private func send(_ attributes: BridgeAttributes, to name: DeviceName) throws(NetlinkError) {
        if attributes.stp {
            try send(.setBridge(name, attributes))
            try send(.setSpanningTree(name, true))
        } else {
            try send(.setSpanningTree(name, false))
            try send(.setBridge(name, attributes))
        }
    }

    /// Sets those options of a bond that differ, but not its mode, which cannot change while it has slaves.
    ///
    /// A primary of `nil` takes the primary slave back. The LACP rate can change only while the bond is down.
    ///
    /// Equivalent to: `ip link set NAME type bond miimon …`
    /// - Throws: `EBUSY` for another LACP rate on a bond that is up; `EINVAL` for a name that the kernel does not have.
    package func setBondAttributes(_ name: DeviceName, _ attributes: BondAttributes) throws(NetlinkError) {
        let current = try record(of: name)
        let wanted = try BondOption.all(
            of: attributes, primary: attributes.primaryIndex { device throws(NetlinkError) in try index(of: device) },
            on: name, operation: BondOption.operation(on: name))
        let changes = BondOption.changes(from: current.info, to: wanted)
        guard !changes.isEmpty else { return }
        do {
            try send(.setBond(name, changes))
        } catch {
            // The kernel takes the options of a message one by one, and keeps those before the one that it refuses.
            for option in BondOption.values(of: changes, in: current.info) { try? send(.setBond(name, [option])) }
            throw error
        }
    }

    /// Changes the mode of a bond, which must be down and without slaves.
    ///
    /// Equivalent to: `ip link set NAME type bond mode MODE`
    /// - Throws: `EACCES` for a bond that is up, `ENOTEMPTY` for one with slaves.
    package func setBondMode(_ name: DeviceName, _ mode: String) throws(NetlinkError) {
        guard let number = BondOptionNames.number(of: mode, in: BondOptionNames.mode) else {
            throw NetlinkError(operation: "set mode \(mode) on \(name)", device: name, code: .invalidArgument)
        }
        try send(.setBond(name, [BondOption(IFLA_BOND_MODE, number)]))
    }
}
