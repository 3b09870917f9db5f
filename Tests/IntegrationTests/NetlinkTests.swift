import Foundation
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Each test has a network namespace of its own; `ip` is the second pair of eyes.
@Suite("the kernel does what is asked of it", .enabled(if: canUnshareNetwork, "needs root for network namespaces"))
struct NetlinkTests {
    private func name(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }
    private func mac(_ text: String) throws -> MACAddress { try #require(MACAddress(text)) }
    private func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    private func address(_ text: String) throws -> LinkAddress {
        let prefix = try #require(IPPrefix(text))
        return LinkAddress(prefix, broadcast: prefix.broadcast)
    }

    /// What `ip -d -j link show` says about a device.
    private struct IPLink: Decodable {
        struct LinkInfo: Decodable {
            struct InfoData: Decodable {
                var forward_delay: Int?
                var stp_state: Int?
                var mcast_snooping: Int?
            }
            var info_kind: String?
            var info_data: InfoData?
        }
        struct Address: Decodable {
            var local: String
            var prefixlen: Int
            var broadcast: String?
        }
        var ifname: String
        var mtu: Int
        var flags: [String]
        var address: String
        var master: String?
        var linkinfo: LinkInfo?
        var addr_info: [Address]
    }

    private func ipLinks() throws -> [String: IPLink] {
        let links = try JSONDecoder().decode([IPLink].self, from: Data(shell("ip -d -j address show").utf8))
        return Dictionary(uniqueKeysWithValues: links.map { ($0.ifname, $0) })
    }

    /// Checks every link that we see against what `ip` sees.
    private func expectSame(_ links: [DeviceName: Link]) throws {
        let seen = try ipLinks()
        #expect(Set(links.keys.map(\.text)) == Set(seen.keys))
        for (name, link) in links {
            let other = try #require(seen[name.text])
            #expect(link.mtu == other.mtu)
            #expect(link.isUp == other.flags.contains("UP"))
            #expect(link.master?.text == other.master)
            if name.text != "lo" { #expect(link.mac?.description == other.address) }
            let addresses = other.addr_info.filter { !$0.local.hasPrefix("fe80:") }
            #expect(link.addresses.map(\.prefix.description) == addresses.map { "\($0.local)/\($0.prefixlen)" })
            #expect(link.addresses.map(\.broadcast?.description) == addresses.map(\.broadcast))
            switch link.kind {
            case .bridge(let attributes):
                #expect(other.linkinfo?.info_kind == "bridge")
                #expect(other.linkinfo?.info_data?.forward_delay == attributes.forwardDelay)
                #expect(other.linkinfo?.info_data?.stp_state == (attributes.stp ? 1 : 0))
                #expect(other.linkinfo?.info_data?.mcast_snooping == (attributes.multicastSnooping ? 1 : 0))
            case .other(let kind): #expect(other.linkinfo?.info_kind == kind)
            case .bond, .vlan: Issue.record("unexpected \(link.kind)")
            }
        }
    }

    @Test
    func `a bridge with an enslaved link: attributes, MAC address, MTU, master, up and down`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let (bridge, nic) = (try name("xenbr0"), try name("nic0"))
            try shell("ip link add name nic0 type veth peer name far0")
            try kernel.createLink(bridge, .bridge(BridgeAttributes()), mac: mac("00:16:3e:01:02:03"))
            try kernel.setMAC(nic, mac("00:16:3e:01:02:03"))
            try kernel.setMTU(nic, 9000)
            try kernel.setMaster(nic, bridge)
            try kernel.setMTU(bridge, 9000)
            try kernel.setUp(nic)
            try kernel.setUp(bridge)

            var links = try kernel.links()
            try expectSame(links)
            #expect(links[bridge]?.kind == .bridge(BridgeAttributes()))
            #expect(links[bridge]?.mac == (try mac("00:16:3e:01:02:03")))
            #expect(links[bridge]?.mtu == 9000)
            #expect(links[nic]?.kind == .other("veth"))
            #expect(links[nic]?.master == bridge)
            #expect(links[nic]?.isUp == true)
            #expect(links[nic]?.ipv6 == IPv6Settings(acceptRA: 1, autoconf: true))

            try kernel.setMaster(nic, nil)
            try kernel.setDown(nic)
            links = try kernel.links()
            try expectSame(links)
            #expect(links[nic]?.master == nil)
            #expect(links[nic]?.isUp == false)

            try kernel.deleteLink(bridge)
            try kernel.deleteLink(bridge)
            #expect(try kernel.links()[bridge] == nil)
        }
    }

