@testable import NetConfigSystem
import Testing

@testable import NetConfig
@testable import NetConfigCore

@Suite("routes of a plan") struct RoutePlanTests {
    private static let gateway = "default via 192.0.2.1 dev xenbr0 proto static"

    private static func otherConfig(routes: String) -> OtherConfig {
        OtherConfig(["static-routes": routes], of: .pif)
    }

    // MARK: Static routes

    @Test(
        arguments: Datapath.allCases,
        ["192.0.2.0/24/192.0.2.1", "192.0.2.0/24/192.0.2.77", "2001:db8::/64/2001:db8::1"])
    func `a static route to a network that the device is on is left out`(_ datapath: Datapath, _ route: String) throws {
        var host = try PlannedHost(datapath)
        try host.edit {
            $0.otherConfig = Self.otherConfig(routes: route)
            $0.ipv6.mode = .static
            $0.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
        }
        let plan = try host.up()
        #expect(try host.routes() == [Self.gateway])
        let warning = try #require(plan.warnings.first { $0.message.contains("is directly connected") })
        #expect(warning.description.hasPrefix("PIF eth0: static route "))
        #expect(warning.origin == .record(host.model.pifsInOrder[0].name, field: "other_config:static-routes"))
    }

    @Test
    func `of two static routes to one network the first counts, and the other one is named`() throws {
        var host = try PlannedHost()
        try host.edit {
            $0.otherConfig = Self.otherConfig(routes: "10.9.0.0/16/192.0.2.1,10.9.0.0/16/192.0.2.2")
        }
        let plan = try host.up()
        let message =
            "static route 10.9.0.0/16 via 192.0.2.2 ignored: the records list 10.9.0.0/16 via 192.0.2.1 before it"
        #expect(plan.warnings.filter { $0.origin != nil }.map(\.message) == [message])
    }

