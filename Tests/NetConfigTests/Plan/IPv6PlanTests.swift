import NetConfigTestSupport
import Testing

@testable import NetConfigCore

@Suite("IPv6 of a plan") struct IPv6PlanTests {
    /// A host whose PIF has IPv4 Static, and IPv6 in this mode.
    private func makeHost(_ datapath: Datapath = .bridge, _ mode: IPv6Configuration.Mode = .static) throws
        -> PlannedHost
    {
        var host = try PlannedHost(datapath)
        try host.edit {
            $0.ipv6.mode = mode
            $0.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
            $0.ipv6.gateway = IPAddress("2001:db8::1")
        }
        return host
    }

    private static let whole = [
        "default via 192.0.2.1 dev xenbr0 proto static", "default via 2001:db8::1 dev xenbr0 proto static metric 512",
    ]
    private static let ipv4 = [whole[0]]

    @Test(arguments: Datapath.allCases)
    func `is switched on where new devices are made without, and the record asks for it`(_ datapath: Datapath) throws {
        var host = try makeHost(datapath)
        var fresh = IPv6Settings.kernelDefault
        fresh.isDisabled = true
        host.state.ipv6 = IPv6Host(newDevices: fresh)
        let start = host.state
        let plan = try host.up()
        #expect(plan.warnings.isEmpty)
        #expect(try host.routes() == Self.whole)
        #expect(try host.link().ipv6 == IPv6Settings(acceptRA: 0, autoconf: false))
        var back = plan.end
        for action in plan.steps.reversed().flatMap(\.undo) { back.happen(action) }
        #expect(back.links == start.links)
    }

    @Test(arguments: Datapath.allCases)
    func `is switched on where only this device has it off, with its undo`(_ datapath: Datapath) throws {
        var host = try makeHost(datapath)
        try host.up()
        try host.meddle { link in
            link.ipv6?.isDisabled = true
            link.addresses.removeAll { $0.prefix.address.family == .v6 }
            link.routes.removeAll { $0.destination.address.family == .v6 }
        }
        let start = host.state
        let plan = try host.up()
        #expect(try host.routes() == Self.whole)
        #expect(
            plan.text().contains(
                "set xenbr0 ipv6 accept_ra 0 autoconf 0 (was accept_ra 0 autoconf 0 disable_ipv6 1)"), "\(plan.text())")
        var back = plan.end
        for action in plan.steps.reversed().flatMap(\.undo) { back.happen(action) }
        #expect(back.links == start.links)
    }

    @Test(arguments: Datapath.allCases, IPv6Configuration.Mode.allCases.filter { $0 != .none })
    func `is left out whole where an administrator has switched it off, from the first time on`(
        _ datapath: Datapath, _ mode: IPv6Configuration.Mode
    ) throws {
        var host = try makeHost(datapath, mode)
        var fresh = IPv6Settings.kernelDefault
        fresh.isDisabled = true
        host.state.ipv6 = IPv6Host(isDisabled: true, newDevices: fresh)
        for name in host.state.links.keys { host.state.links[name]?.ipv6?.isDisabled = true }
        let plan = try host.up()
        #expect(try host.routes() == Self.ipv4)
        #expect(try host.link().addresses.map(\.prefix.description) == ["192.0.2.10/24"])
        #expect(host.state.dhcpClients.isEmpty)
        #expect(try host.link().ipv6 == fresh)
        #expect(plan.warningTexts.count { $0.contains("net.ipv6.conf.all.disable_ipv6") } == 1, "\(plan.warningTexts)")
    }

    @Test(arguments: Datapath.allCases)
    func `is not touched where it is off and the mode is None`(_ datapath: Datapath) throws {
        for isOff in [false, true] {
            var host = try makeHost(datapath, .none)
            var fresh = IPv6Settings.kernelDefault
            fresh.isDisabled = true
            host.state.ipv6 = IPv6Host(isDisabled: isOff, newDevices: fresh)
            #expect(try host.up().warnings.isEmpty)
            #expect(try host.link().ipv6 == fresh)
        }
    }

    @Test(arguments: Datapath.allCases)
    func `is left out where the MTU is too small, and returns with it`(_ datapath: Datapath) throws {
        for mode in IPv6Configuration.Mode.allCases where mode != .dhcp {
            var host = try makeHost(datapath, mode)
            let network = try #require(host.model.networks.keys.first)
            host.model.networks[network]?.mtu = 1200
            let small = try host.up()
            #expect(try host.link().mtu == 1200 && host.link().ipv6 == nil)
            #expect(try host.routes() == Self.ipv4)
            let warnings = mode == .none ? 0 : 1
            #expect(
                small.warningTexts.count { $0.contains("needs an MTU of 1280") } == warnings, "\(small.warningTexts)")
            host.model.networks[network]?.mtu = 1500
            let start = host.state
            let large = try host.up()
            #expect(large.warnings.isEmpty)
            #expect(try host.link().ipv6 != nil)
            #expect(try host.routes() == (mode == .static ? Self.whole : Self.ipv4))
            var back = large.end
            for action in large.steps.reversed().flatMap(\.undo) { back.happen(action) }
            #expect(back.links == start.links)
            host.model.networks[network]?.mtu = 1200
            let again = try host.up()
            back = again.end
            for action in again.steps.reversed().flatMap(\.undo) { back.happen(action) }
            #expect(back.settled.links == large.end.settled.links)
        }
    }

    @Test(
        arguments: Datapath.allCases,
        [(.autoconf, 2), (.dhcp, 2), (.static, 0), (.none, 0)] as [(IPv6Configuration.Mode, Int)])
    func `routers are heeded where the host forwards`(
        _ datapath: Datapath, _ expected: (mode: IPv6Configuration.Mode, acceptRA: Int)
    ) throws {
        var host = try makeHost(datapath, expected.mode)
        var fresh = IPv6Settings.kernelDefault
        fresh.isForwarding = true
        host.state.ipv6 = IPv6Host(newDevices: fresh)
        try host.up()
        #expect(try host.link().ipv6?.acceptRA == expected.acceptRA)
        #expect(try host.link().ipv6?.isForwarding == true)
        // The host no longer forwards.
        try host.meddle { $0.ipv6?.isForwarding = false }
        try host.up()
        #expect(try host.link().ipv6?.acceptRA == min(expected.acceptRA, 1))
    }
}

