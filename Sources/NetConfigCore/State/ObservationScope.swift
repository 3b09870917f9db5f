/// What to observe before a request is planned, besides the kernel's links and Open vSwitch's rows.
///
/// Reading costs time, and a host has hundreds of devices that a request does not concern.
package struct ObservationScope: Equatable, Sendable, Codable {
    /// Devices whose ethtool settings and DHCP clients matter.
    package var devices: Set<DeviceName> = []
    /// Devices over which the host is managed: whether traffic passes their bridges matters.
    package var managementDevices: Set<DeviceName> = []
    /// Bridges whose tables of flows or addresses must let the host be reached; `nil` stands for none.
    package var switches: Set<DeviceName>?
    /// Files that the request may replace or depends on, without root prefix.
    package var files: Set<String> = []
    /// Directories whose existence matters.
    package var directories: Set<String> = [HostFile.scripts]
    /// Programs whose existence matters.
    package var programs: Set<String> = [HostFile.updateIssue]
    /// Files whose existence matters, and not what is in them; `nil` stands for none.
    package var filesByName: Set<String>?
    /// Whether it matters if the kernel has XenServer's bonding mode `balance-slb`; `nil` stands for no.
    package var wantsBalanceSLB: Bool?

    /// A scope without anything request-specific.
    package init() {}

    /// What another scope includes and this one lacks, in words; `nil` where that is nothing.
    func gap(to other: ObservationScope) -> String? {
        if let device = other.devices.subtracting(devices).min() { return "settings and DHCP clients of \(device)" }
        if let device = other.managementDevices.subtracting(managementDevices).min() { return "flows of \(device)" }
        if let file = other.files.subtracting(files).min() { return "file \(file)" }
        if let directory = other.directories.subtracting(directories).min() { return "directory \(directory)" }
        if let file = other.filesByName?.subtracting(filesByName ?? []).min() { return "whether there is \(file)" }
        if other.wantsBalanceSLB == true, wantsBalanceSLB != true { return "the kernel's bonding modes" }
        return other.programs.subtracting(programs).min().map { "program \($0)" }
    }
}