    @Test
    func `STP goes on with a delay, and off together with it, although the kernel refuses both in one message`() throws
    {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bridge = try name("xenbr0")
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            for attributes in [
                BridgeAttributes(stp: true, forwardDelay: 1500, multicastSnooping: false),
                BridgeAttributes(stp: true, forwardDelay: 400), BridgeAttributes(),
            ] {
                try kernel.setBridgeAttributes(bridge, attributes)
                #expect(try kernel.links()[bridge]?.kind == .bridge(attributes))
                try expectSame(try kernel.links())
            }
        }
    }

    @Test
    func `addresses come and go; what is there already stays, and removing what is gone is fine`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bridge = try name("xenbr0")
            let (v4, v6) = (try address("192.0.2.10/24"), try address("2001:db8::a/64"))
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            try kernel.setUp(bridge)
            // A lease on the same address becomes permanent in place.
            try shell("ip address add 192.0.2.10/24 broadcast + dev xenbr0 valid_lft 600 preferred_lft 600")
            #expect(try kernel.links()[bridge]?.addresses.map(\.isDynamic) == [true])
            try kernel.addAddress(v4, to: bridge)
            try kernel.addAddress(v6, to: bridge)
            #expect(try kernel.links()[bridge]?.addresses == [v4, v6])
            try expectSame(try kernel.links())

            let error = try #require(throws: NetlinkError.self) {
                try kernel.addAddress(address("2001:db8::a/128"), to: bridge)
            }
            #expect(error.code == .fileExists)

            for address in [v4, v4, v6, v6] { try kernel.removeAddress(address, from: bridge) }
            #expect(try kernel.links()[bridge]?.addresses == [])
            try kernel.removeAddress(v4, from: name("nothing"))
        }
    }

    @Test
    func `routes come and go in both families`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bridge = try name("xenbr0")
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            try kernel.setUp(bridge)
            try kernel.addAddress(address("192.0.2.10/24"), to: bridge)
            try kernel.addAddress(address("2001:db8::a/64"), to: bridge)
            try shell("ip route add 10.0.0.0/8 via 192.0.2.254 dev xenbr0")
            let ours = [
                Route(.any(.v4), via: try ip("192.0.2.1")),
                Route(try #require(IPPrefix("198.51.100.0/24")), metric: 10, source: try ip("192.0.2.10")),
                Route(try #require(IPPrefix("2001:db8:1::/48")), via: try ip("2001:db8::1")),
                Route(.any(.v6), via: try ip("fe80::1")),
            ]
            for route in ours + ours { try kernel.addRoute(route, over: bridge) }
            let boot = Route(try #require(IPPrefix("10.0.0.0/8")), via: try ip("192.0.2.254"), origin: .boot)
            #expect(Set(try kernel.links()[bridge]?.routes ?? []) == Set(ours + [boot]))
            let shown = try shell("ip route show")
            #expect(shown.contains("default via 192.0.2.1 dev xenbr0 proto static"))
            #expect(shown.contains("198.51.100.0/24 dev xenbr0 proto static scope link src 192.0.2.10 metric 10"))

            let error = try #require(throws: NetlinkError.self) {
                try kernel.addRoute(Route(.any(.v4), via: ip("192.0.2.2")), over: bridge)
            }
            #expect(error.code == .fileExists)
            for route in ours + ours { try kernel.removeRoute(route, over: bridge) }
            #expect(try kernel.links()[bridge]?.routes == [boot])
        }
    }

    @Test
    func `what router advertisements left does not stay in the way of a static default route`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bridge = try name("xenbr0")
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            try kernel.setUp(bridge)
            try shell("ip -6 route add default via fe80::2 dev xenbr0 proto ra")
            try kernel.removeAdvertisedRoutes(over: bridge)
            try kernel.addRoute(Route(.any(.v6), via: ip("fe80::1")), over: bridge)
            #expect(try kernel.links()[bridge]?.routes == [Route(.any(.v6), via: try ip("fe80::1"))])
        }
    }

    @Test
    func `errors name the operation and the device, with the kernel's words`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let nothing = try name("nothing")
            func text(_ body: () throws -> Void) throws -> String {
                try #require(throws: NetlinkError.self, performing: body).description
            }
            #expect(try text { try kernel.setUp(nothing) } == "cannot set nothing up: no such device")
            #expect(try text { _ = try kernel.index(of: nothing) } == "cannot find nothing: no such device")
            #expect(
                try text { try kernel.setMaster(name("lo"), nothing) } == "cannot find nothing: no such device")
            try kernel.createLink(name("xenbr0"), .bridge(BridgeAttributes()))
            #expect(
                try text { try kernel.setMTU(name("xenbr0"), 70000) }
                    == "cannot set MTU 70000 on xenbr0: invalid argument (mtu greater than device maximum)")
        }
    }

    @Test
    func `an address on a device without IPv6, and a gateway off the link, are errors that say why`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bridge = try name("xenbr0")
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            let route = Route(.any(.v4), via: try ip("192.0.2.1"))
            var error = try #require(throws: NetlinkError.self) { try kernel.addRoute(route, over: bridge) }
            #expect(error.description.hasPrefix("cannot add route default via 192.0.2.1 over xenbr0: network is"))
            try kernel.setUp(bridge)
            error = try #require(throws: NetlinkError.self) { try kernel.addRoute(route, over: bridge) }
            #expect(error.code == Errno(rawValue: 101))  // ENETUNREACH
            try shell("echo 1 > /proc/sys/net/ipv6/conf/xenbr0/disable_ipv6")
            #expect(try kernel.links()[bridge]?.ipv6?.isDisabled == true)
            error = try #require(throws: NetlinkError.self) {
                try kernel.addAddress(address("2001:db8::a/64"), to: bridge)
            }
            #expect(error.code == .permissionDenied)
        }
    }

    @Test
    func `IPv6 settings are written where links() reads them`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bridge = try name("xenbr0")
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            for settings in [IPv6Settings(acceptRA: 0, autoconf: false), IPv6Settings(acceptRA: 2, autoconf: true)] {
                try IPv6Sysctl.set(settings, on: bridge)
                #expect(try kernel.links()[bridge]?.ipv6 == settings)
            }
            let error = try #require(throws: DeviceError.self) {
                try IPv6Sysctl.set(IPv6Settings(acceptRA: 0, autoconf: false), on: name("nothing"))
            }
            #expect(error.description == "cannot set IPv6 accept_ra on nothing: no such file or directory")
        }
    }

    @Test
    func `a dump in many pieces is read whole`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let names = try (0..<60).map { try name("vif\($0).0") }
            for name in names { try kernel.createLink(name, .bridge(BridgeAttributes())) }
            #expect(Set(try kernel.links().keys) == Set(names + [try name("lo")]))
        }
    }
}
