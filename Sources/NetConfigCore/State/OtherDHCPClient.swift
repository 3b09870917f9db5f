/// A program that may give a device addresses and that this program does not end: `udhcpc`, `dhcpcd`, NetworkManager, and a
/// `dhclient` for all devices.
public struct OtherDHCPClient: Hashable, Sendable, Codable {
    /// The device.
    public var device: DeviceName
    /// The program's name.
    public var program: String
    /// Its process id.
    public var pid: Int32

    /// Describes a program.
    public init(device: DeviceName, program: String, pid: Int32) {
        self.device = device
        self.program = program
        self.pid = pid
    }
}

extension OtherDHCPClient: CustomStringConvertible {
    /// The program and its process.
    public var description: String { "\(program) (process \(pid))" }
}
