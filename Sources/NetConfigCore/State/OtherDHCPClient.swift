/// A program that may give a device addresses and that this program does not end: `udhcpc`, `dhcpcd`, NetworkManager, and a
/// `dhclient` for all devices.
package struct OtherDHCPClient: Hashable, Sendable, Codable {
    /// The device.
    package var device: DeviceName
    /// The program's name.
    package var program: String
    /// Its process id.
    package var pid: Int32

    /// Describes a program.
    package init(device: DeviceName, program: String, pid: Int32) {
        self.device = device
        self.program = program
        self.pid = pid
    }
}

extension OtherDHCPClient: CustomStringConvertible {
    /// The program and its process.
    package var description: String { "\(program) (process \(pid))" }
}
