import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("requests about addresses and routes have the bytes of the files in testdata/netlink")
struct AddressAndRouteRequestTests {
    @Test
    func `addresses`() throws {
        let bridge = try device("xenbr0")
        let address = LinkAddress(try prefix("192.0.2.10/24"))
        let withBroadcast = LinkAddress(try prefix("192.0.2.10/24"), broadcast: try ip("192.0.2.255"))
        let v6 = LinkAddress(try prefix("2001:db8::a/64"))
        #expect(
            hex(NetlinkMessage.addAddress(withBroadcast, to: bridge, index: 7).bytes)
                == hex(try hexFile("add-address")))
        #expect(
            hex(NetlinkMessage.addAddress(address, to: bridge, index: 7, replacing: true).bytes)
                == hex(try hexFile("replace-address")))
        #expect(hex(NetlinkMessage.addAddress(v6, to: bridge, index: 7).bytes) == hex(try hexFile("add-address-v6")))
        #expect(
            hex(NetlinkMessage.removeAddress(withBroadcast, from: bridge, index: 7).bytes)
                == hex(try hexFile("remove-address")))
        #expect(hex(NetlinkMessage.getAddresses().bytes) == hex(try hexFile("get-addresses")))
    }

    @Test
    func `routes`() throws {
        let bridge = try device("xenbr0")
        let defaultRoute = Route(.any(.v4), via: try ip("192.0.2.1"))
        let linkRoute = Route(try prefix("198.51.100.0/24"), metric: 10, source: try ip("192.0.2.10"))
        let v6 = Route(try prefix("2001:db8:1::/48"), via: try ip("fe80::1"))
        let boot = Route(try prefix("10.0.0.0/8"), via: try ip("192.0.2.254"), origin: .boot)
        #expect(
            hex(NetlinkMessage.addRoute(defaultRoute, over: bridge, index: 7).bytes)
                == hex(try hexFile("add-default-route")))
        #expect(
            hex(NetlinkMessage.addRoute(linkRoute, over: bridge, index: 7).bytes) == hex(try hexFile("add-link-route")))
        #expect(hex(NetlinkMessage.addRoute(v6, over: bridge, index: 7).bytes) == hex(try hexFile("add-route-v6")))
        #expect(hex(NetlinkMessage.removeRoute(boot, over: bridge, index: 7).bytes) == hex(try hexFile("remove-route")))
        #expect(hex(NetlinkMessage.getRoutes().bytes) == hex(try hexFile("get-routes")))
    }
}
