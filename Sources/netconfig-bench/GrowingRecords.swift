/// Records of a host of any size, one kind of thing of which there are many.
enum GrowingRecords: String, CaseIterable {
    /// Static routes of one PIF and its network.
    case routes
    /// IPv6 addresses of one PIF.
    case addresses
    /// Name servers and search domains of one PIF.
    case dns
    /// VLANs on one card.
    case vlans
    /// Cards, each of which is a slave of every bond: there are as many bonds as cards, and so many entries in all.
    case bonds
    /// Networks on which this host has no PIF.
    case networks
    /// Cards with a network each, all of which want to give the default route.
    case cards
    /// Keys of `other_config` and `properties`.
    case keys
    /// VLANs each of which stands on the one before.
    case tower
    /// Tunnels over one card.
    case tunnels
    /// PIFs on one network.
    case shared
    /// Bytes of single values.
    case text
    /// Rows of Open vSwitch that are others': bridges, and ports of virtual machines on the first.
    case rows

    /// The cache's text.
    func cache(_ size: Int) -> [UInt8] {
        Array("<xenserver-network-configuration>\(records(size))</xenserver-network-configuration>".utf8)
    }

    private func records(_ size: Int) -> String {
        switch self {
        case .routes:
            let routes = (0..<size).map { "10.\($0 >> 8 & 255).\($0 & 255).0/24/192.0.2.\(1 + $0 % 9)" }
            let (some, others) = (routes.prefix(size / 2), routes.dropFirst(size / 2))
            return card(
                0, more: other("<static-routes>\(some.joined(separator: ","))</static-routes>"),
                network: other("<static-routes>\(others.joined(separator: ","))</static-routes>"))
        case .addresses:
            let addresses = (0..<size).map { "2001:db8:\(hex($0 >> 16)):\(hex($0 & 0xFFFF))::1/64" }
            return card(
                0,
                more: "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
                    + "<IPv6>\(addresses.map { "<IPv6>\($0)</IPv6>" }.joined())</IPv6>")
        case .dns:
            let servers = (0..<size).map { "10.0.\($0 >> 8 & 255).\($0 & 255)" }.joined(separator: ",")
            let domains = (0..<size).map { "d\($0).example" }.joined(separator: ",")
            return card(0, more: "<DNS>\(servers)</DNS>" + other("<domain>\(domains)</domain>"))
        case .vlans: return card(0) + (0..<size).map { vlan($0, on: "p0", tag: 1 + $0 % 4094) }.joined()
        case .bonds: return bonds(Int(Double(size).squareRoot()))
        case .networks:
            return card(0) + (0..<size).map { "<network ref='x\($0)'><bridge>xapi\($0)</bridge></network>" }.joined()
        case .cards: return (0..<size).map { card($0, more: other("<defaultroute>true</defaultroute>")) }.joined()
        case .keys:
            let keys = (0..<size).map { "<bond-k\($0)>v</bond-k\($0)><x\($0)>v</x\($0)>" }.joined()
            return card(0, more: other(keys) + "<properties>\(keys)</properties>")
        case .tower:
            return card(0) + (0..<size).map { vlan($0, on: $0 == 0 ? "p0" : "q\($0 - 1)", tag: 5) }.joined()
        case .tunnels:
            return card(0)
                + (0..<size).map {
                    pif("q\($0)", "tunnel\($0)", "x\($0)") + network("x\($0)", "xapi\($0)")
                        + "<tunnel ref='t\($0)'><access_PIF>q\($0)</access_PIF><transport_PIF>p0</transport_PIF></tunnel>"
                }.joined()
        case .rows: return card(0)
        case .shared: return card(0) + (0..<size).map { pif("q\($0)", "eth\($0 + 1)", "n0") }.joined()
        case .text:
            let long = String(repeating: "x", count: size)
            return card(
                0,
                more: "<uuid>\(long)</uuid><DNS>\(long)</DNS><IPv6>\(long)</IPv6><MAC>\(long)</MAC>"
                    + other("<domain>\(long)</domain><mtu>\(long)</mtu><static-routes>\(long)</static-routes>"),
                network: "<uuid>\(long)</uuid>" + other("<ethtool-gro>\(long)</ethtool-gro>"))
        }
    }

    private func bonds(_ count: Int) -> String {
        let slaves = (0..<count).map { "<slave>p\($0)</slave>" }.joined()
        return (0..<count).map { number in
            card(number, more: "<bond_slave_of>b\(number)</bond_slave_of>")
                + pif("q\(number)", "bond\(number)", "x\(number)") + network("x\(number)", "xapi\(number)")
                + "<bond ref='b\(number)'><master>q\(number)</master><slaves>\(slaves)</slaves></bond>"
        }.joined()
    }

    private func card(_ number: Int, more: String = "", network: String = "") -> String {
        let address =
            "<management>True</management><ip_configuration_mode>Static</ip_configuration_mode>"
            + "<IP>192.0.2.10</IP><netmask>255.255.255.0</netmask><gateway>192.0.2.1</gateway>"
        return pif("p\(number)", "eth\(number)", "n\(number)", number == 0 || !more.isEmpty ? address + more : "")
            + self.network("n\(number)", "xenbr\(number)", network)
    }

    private func vlan(_ number: Int, on parent: String, tag: Int) -> String {
        pif("q\(number)", "eth0", "x\(number)", "<VLAN>\(tag)</VLAN>") + network("x\(number)", "xapi\(number)")
            + "<vlan ref='v\(number)'><tagged_PIF>\(parent)</tagged_PIF><untagged_PIF>q\(number)</untagged_PIF></vlan>"
    }

    private func pif(_ ref: String, _ device: String, _ network: String, _ more: String = "") -> String {
        "<pif ref='\(ref)'><device>\(device)</device><network>\(network)</network>\(more)</pif>"
    }

    private func network(_ ref: String, _ bridge: String, _ more: String = "") -> String {
        "<network ref='\(ref)'><bridge>\(bridge)</bridge><MTU>1500</MTU>\(more)</network>"
    }

    private func other(_ keys: String) -> String { "<other_config>\(keys)</other_config>" }

    private func hex(_ number: Int) -> String { String(number, radix: 16) }
}
