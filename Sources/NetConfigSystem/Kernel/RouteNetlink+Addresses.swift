package import NetConfigCore
internal import SystemPackage

extension RouteNetlink {
    /// Gives a device an address: for ever, unless it has a lifetime.
    ///
    /// One that is there already with the same prefix length, from a DHCP lease or router advertisement, becomes
    /// permanent, or gets that lifetime, without going away in between. With another prefix length it is an error: IPv6 would keep the old one.
    ///
    /// Equivalent to: `ip address add PREFIX [broadcast ADDRESS] dev NAME [valid_lft SECONDS preferred_lft SECONDS]`
    /// - Throws: `EEXIST` as said; `EACCES` where IPv6 is disabled on the device.
    package func addAddress(_ address: LinkAddress, to device: DeviceName) throws(NetlinkError) {
        let index = try index(of: device)
        do {
            try send(.addAddress(address, to: device, index: index))
        } catch let error where error.code == .fileExists {
            guard try addresses(ofIndex: index).contains(where: { $0.prefix == address.prefix }) else { throw error }
            try send(.addAddress(address, to: device, index: index, replacing: true))
        }
    }

    /// Takes an address from a device. That either is gone already is fine.
    ///
    /// With the last IPv6 address of a network that a router has announced goes the route there, which the kernel keeps.
    ///
    /// Equivalent to: `ip address delete PREFIX dev NAME`
    package func removeAddress(_ address: LinkAddress, from device: DeviceName) throws(NetlinkError) {
        guard let index = try existingIndex(of: device) else { return }
        let network = address.prefix.network
        // `IP6_RT_PRIO_ADDRCONF`
        let route = Route(network, origin: .kernel, metric: 256)
        var isLast = address.isDynamic && network.address.family == .v6
        if isLast {
            let others = try addresses(ofIndex: index).filter { $0.prefix != address.prefix }
            isLast = !others.contains { $0.prefix.network == network }
        }
        if isLast { try sendRemoval(.removeRoute(route, over: device, index: index)) }
        do {
            try sendRemoval(.removeAddress(address, from: device, index: index))
        } catch {
            if isLast { try? send(.addRoute(route, over: device, index: index)) }
            throw error
        }
    }

    /// The addresses of a device; none where there is no such device.
    package func addresses(of device: DeviceName) throws(NetlinkError) -> [LinkAddress] {
        guard let index = try existingIndex(of: device) else { return [] }
        return try addresses(ofIndex: index)
    }

    /// The index of a device; `nil` where there is none.
    package func existingIndex(of device: DeviceName) throws(NetlinkError) -> Int32? {
        try existingRecord(of: device)?.index
    }

    /// What the kernel says of a device; `nil` where there is none.
    package func existingRecord(of device: DeviceName) throws(NetlinkError) -> LinkRecord? {
        do {
            return try record(of: device)
        } catch let error where error.code == .noSuchDevice {
            return nil
        }
    }
}
