import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// What other programs gave a card that becomes a port: it goes with the card, and an undo brings it back.
@Suite("addresses and routes that others gave") struct GivenAddressTests {
    private static let card = "eth0"

    /// A host whose card has an address for a limited time, over which the default route goes.
    private func makeHost(_ datapath: Datapath) throws -> PlannedHost {
        var host = try PlannedHost(datapath)
        try host.meddle(Self.card) { link in
            link.isUp = true
            link.addresses = [
                LinkAddress(
                    try #require(IPPrefix("192.0.2.77/24")), isDynamic: true,
                    lifetime: AddressLifetime(preferred: 1000, valid: 3000)),
                LinkAddress(try #require(IPPrefix("2001:db8::77/64")), isDynamic: true),
            ]
            link.routes = [Route(.any(.v4), via: IPAddress("192.0.2.1"), origin: .boot)]
        }
        return host
    }

    @Test(arguments: Datapath.allCases)
    func `an address with a lifetime that no client of ours gave is put back`(_ datapath: Datapath) throws {
        var host = try makeHost(datapath)
        let start = host.state
        let plan = try host.up()
        #expect(try host.link(Self.card).addresses.isEmpty)
        var back = plan.end
        for action in plan.steps.reversed().flatMap(\.undo) {
            #expect(back.refusal(of: action) == nil, "\(action)")
            back.happen(action)
        }
        #expect(back.links == start.links)
        let way = Rollback(before: start, actions: plan.steps.map(\.action))
        let actions = way.actions(from: plan.end)
        #expect(plan.end.applying(actions).links == start.links)
        let words = actions.map(\.description)
        #expect(words.contains("add address 192.0.2.77/24 to eth0 for 3000 s"), "\(words)")
        #expect(words.contains("add address 2001:db8::77/64 to eth0 without expiry: its lifetime is not known"))
    }

    @Test(arguments: Datapath.allCases)
    func `one that our client leased is given again by the client`(_ datapath: Datapath) throws {
        var host = try makeHost(datapath)
        let device = try #require(DeviceName(Self.card))
        host.state.dhcpClients = [DHCPClient(device: device, family: .v4, configuration: "", environment: [])]
        let start = host.state
        let plan = try host.up()
        let way = Rollback(before: start, actions: plan.steps.map(\.action))
        let words = way.actions(from: plan.end).map(\.description)
        #expect(!words.contains { $0.hasPrefix("add address 192.0.2.77/24") }, "\(words)")
        #expect(words.contains { $0.hasPrefix("start DHCP client on eth0") }, "\(words)")
    }

    @Test(arguments: Datapath.allCases)
    func `routes that a router left on a card go when it is a port, and are put back`(_ datapath: Datapath) throws {
        var host = try PlannedHost(datapath)
        try host.up()
        let device = try #require(DeviceName(Self.card))
        let routes = [
            Route(.any(.v6), via: IPAddress("fe80::1"), origin: .advertisement),
            Route(try #require(IPPrefix("2001:db8::/64")), origin: .kernel, metric: 256),
        ]
        host.state.otherRoutes = routes.map { OtherRoute(automatic: $0, over: device) }
        let start = host.state
        let plan = try host.up()
        #expect(plan.steps.map(\.action) == routes.map { .removeRoute(device, $0) }, "\(plan.text())")
        #expect(host.state.otherRoutes?.isEmpty == true)
        let way = Rollback(before: start, actions: plan.steps.map(\.action))
        for actions in [plan.steps.reversed().flatMap(\.undo), way.actions(from: plan.end)] {
            let back = plan.end.applying(actions)
            #expect(back.links == start.links)
            #expect(Set(back.otherRoutes ?? []) == Set(start.otherRoutes ?? []))
        }
    }

    @Test(arguments: Datapath.allCases)
    func `an MTU that is too small for IPv6 costs its addresses, which is said`(_ datapath: Datapath) throws {
        var host = try PlannedHost(datapath)
        try host.edit {
            $0.ipv6.mode = .static
            $0.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
        }
        try host.up()
        let network = try #require(host.model.networks.keys.first)
        host.model.networks[network]?.mtu = 1200
        let plan = try host.plan()
        let outages = try #require(plan.outages)
        let lost = outages.filter { $0.address != nil }
        #expect(lost.compactMap { $0.address?.description } == ["2001:db8::10/64"], "\(plan.text())")
        #expect(lost.allSatisfy { $0.isLasting }, "\(plan.text())")
    }
}

extension ObservedState {
    /// The state after some actions.
    fileprivate func applying(_ actions: [Action]) -> ObservedState { actions.reduce(self) { $0.applying($1) } }
}
