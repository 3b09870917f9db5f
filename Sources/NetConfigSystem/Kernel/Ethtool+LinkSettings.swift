package import NetConfigCore
internal import CLinux
internal import SystemPackage

extension Ethtool {
    /// Speed, duplex and negotiation of a device; `nil` where it has none. What is unknown, as without a cable, is
    /// `nil`.
    ///
    /// Equivalent to: `ethtool NAME`
    package func settings(of device: DeviceName) throws(EthtoolError) -> LinkSettings? {
        do {
            return try linkModes(of: device, "read the link settings of \(device)").settings
        } catch let error where error.code == .notSupported {
            return nil
        }
    }

    /// Changes speed, duplex and negotiation, as far as `settings` says something.
    ///
    /// With negotiation on, the device offers its peer the modes that `settings` names, else every mode that it has; with a
    /// speed or duplex mode given as well, only the twisted-pair modes of that speed and duplex, if it has any.
    ///
    /// Equivalent to: `ethtool -s NAME speed … duplex … autoneg … advertise …`
    /// - Throws: `EOPNOTSUPP` or `EINVAL` where the device cannot do it.
    package func setSettings(_ settings: LinkSettings, on device: DeviceName) throws(EthtoolError) {
        let operation = "set link settings on \(device)"
        var modes = try linkModes(of: device, operation)
        modes.change(to: settings)
        var command = modes.setCommand
        try call(&command, device, operation)
    }

    /// Reads what the device does and can do. The kernel first says how long its masks are, and refuses others.
    private func linkModes(of device: DeviceName, _ operation: String) throws(EthtoolError) -> LinkModes {
        var modes = LinkModes(.masks(words: 0))
        do {
            try call(&modes.command, device, operation)
        } catch let error where error.code == .notSupported {
            // Drivers of Linux 4.19 and before may know the older command only.
            modes = LinkModes(.legacy)
            try call(&modes.command, device, operation)
            return modes
        }
        modes = LinkModes(.masks(words: modes.wantedWords))
        try call(&modes.command, device, operation)
        return modes
    }
}