@Suite("addresses of a plan") struct AddressPlanTests {
    @Test(arguments: Datapath.allCases, ["eth0", "xenbr0"])
    func `an address with a peer is removed with its peer`(_ datapath: Datapath, _ device: String) throws {
        var host = try PlannedHost(datapath)
        if device == "xenbr0" { try host.up() }
        let address = LinkAddress(
            try #require(IPPrefix("192.0.2.10/32")), peer: IPAddress("192.0.2.1"))
        try host.meddle(device) {
            $0.isUp = true
            $0.addresses = [address]
        }
        let name = try #require(DeviceName(device))
        let plan = try host.up()
        #expect(plan.steps.contains { $0.action == .removeAddress(name, address) })
        #expect(try host.link().addresses.map(\.prefix.description) == ["192.0.2.10/24"])
        let shell = plan.shell(title: "up")
        #expect(shell.contains("ip address delete 192.0.2.10 peer 192.0.2.1/32 dev \(device)"), "\(shell)")
    }

    @Test(arguments: Datapath.allCases)
    func `an address that makes no route gets the route to its network`(_ datapath: Datapath) throws {
        var host = try PlannedHost(datapath)
        try host.edit {
            $0.ipv6.mode = .static
            $0.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
        }
        try host.up()
        try host.meddle { link in
            for index in link.addresses.indices { link.addresses[index].details = KernelDetails(flags: 0x200) }
            link.routes = []
        }
        let plan = try host.plan()
        #expect(
            plan.addedRoutes == [
                "192.0.2.0/24 dev xenbr0 proto kernel scope link src 192.0.2.10",
                "2001:db8::/64 dev xenbr0 proto kernel metric 256",
                "default via 192.0.2.1 dev xenbr0 proto static",
            ])
        try host.up()
        // As the kernel tells them afterwards, or as another program has made them.
        try host.meddle { $0.routes.removeAll { $0.origin == .kernel } }
        let bridge = try #require(DeviceName("xenbr0"))
        host.state.otherRoutes = ["192.0.2.0/24", "2001:db8::/64"].compactMap { IPPrefix($0) }.map {
            OtherRoute($0, metric: 100, origin: Route.Origin(rawValue: 2), devices: [bridge], text: "\($0)")
        }
        #expect(try host.plan().steps.isEmpty)
    }

    @Test(arguments: Datapath.allCases)
    func `an address that another host has is given anew, with a warning and unannounced`(_ datapath: Datapath) throws {
        var host = try PlannedHost(datapath)
        try host.edit {
            $0.ipv6.mode = .static
            $0.ipv6.addresses = ["2001:db8::10/64", "2001:db8::11/64"].compactMap { IPPrefix($0) }
        }
        try host.up()
        try host.meddle { link in
            for index in link.addresses.indices where link.addresses[index].prefix.description == "2001:db8::10/64" {
                link.addresses[index].isDuplicate = true
            }
        }
        let plan = try host.up()
        #expect(
            plan.actionTexts == [
                "remove address 2001:db8::10/64 from xenbr0", "add address 2001:db8::10/64 to xenbr0",
            ])
        #expect(
            plan.warningTexts.count == 1
                && plan.warningTexts[0].hasPrefix(
                    "xenbr0: duplicate address detection found another host with 2001:db8::10")
        )
    }
}
