internal import SystemPackage

/// The kernel's IPv6 settings of a device, as files below `/proc/sys/net/ipv6/conf`.
enum IPv6Sysctl {
    /// Writes the settings.
    ///
    /// Equivalent to: `sysctl net.ipv6.conf.NAME.accept_ra=… net.ipv6.conf.NAME.autoconf=…`
    static func apply(_ settings: IPv6Settings, to name: DeviceName) throws(FileError) {
        try write(String(settings.acceptRA), "accept_ra", name)
        try write(settings.autoconf ? "1" : "0", "autoconf", name)
    }

    private static func write(_ text: String, _ setting: String, _ name: DeviceName) throws(FileError) {
        let path = "/proc/sys/net/ipv6/conf/\(name)/\(setting)"
        try FileError.during("write", path) {
            let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: .closeOnExec)
            try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
        }
    }
}
