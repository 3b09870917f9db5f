package import NetConfigCore
internal import SystemPackage

/// A running program other than `dhclient` that may give devices addresses, and what its command line says.
package struct OtherDHCPProcess {
    /// The names of such programs, as the kernel has them.
    package static let programs: Set = ["udhcpc", "dhcpcd", "NetworkManager"]

    private let program: String
    private let process: ProgramProcess

    /// Describes a process.
    init(_ program: String, _ process: ProgramProcess) {
        self.program = program
        self.process = process
    }

    /// What it is to a device; `nil` where it leaves that alone.
    ///
    /// - Parameters:
    ///   - device: The device.
    ///   - isManaged: Whether NetworkManager says that the device is its.
    /// - Returns: A description for messages.
    func client(on device: DeviceName, isManaged: (DeviceName) -> Bool) -> OtherDHCPClient? {
        let concerns =
            switch program {
            case "udhcpc": (option("-i") ?? option("--interface") ?? "eth0").isExactly(device.text)
            case "dhcpcd": isDhcpcd(of: device)
            default: isManaged(device)
            }
        return concerns ? OtherDHCPClient(device: device, program: program, pid: process.pid) : nil
    }

    /// The value of an option that is an argument of its own, or behind the option in the same one.
    private func option(_ name: String) -> String? {
        let arguments = process.arguments.dropFirst()
        for (place, argument) in zip(arguments.indices, arguments) where argument.begins(with: name) {
            guard argument.isExactly(name) else {
                let value = argument.dropping(name.utf8.count)
                return String(value.begins(with: "=") ? value.dropping(1) : value)
            }
            return arguments.indices.contains(place + 1) ? arguments[place + 1] : nil
        }
        return nil
    }

    /// It calls itself `dhcpcd: eth0 [ip4]`, or `dhcpcd: [manager]` where it is there for all devices.
    private func isDhcpcd(of device: DeviceName) -> Bool {
        let words = process.arguments.flatMap { $0.words }.dropFirst().filter { !$0.begins(with: "-") }
        let names = words.filter { !$0.begins(with: "[") }
        return names.contains { $0.isExactly(device.text) } || names.isEmpty
    }
}

extension OtherDHCPClient {
    /// Those of some devices, among processes.
    package static func all(
        of devices: some Sequence<DeviceName>, among processes: [ProgramProcess.Found], below root: RootPrefix
    ) -> [OtherDHCPClient] {
        guard !processes.isEmpty else { return [] }
        return devices.flatMap { device in
            processes.compactMap { program, process in
                if program.isExactly(DhclientProcess.program) {
                    return DhclientProcess(process).configuresAll
                        ? OtherDHCPClient(device: device, program: program, pid: process.pid) : nil
                }
                return OtherDHCPProcess(program, process).client(on: device) { isManaged($0, below: root) }
            }
        }
    }

    /// NetworkManager keeps a file for each device, named after its index.
    private static func isManaged(_ device: DeviceName, below root: RootPrefix) -> Bool {
        guard let index = try? RouteNetlink().index(of: device) else { return false }
        let path = "/run/NetworkManager/devices/\(index)"
        guard let place = try? root.resolve(path).string, let text = try? InputFile(place, limit: 1 << 16).text()
        else { return false }
        return text.lines().contains { $0.isExactly("managed-type=full") || $0.isExactly("managed=true") }
    }
}