    @Test
    func `a static route to the network of another device is left out, and the route that is there is named`() throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up("xenbr1")
        try host.edit { $0.otherConfig = Self.otherConfig(routes: "198.51.100.0/24/192.0.2.9") }
        let plan = try host.up()
        #expect(plan.addedRoutes == [Self.gateway])
        let reason = "exists ('198.51.100.0/24 dev xenbr1 proto kernel scope link src 198.51.100.6')"
        #expect(plan.warningTexts.contains { $0.contains(reason) }, "\(plan.warningTexts)")
    }

    @Test(arguments: [
        "192.0.2.10", "192.0.2.0", "192.0.2.255", "224.0.0.1", "0.0.0.0", "240.0.0.1", "255.255.255.255",
        "127.0.0.1",
    ])
    func `a static route over an impossible gateway is left out`(_ gateway: String) throws {
        var host = try PlannedHost()
        try host.edit { $0.otherConfig = Self.otherConfig(routes: "203.0.113.0/24/\(gateway)") }
        let plan = try host.up()
        #expect(plan.addedRoutes == [Self.gateway])
        #expect(plan.warningTexts.contains { $0.contains("its gateway \(gateway) cannot be used") })
    }

    @Test
    func `a static route over the gateway that is on no network goes over the link as well`() throws {
        var host = try PlannedHost()
        try host.edit {
            $0.ipv4.address = IPAddress("203.0.113.5")
            $0.ipv4.netmask = IPAddress("255.255.255.255")
            $0.otherConfig = Self.otherConfig(routes: "198.18.0.0/15/192.0.2.1,198.51.100.0/24/192.0.2.2")
        }
        try host.up()
        #expect(
            try host.routes() == [
                "198.18.0.0/15 via 192.0.2.1 dev xenbr0 proto static onlink",
                "198.51.100.0/24 via 192.0.2.2 dev xenbr0 proto static onlink",
                "\(Self.gateway) onlink",
            ])
    }

    // MARK: Gateways

    @Test(
        arguments: Datapath.allCases,
        [
            ("192.0.2.10", "it is the PIF's own address"),
            ("192.0.2.0", "it is the address of the network 192.0.2.0/24 itself"),
            ("192.0.2.255", "it is the broadcast address of 192.0.2.0/24"), ("224.0.0.1", "it is not a host address"),
            ("0.0.0.0", "it is not a host address"), ("127.0.0.1", "it is not a host address"),
            ("240.0.0.1", "it is not a host address"),
        ])
    func `an impossible gateway is skipped, and the field named`(
        _ datapath: Datapath, _ gateway: (text: String, flaw: String)
    ) throws {
        var host = try PlannedHost(datapath)
        try host.edit { $0.ipv4.gateway = IPAddress(gateway.text) }
        let plan = try host.up()
        #expect(try host.routes() == [])
        #expect(try host.link().addresses.map(\.prefix.description) == ["192.0.2.10/24"])
        #expect(plan.warningTexts == ["PIF eth0: gateway \(gateway.text) ignored: \(gateway.flaw)"])
        let name = host.model.pifsInOrder[0].name
        #expect(plan.warnings[0].origin == .record(name, field: "gateway"))
        let objections = host.model.objections(on: datapath).flatMap(\.1.warnings)
        #expect(objections.contains { $0.origin == .record(name, field: "gateway") }, "check says so, too")
    }

    @Test(arguments: ["2001:db8::10", "ff02::1", "::", "::1"])
    func `an impossible IPv6 gateway is skipped`(_ gateway: String) throws {
        var host = try PlannedHost()
        try host.edit {
            $0.ipv6.mode = .static
            $0.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
            $0.ipv6.gateway = IPAddress(gateway)
        }
        let plan = try host.up()
        #expect(try host.routes() == [Self.gateway])
        #expect(plan.warnings.first?.origin == .record(host.model.pifsInOrder[0].name, field: "ipv6_gateway"))
    }

    @Test(arguments: ["192.0.2.11", "192.0.2.10"])
    func `networks of one or two addresses have no network and no broadcast address`(_ gateway: String) throws {
        var host = try PlannedHost()
        try host.edit {
            $0.ipv4.address = IPAddress(gateway == "192.0.2.11" ? "192.0.2.10" : "192.0.2.11")
            $0.ipv4.netmask = IPAddress("255.255.255.254")
            $0.ipv4.gateway = IPAddress(gateway)
        }
        #expect(try host.up().warnings.isEmpty)
        #expect(try host.routes() == ["default via \(gateway) dev xenbr0 proto static"])
    }

    @Test(
        arguments: Datapath.allCases,
        [("203.0.113.5", "255.255.255.255", "192.0.2.1"), ("203.0.113.5", "255.255.255.0", "198.51.100.1")])
    func `a gateway outside the networks is on the link`(
        _ datapath: Datapath, _ record: (address: String, mask: String, gateway: String)
    ) throws {
        var host = try PlannedHost(datapath)
        try host.edit {
            $0.ipv4.address = IPAddress(record.address)
            $0.ipv4.netmask = IPAddress(record.mask)
            $0.ipv4.gateway = IPAddress(record.gateway)
        }
        let plan = try host.up()
        #expect(try host.routes() == ["default via \(record.gateway) dev xenbr0 proto static onlink"])
        #expect(plan.warningTexts.contains { $0.contains("not on any network of the PIF") })
        let objections = host.model.objections(on: datapath).flatMap(\.1.warnings)
        #expect(objections.contains { $0.message.contains("not on any network of the PIF") }, "check says so, too")
        let shell = plan.shell(title: "up")
        #expect(shell.contains("ip route add default via \(record.gateway) dev xenbr0 proto static onlink"), "\(shell)")
    }

    @Test
    func `an IPv6 gateway outside the networks is on the link`() throws {
        var host = try PlannedHost()
        try host.edit {
            $0.ipv6.mode = .static
            $0.ipv6.addresses = [try #require(IPPrefix("2001:db8:5::10/64"))]
            $0.ipv6.gateway = IPAddress("2001:db8::1")
        }
        try host.up()
        #expect(
            try host.routes() == [Self.gateway, "default via 2001:db8::1 dev xenbr0 proto static metric 512 onlink"])
    }

    @Test
    func `a gateway that the kernel refuses because of another device is skipped`() throws {
        for gateway in ["198.51.100.6", "198.51.100.255"] {
            var host = try PlannedHost(.bridge, "two-cards")
            try host.up("xenbr1")
            try host.edit { $0.ipv4.gateway = IPAddress(gateway) }
            let plan = try host.up()
            #expect(plan.addedRoutes == [])
            #expect(plan.warningTexts.contains { $0.contains("ignored: \(gateway) is a") })
            // The routes that are there are better than none.
            let theirs = Route(.any(.v4), via: IPAddress("198.51.100.1"), origin: .boot)
            try host.meddle("xenbr1") { $0.routes.append(theirs) }
            #expect(try host.plan().steps.isEmpty)
        }
        var host = try PlannedHost(.bridge, "two-cards")
        for (card, network) in [("eth0", 1), ("eth1", 2)] {
            try host.edit(card) {
                $0.ipv6.mode = .static
                $0.ipv6.addresses = [try #require(IPPrefix("2001:db8:\(network)::10/64"))]
                $0.ipv6.gateway = IPAddress("2001:db8:2::1")
            }
        }
        try host.up("xenbr1")
        let plan = try host.up()
        #expect(plan.addedRoutes == [Self.gateway])
        #expect(plan.warningTexts.contains { $0.contains("ignored: 2001:db8:2::1 is reached over xenbr1") })
    }

    // MARK: Routes of others

    @Test(
        arguments: Datapath.allCases,
        [
            ("0.0.0.0/0", "192.0.2.254", 0), ("0.0.0.0/0", "192.0.2.254", 100), ("0.0.0.0/0", "192.0.2.1", 100),
            ("203.0.113.0/24", "192.0.2.254", 0), ("203.0.113.0/24", "192.0.2.254", 7), ("203.0.113.0/24", nil, 0),
        ] as [(String, String?, Int)])
    func `a route on our device that leads elsewhere is replaced, whoever made it`(
        _ datapath: Datapath, _ there: (destination: String, gateway: String?, metric: Int)
    ) throws {
        // One of the kernel's without a gateway is the network of an address.
        for origin: UInt8 in [2, 3, 4, 11, 12, 16, 186] where origin != 2 || there.gateway != nil {
            var host = try PlannedHost(datapath)
            try host.edit { $0.otherConfig = Self.otherConfig(routes: "203.0.113.0/24/192.0.2.9") }
            try host.up()
            let wanted = try host.routes()
            let theirs = Route(
                try #require(IPPrefix(there.destination)), via: there.gateway.flatMap { IPAddress($0) },
                origin: Route.Origin(rawValue: origin), metric: there.metric)
            try host.meddle {
                $0.routes.removeAll { $0.destination == theirs.destination }
                $0.routes.append(theirs)
            }
            try host.up()
            #expect(try host.routes() == wanted)
        }
    }

    @Test(arguments: [3, 12, 186] as [UInt8])
    func `a route that serves is left alone, whoever made it`(_ origin: UInt8) throws {
        var host = try PlannedHost()
        try host.edit { $0.otherConfig = Self.otherConfig(routes: "203.0.113.0/24/192.0.2.9") }
        try host.up()
        try host.meddle { link in
            #expect(link.routes.count == 2)
            for index in link.routes.indices { link.routes[index].origin = Route.Origin(rawValue: origin) }
        }
        #expect(try host.plan().steps.isEmpty)
    }

    @Test
    func `routes of others to other places stay`() throws {
        var host = try PlannedHost()
        try host.up()
        let theirs = Route(
            try #require(IPPrefix("10.0.0.0/8")), via: IPAddress("192.0.2.9"), origin: .boot)
        try host.meddle { $0.routes.append(theirs) }
        #expect(try host.plan().steps.isEmpty)
    }

    @Test(arguments: [3, 4, 12] as [UInt8])
    func `the default route leaves our other devices, whoever made it`(_ origin: UInt8) throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up("xenbr0", "xenbr1")
        try host.meddle { $0.routes = [] }
        let theirs = Route(
            .any(.v4), via: IPAddress("198.51.100.1"), origin: Route.Origin(rawValue: origin))
        try host.meddle("xenbr1") { $0.routes.append(theirs) }
        let plan = try host.up()
        #expect(plan.warnings.isEmpty)
        #expect(try host.routes() == [Self.gateway] && host.routes("xenbr1") == [])
    }

    @Test
    func `the default route stays where it is as long as nothing comes in its place`() throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up("xenbr0", "xenbr1")
        try host.meddle { $0.routes = [] }
        let theirs = Route(.any(.v4), via: IPAddress("198.51.100.1"), origin: .boot)
        try host.meddle("xenbr1") { $0.routes.append(theirs) }
        try host.edit { $0.ipv4.gateway = nil }
        try host.up()
        #expect(try host.routes("xenbr1") == ["default via 198.51.100.1 dev xenbr1"])
    }

    @Test
    func `a static route moves between our devices, unless both records have it`() throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up("xenbr0", "xenbr1")
        try host.edit { $0.otherConfig = Self.otherConfig(routes: "203.0.113.0/24/192.0.2.9") }
        let theirs = Route(
            try #require(IPPrefix("203.0.113.0/24")), via: IPAddress("198.51.100.9"), origin: .boot)
        try host.meddle("xenbr1") { $0.routes.append(theirs) }
        var other = host
        try host.up()
        #expect(try host.routes("xenbr1") == [])
        try other.edit("eth1") { $0.otherConfig = Self.otherConfig(routes: "203.0.113.0/24/198.51.100.9") }
        let plan = try other.up()
        #expect(plan.steps.isEmpty)
        #expect(
            plan.warningTexts.contains { $0.contains("exists ('203.0.113.0/24 via 198.51.100.9 dev xenbr1')") })
    }

    @Test(
        arguments: Datapath.allCases,
        [
            "default proto bird nexthop via 203.0.113.1 dev eth1 weight 1 nexthop via 203.0.113.2 dev eth1 weight 1",
            "unreachable default", "blackhole default", "default via 203.0.113.1 dev eth1 proto kernel",
        ])
    func `a default route elsewhere that the kernel would refuse ours for is named in the words of ip route`(
        _ datapath: Datapath, _ text: String
    ) throws {
        var host = try PlannedHost(datapath)
        host.state.otherRoutes = [
            OtherRoute(.any(.v4), metric: 0, origin: .boot, devices: [], leadsOn: false, text: text)
        ]
        let plan = try host.up()
        #expect(plan.addedRoutes == [])
        let warning =
            "PIF eth0: route default via 192.0.2.1 skipped: another route to the same destination exists ('\(text)') and is not managed by this program"
        #expect(plan.warningTexts == [warning])
        // One of another metric is in the way of none.
        host.state.otherRoutes?[0].metric = 100
        #expect(try host.plan().addedRoutes == [Self.gateway])
    }
}
