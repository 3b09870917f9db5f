/// How much a record may hold. No real host comes near, and hostile records cost no more than their size: a value is met in
/// many places (a network's uuid in the row of each VLAN of its card, a slave in the plans of all bonds that share it).
///
/// What exceeds a limit is left out, and the rest is used; a warning says of which record and field, how much there was and
/// how much is allowed. Only a record that cannot be without it is in error.
package enum RecordLimit {
    /// Bytes of a record's reference. XAPI's have 46. A record with a longer one is in error.
    package static let reference = 255
    /// Bytes of a `uuid`: RFC 4122 needs 36, and installers wrote names. Where it is longer the reference stands for it.
    package static let uuid = 255
    /// Bytes of a value that is one word or number: what `other_config` and `properties` hold, a bond's mode.
    package static let text = 4096
    /// Bytes of a value that is a list: ``routes`` of the longest kind, and blanks.
    package static let list = 1 << 19
    /// Entries of `other_config` and of `properties`. XAPI's clients write some tens.
    package static let entries = 1024
    /// Static routes of a PIF, those of its network included.
    static let routes = 4096
    /// IPv6 addresses of a PIF. With each one that goes or comes the kernel goes through all of its device.
    package static let addresses = 1024
    /// Name servers of a PIF; `resolv.conf(5)` uses three.
    package static let nameServers = 64
    /// Search domains of a PIF; `resolv.conf(5)` once used six.
    static let searchDomains = 64
    /// Slaves of a bond. XAPI allows four on Open vSwitch, and no host has so many slots.
    package static let slaves = 64
    /// VLANs on a PIF: IEEE 802.1Q has no more tags. A PIF with more is in error.
    static let vlans = 4094
    /// VLANs on top of each other. XAPI allows none on another; a PIF with more below it is in error.
    package static let depth = 8

    /// A message about a record that exceeds a limit, as a clause.
    package static func message(_ what: String, _ count: Int, of units: String, allowed limit: Int) -> String {
        "\(what) has \(count) \(units); at most \(limit) are allowed"
    }
}
