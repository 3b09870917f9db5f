/// Where a DHCP client keeps its files. The names are those that other tools on a XenServer host look for.
struct DHCPClientFiles {
    /// The folder of the pid files.
    static let pidFolder = "/var/run"

    /// Holds the client's process id, on a line of its own.
    let pid: String
    /// The client's leases.
    let leases: String
    /// The configuration that we write.
    let configuration: String

    /// The files for a device, as paths of the described host; `folder` is ``leaseFolder(below:)``.
    init(_ device: DeviceName, _ family: IPAddress.Family, in folder: String) {
        let name = (family == .v4 ? "dhclient-" : "dhclient6-") + device.text
        pid = "\(Self.pidFolder)/\(name).pid"
        leases = "\(folder)/\(name).leases"
        configuration = "\(folder)/\(name).conf"
    }
}
