/// Where a DHCP client keeps its files. The names are those that other tools on a XenServer host look for.
package struct DHCPClientFiles {
    /// The directory of the pid files.
    static let pidDirectory = "/var/run"

    /// Holds the client's process id, on a line of its own.
    package let pid: String
    /// The client's leases.
    package let leases: String
    /// The configuration that we write.
    package let configuration: String

    /// Where leases can be, the usual place first: `leaseDirectory(below:)` says which one a host has.
    package static let leaseDirectories = ["/var/lib/xcp", "/var/lib/dhclient"]

    /// Where the leases of a device can be, as paths of the described host.
    static func leases(of device: DeviceName) -> [String] {
        leaseDirectories.flatMap { directory in
            IPAddress.Family.allCases.map { DHCPClientFiles(device, $0, in: directory).leases }
        }
    }

    /// The files for a device, as paths of the described host; `directory` is ``leaseDirectory(below:)``.
    package init(_ device: DeviceName, _ family: IPAddress.Family, in directory: String) {
        let name = (family == .v4 ? "dhclient-" : "dhclient6-") + device.text
        pid = "\(Self.pidDirectory)/\(name).pid"
        leases = "\(directory)/\(name).leases"
        configuration = "\(directory)/\(name).conf"
    }
}
