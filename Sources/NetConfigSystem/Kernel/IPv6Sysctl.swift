package import NetConfigCore
internal import Glibc
internal import SystemPackage

/// The kernel's IPv6 settings of devices, below `/proc/sys/net/ipv6/conf`: rtnetlink tells them but cannot change them.
package enum IPv6Sysctl {
    /// Sets `accept_ra`, `autoconf` and `disable_ipv6` of a device, whether it forms addresses, and does what belongs to it.
    ///
    /// Routes and addresses that router advertisements gave stay; see ``RouteNetlink/removeAdvertisedRoutes(over:)``.
    ///
    /// Equivalent to: `sysctl net.ipv6.conf.NAME.accept_ra=… net.ipv6.conf.NAME.autoconf=… net.ipv6.conf.NAME.disable_ipv6=…`
    /// - Throws: ``DeviceError``: `ENOENT` where the device does not exist or has no IPv6; what `finish` throws. Either way
    ///   the settings are as they were.
    package static func set(
        _ settings: IPv6Settings, on device: DeviceName, then finish: () throws -> Void = {}
    ) throws {
        // Opening and reading can fail before anything is changed.
        let acceptRA = try SysctlFile("accept_ra", of: device), autoconf = try SysctlFile("autoconf", of: device)
        let disabled = try SysctlFile("disable_ipv6", of: device)
        // Where the kernel has it, since Linux 4.11.
        let generation = try? SysctlFile("addr_gen_mode", of: device)
        let oldGeneration = try? generation?.read()
        let old = (acceptRA: try acceptRA.read(), autoconf: try autoconf.read(), disabled: try disabled.read())
        let isToggled = old.disabled.trimmed.isExactly("0") == settings.isDisabled
        do {
            try acceptRA.write("\(settings.acceptRA)\n")
            try autoconf.write(settings.autoconf ? "1\n" : "0\n")
            if let oldGeneration, oldGeneration.trimmed.isExactly("1") != (settings.isGenerationOff == true) {
                try generation?.write(settings.isGenerationOff == true ? "1\n" : "\(usualGeneration)\n")
            }
            // When IPv6 comes on, the kernel must heed no router that the settings exclude.
            if isToggled { try disabled.write(settings.isDisabled ? "1\n" : "0\n") }
            try finish()
        } catch {
            if isToggled { try? disabled.write(old.disabled) }
            if let oldGeneration { try? generation?.write(oldGeneration) }
            try? acceptRA.write(old.acceptRA)
            try? autoconf.write(old.autoconf)
            throw error
        }
    }

    /// How new devices form addresses; where they form none, from their MAC address.
    private static var usualGeneration: Int {
        let usual = value("addr_gen_mode", of: "default") ?? 0
        return usual == 1 ? 0 : usual
    }

    private static func value(_ name: String, of group: String) -> Int? {
        guard let group = DeviceName(kernel: group.utf8),
            let text = try? SysctlFile(name, of: group, for: O_RDONLY).read()
        else {
            return nil
        }
        return Int(text.trimmed)
    }

    /// What holds on the whole host; `nil` where the kernel has no IPv6.
    package static var host: IPv6Host? {
        func flag(_ name: String, of group: String) -> Bool { value(name, of: group) ?? 0 != 0 }
        guard let isDisabled = value("disable_ipv6", of: "all") else { return nil }
        return IPv6Host(
            isDisabled: isDisabled != 0,
            newDevices: IPv6Settings(
                acceptRA: value("accept_ra", of: "default") ?? 1, autoconf: flag("autoconf", of: "default"),
                isDisabled: flag("disable_ipv6", of: "default"), isForwarding: flag("forwarding", of: "default")))
    }
}

/// One open setting.
private struct SysctlFile: ~Copyable {
    private let name: String
    private let device: DeviceName
    private let file: Descriptor

    init(_ name: String, of device: DeviceName, for access: CInt = O_RDWR) throws(DeviceError) {
        (self.name, self.device) = (name, device)
        do throws(Errno) {
            let directory = FilePath("/proc/sys/net/ipv6/conf").appending(
                FilePath(platformString: device.cString).components)
            file = try Descriptor(open: directory.appending(name), access)
        } catch {
            throw DeviceError(operation: "set IPv6 \(name) on \(device)", device: device, code: error)
        }
    }

    func read() throws(DeviceError) -> String {
        do throws(Errno) {
            var bytes = [UInt8](repeating: 0, count: 16)
            let count = try Errno.check {
                unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.number, $0.baseAddress, $0.count, 0) }
            }
            return String(decoding: bytes[..<count], as: UTF8.self)
        } catch {
            throw DeviceError(operation: "read IPv6 \(name) of \(device)", device: device, code: error)
        }
    }

    func write(_ text: String) throws(DeviceError) {
        do throws(Errno) {
            let bytes = Array(text.utf8)
            try Errno.check { unsafe pwrite(file.number, bytes, bytes.count, 0) }
        } catch {
            let operation = "set IPv6 \(name) to \(text.trimmed) on \(device)"
            throw DeviceError(operation: operation, device: device, code: error)
        }
    }
}
