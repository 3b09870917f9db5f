internal import SystemPackage

/// The kernel's IPv6 settings of devices, below `/proc/sys/net/ipv6/conf`: rtnetlink tells them but cannot change them.
public enum IPv6Sysctl {
    /// Sets `accept_ra` and `autoconf` of a device.
    ///
    /// Routes and addresses that router advertisements gave stay; see ``RouteNetlink/removeAdvertisedRoutes(over:)``.
    ///
    /// Equivalent to: `sysctl net.ipv6.conf.NAME.accept_ra=… net.ipv6.conf.NAME.autoconf=…`
    /// - Throws: `ENOENT` where the device does not exist or has no IPv6.
    public static func set(_ settings: IPv6Settings, on device: DeviceName) throws(DeviceError) {
        try write(settings.acceptRA, to: "accept_ra", of: device)
        try write(settings.autoconf ? 1 : 0, to: "autoconf", of: device)
    }

    private static func write(_ value: Int, to key: String, of device: DeviceName) throws(DeviceError) {
        do {
            let folder = FilePath("/proc/sys/net/ipv6/conf").appending(
                FilePath(platformString: device.cString).components)
            let file = try FileDescriptor.open(folder.appending(key), .writeOnly)
            try file.closeAfter { _ = try file.writeAll("\(value)\n".utf8) }
        } catch {
            throw DeviceError(
                operation: "set IPv6 \(key) to \(value) on \(device)", device: device,
                code: error as? Errno ?? .ioError)
        }
    }
}
