/// What has to follow when a device with addresses gets another MAC address.
extension PlanBuilder {
    /// The IP devices of a stack that existed before and now have another MAC address.
    private func renamed(of stack: Stack, since before: ObservedState) -> [(pif: PIF, device: DeviceName)] {
        ([stack.datapath] + model.vlanPIFs(on: stack.datapath)).compactMap { pif in
            guard let device = model.ipDevice(of: pif), !createdDevices.contains(device),
                let old = before.links[device]?.mac,
                let new = state.links[device]?.mac, old != new
            else { return nil }
            return (pif, device)
        }
    }

    /// Restores what a device lost when ovs-vswitchd took it down to change its MAC address, including the routes of its lease:
    /// its DHCP client has not noticed.
    mutating func restoreLeases(of stack: Stack, _ before: ObservedState) {
        for (pif, device) in renamed(of: stack, since: before) {
            guard let old = before.links[device], let now = state.links[device] else { continue }
            let reason = "\(device) has another MAC address"
            if pif.ipv4.mode == .dhcp {
                for route in old.routes where route.destination.address.family == .v4 && !now.routes.contains(route) {
                    perform(.addRoute(device, route), because: reason)
                }
            }
            let lostLease = old.addresses.contains { address in
                address.prefix.address.family == .v6 && !now.addresses.contains(address)
            }
            if pif.ipv6.mode == .dhcp, lostLease { restartDHCP(on: device, .v6, because: reason) }
        }
    }

    /// Announces the addresses of such devices again: neighbours remember the old MAC address.
    mutating func announceNewMACs(of stack: Stack) {
        for (_, device) in renamed(of: stack, since: observed) {
            guard let link = state.links[device], link.isUp else { continue }
            let told = steps.flatMap { step -> [IPAddress] in
                guard case .announce(device, let addresses) = step.action else { return [] }
                return addresses.isEmpty ? link.addresses.map(\.prefix.address) : addresses
            }
            let untold = link.addresses.map(\.prefix.address).filter { !told.contains($0) }
            if !untold.isEmpty { announce(untold, on: device) }
        }
    }
}
