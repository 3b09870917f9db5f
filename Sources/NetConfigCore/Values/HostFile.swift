/// The files and programs of a host that a plan names, as paths without root prefix.
enum HostFile {
    /// What this program attached since boot: the name of an IP device a line.
    static var attached: String { "/run/interface-reconfigure/attached" }
    /// The name servers.
    static var resolver: String { "/etc/resolv.conf" }
    /// Names the devices of the default route and of the name servers.
    static var sysconfigNetwork: String { "/etc/sysconfig/network" }
    /// The directory of the ifcfg files; they are written only where it exists.
    static var scripts: String { "/etc/sysconfig/network-scripts" }
    /// The program that rewrites the text which the console shows before log in.
    static var updateIssue: String { "/sbin/update-issue" }
}
