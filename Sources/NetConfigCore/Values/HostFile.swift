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
}
