package import NetConfigCore

/// A DHCP client that could not be started or ended.
package enum DHCPClientError: Error, Equatable, Sendable {
    /// No `dhclient` is installed.
    case notInstalled
    /// The device's name begins with a hyphen: `dhclient` would take it for an option.
    case badDevice(DeviceName)
    /// There was no lease in time; one of the devices that the client needs has no carrier. The client still runs and keeps
    /// trying.
    case noLease(device: DeviceName, family: IPAddress.Family, seconds: Int, without: DeviceName? = nil)
    /// The client gave up by itself; the text is what it said last.
    case ended(device: DeviceName, message: String)
    /// The processes of the host could not be listed, so that it is not known whether a client runs.
    case hidden(device: DeviceName)
    /// The process of this id would not end, not even after SIGKILL.
    case immortal(device: DeviceName, pid: Int32)
}

extension DHCPClientError: CustomStringConvertible {
    /// The value in words, for messages and logs.
    package var description: String {
        switch self {
        case .notInstalled:
            "cannot run a DHCP client: neither /sbin/dhclient nor /usr/sbin/dhclient exists"
        case .badDevice(let device):
            "cannot run a DHCP client on \(device): dhclient would read a name that begins with '-' as an option"
        case .noLease(let device, let family, let seconds, let link):
            "no \(family == .v4 ? "DHCP" : "DHCPv6") lease on \(device) within \(seconds) s"
                + (link.map { ", because the link of \($0) has no carrier" } ?? "") + "; the client keeps trying"
        case .ended(let device, let message):
            "the DHCP client on \(device) gave up\(message.isEmpty ? "" : ": \(message)")"
        case .hidden(let device):
            "cannot look for DHCP clients on \(device): /proc cannot be read"
        case .immortal(let device, let pid):
            "cannot stop the DHCP client on \(device): process \(pid) did not exit"
        }
    }
}
