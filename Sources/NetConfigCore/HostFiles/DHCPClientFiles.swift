/// Where a DHCP client keeps its files. The names are those that other tools on a XenServer host look for.
package struct DHCPClientFiles {
    /// The folder of the pid files.
    static let pidFolder = "/var/run"

    /// Holds the client's process id, on a line of its own.
    package let pid: String
    /// The client's leases.
    package let leases: String
    /// The configuration that we write.
    package let configuration: String

    /// Where leases can be, the usual place first: `leaseFolder(below:)` says which one a host has.
    package static let leaseFolders = ["/var/lib/xcp", "/var/lib/dhclient"]

    /// Where the leases of a device can be, as paths of the described host.
    static func leases(of device: DeviceName) -> [String] {
        leaseFolders.flatMap { folder in
            IPAddress.Family.allCases.map { DHCPClientFiles(device, $0, in: folder).leases }
        }
    }

    /// The files for a device, as paths of the described host; `folder` is ``leaseFolder(below:)``.
    package init(_ device: DeviceName, _ family: IPAddress.Family, in folder: String) {
        let name = (family == .v4 ? "dhclient-" : "dhclient6-") + device.text
        pid = "\(Self.pidFolder)/\(name).pid"
        leases = "\(folder)/\(name).leases"
        configuration = "\(folder)/\(name).conf"
    }
}
