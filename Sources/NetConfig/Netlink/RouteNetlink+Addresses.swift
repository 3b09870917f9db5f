internal import SystemPackage

extension RouteNetlink {
    /// Gives a device an address, for ever.
    ///
    /// One that is there already with the same prefix length, from a DHCP lease or router advertisement, becomes
    /// permanent without going away in between. With another prefix length it is an error: IPv6 would keep the old one.
    ///
    /// Equivalent to: `ip address add PREFIX [broadcast ADDRESS] dev NAME`
    /// - Throws: `EEXIST` as said; `EACCES` where IPv6 is disabled on the device.
    public func addAddress(_ address: LinkAddress, to device: DeviceName) throws(NetlinkError) {
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
    /// Equivalent to: `ip address delete PREFIX dev NAME`
    public func removeAddress(_ address: LinkAddress, from device: DeviceName) throws(NetlinkError) {
        guard let index = try existingIndex(of: device) else { return }
        try sendRemoval(.removeAddress(address, from: device, index: index))
    }

    /// The addresses of a device; none where there is no such device.
    func addresses(of device: DeviceName) throws(NetlinkError) -> [LinkAddress] {
        guard let index = try existingIndex(of: device) else { return [] }
        return try addresses(ofIndex: index)
    }

    /// The index of a device; `nil` where there is none.
    func existingIndex(of device: DeviceName) throws(NetlinkError) -> Int32? {
        do {
            return try index(of: device)
        } catch let error where error.code == .noSuchDevice {
            return nil
        }
    }
}
