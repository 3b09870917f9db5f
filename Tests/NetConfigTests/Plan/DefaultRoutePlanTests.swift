import Testing

@testable import NetConfigCore

/// Whose default route the host has: that of a lease, and where no record says over which PIF it goes.
@Suite("the default route of a plan") struct DefaultRoutePlanTests {
    private static let gateway = "default via 192.0.2.1 dev xenbr0 proto static"

    // MARK: Leases

    private func leasedHost(_ datapath: Datapath = .bridge) throws -> PlannedHost {
        var host = try PlannedHost(datapath, "physical-dhcp")
        try host.up()
        #expect(try host.routes() == ["default via 198.51.100.1 dev xenbr0"])
        host.state.dhcpClients[0].routers = [try #require(IPAddress("198.51.100.1"))]
        #expect(try host.plan().steps.isEmpty)
        return host
    }

    @Test(arguments: Datapath.allCases)
    func `the default route of a lease that is gone is set again`(_ datapath: Datapath) throws {
        var host = try leasedHost(datapath)
        try host.meddle { $0.routes = [] }
        let plan = try host.up()
        #expect(plan.addedRoutes == ["default via 198.51.100.1 dev xenbr0"])
        #expect(try host.routes() == ["default via 198.51.100.1 dev xenbr0"])
    }

    @Test
    func `a lease without a router gives no default route, and none is tried`() throws {
        var host = try leasedHost()
        host.state.dhcpClients[0].routers = []
        try host.meddle { $0.routes = [] }
        #expect(try host.plan().steps.isEmpty)
    }

    @Test
    func `the default route comes back to the lease's device when the key that moved it goes`() throws {
        var host = try PlannedHost(.bridge, "two-cards")
        for card in ["eth0", "eth1"] { try host.edit(card) { $0.ipv4.mode = .dhcp } }
        let router = try #require(IPAddress("198.51.100.1"))
        func lease(_ host: inout PlannedHost) {
            for index in host.state.dhcpClients.indices { host.state.dhcpClients[index].routers = [router] }
        }
        try host.up("xenbr0")
        lease(&host)
        try host.edit("eth1") { $0.otherConfig = OtherConfig(["defaultroute": "true"], of: .pif) }
        try host.up("xenbr1")
        lease(&host)
        #expect(try host.routes("xenbr0") == [] && host.routes("xenbr1") == ["default via 198.51.100.1 dev xenbr1"])
        try host.edit("eth1") { $0.otherConfig = OtherConfig([:], of: .pif) }
        let plan = try host.up("xenbr0")
        #expect(try host.routes("xenbr0") == ["default via 198.51.100.1 dev xenbr0"] && host.routes("xenbr1") == [])
        #expect(!plan.actionTexts.contains { $0.contains("DHCP client") }, "its lease is as good as it was")
    }

    @Test
    func `a default route elsewhere that keeps the client from setting that of its lease is named`() throws {
        var host = try PlannedHost(.bridge, "physical-dhcp")
        host.state.otherRoutes = [
            OtherRoute(.any(.v4), metric: 0, origin: .boot, devices: [], text: "unreachable default")
        ]
        let plan = try host.plan()
        #expect(
            plan.warningTexts == [
                "PIF eth0: the default route of the lease cannot be set: another one exists ('unreachable default') and is "
                    + "not managed by this program"
            ])
    }

    // MARK: No management interface

    private func hostWithoutManagement() throws -> PlannedHost {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.edit { $0.management = false }
        return host
    }

    @Test
    func `without a management interface the first PIF that has a gateway gives the default route`() throws {
        var host = try hostWithoutManagement()
        try host.up("xenbr0", "xenbr1")
        #expect(try host.routes() == [Self.gateway] && host.routes("xenbr1") == [])
        host = try hostWithoutManagement()
        try host.edit { $0.ipv4.gateway = nil }
        try host.up("xenbr0", "xenbr1")
        #expect(
            try host.routes() == [] && host.routes("xenbr1") == ["default via 198.51.100.1 dev xenbr1 proto static"])
    }

    @Test(arguments: [3, 4, 12] as [UInt8])
    func `without a management interface the existing default route is kept`(_ origin: UInt8) throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up("xenbr0", "xenbr1")
        try host.edit { $0.management = false }
        try host.meddle { $0.routes = [] }
        let theirs = Route(
            .any(.v4), via: IPAddress("198.51.100.9"), origin: Route.Origin(rawValue: origin))
        try host.edit("eth1") { $0.ipv4.gateway = nil }
        try host.meddle("xenbr1") { $0.routes.append(theirs) }
        for bridge in ["xenbr0", "xenbr1"] { #expect(try host.plan(bridge).steps.isEmpty) }
        // One over no device of ours as well.
        try host.meddle("xenbr1") { $0.routes = [] }
        host.state.otherRoutes = [OtherRoute(.any(.v4), metric: 20, origin: .boot, devices: [], text: "default …")]
        #expect(try host.plan("xenbr0").addedRoutes == [])
    }

    @Test
    func `without a management interface a DHCP client goes on asking for the router that it gave`() throws {
        var host = try PlannedHost(.bridge, "physical-dhcp")
        try host.edit { $0.management = false }
        try host.up()
        #expect(try host.routes() == ["default via 198.51.100.1 dev xenbr0"])
    }
}
