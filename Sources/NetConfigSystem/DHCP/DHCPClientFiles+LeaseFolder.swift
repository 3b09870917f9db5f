internal import NetConfigCore

extension DHCPClientFiles {
    /// The folder of the leases: where XAPI has one, old leases lie there; any other host has dhclient's own, or is
    /// to have it.
    package static func leaseFolder(below root: RootPrefix) -> String {
        ConfigurationFiles(below: root).folders(among: [leaseFolders[0]]).first ?? leaseFolders[1]
    }
}
