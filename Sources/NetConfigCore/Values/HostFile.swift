/// The files and programs of a host that a plan names, as paths without root prefix.
package enum HostFile {
    /// What this program attached since boot: the name of an IP device a line.
    package static var attached: String { "/run/interface-reconfigure/attached" }
    /// The name servers.
    package static var resolver: String { "/etc/resolv.conf" }
    /// Names the devices of the default route and of the name servers.
    package static var sysconfigNetwork: String { "/etc/sysconfig/network" }
    /// The directory of the ifcfg files; they are written only where it exists.
    package static var scripts: String { "/etc/sysconfig/network-scripts" }
    /// The program that rewrites the text which the console shows before log in.
    package static var updateIssue: String { "/sbin/update-issue" }

    /// The usual places of the cache, the older one first: XenServer's, then that of newer installs.
    package static var caches: [String] { ["/var/xapi/network.dbcache", "/var/lib/xcp/network.dbcache"] }
    /// The host's inventory.
    package static var inventory: String { "/etc/xensource-inventory" }
    /// What describes the management interface to XAPI and xcp-networkd where they have no records yet.
    package static var managementConfiguration: String { "/etc/firstboot.d/data/management.conf" }
    /// What has XAPI forget this host's PIFs, bonds and VLANs at its next start, and make the management PIF anew.
    package static var networkReset: String { "/var/tmp/network-reset" }
    /// What the host is to its pool.
    package static var pool: String { "/etc/xensource/pool.conf" }
    /// xcp-networkd's database.
    package static var networkdDatabase: String { "/var/lib/xcp/networkd.db" }
    /// xcp-networkd itself and its unit, in the places that they have had.
    package static var networkd: [String] {
        [
            "/usr/lib/systemd/system/xcp-networkd.service", "/lib/systemd/system/xcp-networkd.service",
            "/etc/systemd/system/xcp-networkd.service", "/usr/sbin/xcp-networkd",
            "/opt/xensource/libexec/xcp-networkd",
        ]
    }
    /// Gives cards their names; where it is missing xcp-networkd does, and names the management bridge as well.
    package static var interfaceRename: String { "\(scripts)/interface-rename.py" }

    /// Where a file may be moved out of the way, in this order.
    package static func asides(of path: String) -> [String] {
        ["\(path).before-reset"] + (2...99).map { "\(path).before-reset.\($0)" }
    }
}
