/// What `dhclient` keeps of its leases (`dhclient.leases(5)`): one behind the other, the last one of a device in force.
package enum DHCPLease {
    /// The routers that the lease in force names, in the order of preference.
    package static func routers(in text: String, of device: DeviceName) -> [IPAddress] {
        var routers: [IPAddress] = []
        var lease: (isOurs: Bool, routers: [IPAddress]) = (false, [])
        for line in text.lines() {
            let words = line.words
            switch (words.first, words.dropFirst().first) {
            case ("lease", "{"): lease = (false, [])
            case ("interface", let name?): lease.isOurs = name.isExactly("\"\(device)\";")
            case ("option", "routers"):
                let list = line.substituting(";", with: "").substituting(",", with: " ").words
                lease.routers = list.dropFirst(2).compactMap { IPAddress(String($0)) }
            case ("}", nil) where lease.isOurs: routers = lease.routers
            default: break
            }
        }
        return routers
    }
}
