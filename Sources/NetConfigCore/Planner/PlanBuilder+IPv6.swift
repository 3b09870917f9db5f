/// The IPv6 part of a PIF that is asked for.
extension PlanBuilder {
    /// The PIF without its IPv6 configuration where the host or the device does not support IPv6, with a warning: addresses,
    /// gateway, routes and clients are all left out. Where the primary address is an IPv6 one the request is noted as a
    /// shortfall.
    mutating func withUsableIPv6(_ pif: PIF, on device: DeviceName) throws(PlanError) -> PIF {
        guard pif.ipv6.mode != .none, let link = state.links[device], let flaw = flaw(ofIPv6On: link) else {
            return pif
        }
        if pif.primaryFamily == .v6 {
            try miss(PlanError(pif, .noIPv6(pif: "\(pif)", flaw: flaw)), of: pif)
        } else {
            warn(pif, "\(flaw); its IPv6 configuration is ignored")
        }
        var pif = pif
        pif.ipv6 = IPv6Configuration()
        return pif
    }

    /// Why a device cannot have IPv6, as a clause; `nil` where it can.
    private func flaw(ofIPv6On link: Link) -> String? {
        if isIPv6Off { return "IPv6 is switched off on this host (net.ipv6.conf.all.disable_ipv6 is 1)" }
        guard link.ipv6 == nil else { return nil }
        guard let mtu = link.mtu, mtu < Stake.leastIPv6MTU else { return "this host does not support IPv6" }
        return "IPv6 needs an MTU of \(Stake.leastIPv6MTU) bytes or more, and the network's is \(mtu)"
    }

    /// Whether IPv6 is disabled for the whole host. A setting of single devices, or of new ones, does not count: it was not a
    /// decision about this device.
    private var isIPv6Off: Bool { state.ipv6?.isDisabled == true }

    /// Sets `accept_ra` and `autoconf` as the mode asks for. This comes before the device goes up, when it could hear an
    /// advertisement.
    mutating func configureIPv6Settings(of pif: PIF, on device: DeviceName) {
        guard !isIPv6Off, let current = state.links[device]?.ipv6, !current.isDisabled || pif.ipv6.mode != .none else {
            return
        }
        // A host that forwards heeds them only where it is told to all the same.
        let heeded = current.isForwarding ? 2 : 1
        let wanted =
            switch pif.ipv6.mode {
            case .none, .static: current.with(acceptRA: 0, autoconf: false)
            case .autoconf: current.with(acceptRA: heeded, autoconf: true).formingAddresses
            // DHCPv6 tells no routes: those are still the routers' business. The client speaks from a link-local address.
            case .dhcp: current.with(acceptRA: heeded, autoconf: false).formingAddresses
            }
        if current != wanted || createdDevices.contains(device) {
            let why = current.isDisabled ? "; IPv6 was disabled" : ""
            perform(.setIPv6(device, wanted), because: "IPv6 mode \(pif.ipv6.mode.rawValue) of \(pif)\(why)")
        }
    }

    /// Gives the device its addresses; returns those that are new.
    mutating func configureIPv6(
        of pif: PIF, on device: DeviceName, gateway: PIF?, dns: PIF?
    ) throws(PlanError) -> [IPAddress] {
        guard !isIPv6Off, let settings = state.links[device]?.ipv6, !settings.isDisabled else {
            for client in state.dhcpClients where client.device == device && client.family == .v6 {
                perform(.stopDHCP(client), because: "\(device) has no IPv6")
            }
            return []
        }
        removeStrandedRoutes(of: pif, on: device)
        switch pif.ipv6.mode {
        case .none:
            setAddresses(of: device, .v6, [], because: "\(pif) has no IPv6 configuration")
            return []
        case .static:
            guard !pif.ipv6.addresses.isEmpty, pif.ipv6.addresses.allSatisfy({ $0.address.isUnicast }) else {
                try miss(.v6, of: pif)
                return []
            }
            let addresses = pif.ipv6.addresses.map { LinkAddress($0) }
            return setAddresses(of: device, .v6, addresses, because: "static address of \(pif)")
        case .autoconf:
            for client in state.dhcpClients where client.device == device && client.family == .v6 {
                perform(.stopDHCP(client), because: "IPv6 mode Autoconf of \(pif)")
            }
            for address in state.links[device]?.addresses ?? []
            where address.prefix.address.family == .v6 && !address.isDynamic {
                perform(.removeAddress(device, address), because: "IPv6 mode Autoconf of \(pif)")
            }
            return []
        case .dhcp:
            startDHCP(of: pif, on: device, .v6, gateway: gateway, dns: dns)
            return []
        }
    }
    /// Removes this program's routes whose gateway becomes unreachable with the addresses that are removed: the kernel keeps
    /// such routes, but an undo could not add them back.
    private mutating func removeStrandedRoutes(of pif: PIF, on device: DeviceName) {
        guard let link = state.links[device] else { return }
        let fixed = Set(pif.fixedAddresses(.v6))
        let addresses = link.addresses.filter { $0.prefix.address.family == .v6 }
        let going = addresses.filter { !$0.isDynamic && !fixed.contains($0.prefix) }.map(\.prefix)
        guard !going.isEmpty else { return }
        let staying = addresses.map(\.prefix).filter { !going.contains($0) } + fixed
        for route in link.routes where route.origin == .static && !route.isOnLink {
            guard let gateway = route.gateway, going.contains(where: { $0.contains(gateway) }),
                !staying.contains(where: { $0.contains(gateway) })
            else { continue }
            perform(.removeRoute(device, route), because: "its gateway is no longer on any network of \(pif)")
        }
    }
}
