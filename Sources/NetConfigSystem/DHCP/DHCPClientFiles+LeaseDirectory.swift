internal import NetConfigCore

extension DHCPClientFiles {
    /// The directory of the leases: where XAPI has one, old leases lie there; any other host has dhclient's own, or is
    /// to have it.
    package static func leaseDirectory(below root: RootPrefix) -> String {
        ConfigurationFiles(below: root).directories(among: [leaseDirectories[0]]).first ?? leaseDirectories[1]
    }
}
