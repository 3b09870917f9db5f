package import NetConfigCore
internal import NetConfigSystem
internal import SystemPackage

extension Reconfiguration {
    /// Where the commands that a plan is printed as find things on this host.
    package var shellPlaces: ShellPlaces {
        let standard = HostPaths().ovsdb
        let dhclient = root.program(Dhclient.programs)?.string
        return ShellPlaces(
            rootPrefix: paths.rootPrefix, cache: cacheLocation.path,
            database: paths.ovsdb == standard ? nil : paths.ovsdb,
            dhclient: dhclient ?? "dhclient", leaseDirectory: DHCPClientFiles.leaseDirectory(below: root))
    }
}
