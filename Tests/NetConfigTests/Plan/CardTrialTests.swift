import Testing

@testable import NetConfigCore

/// Cards that are missing, are others than the records say, or cannot do what they ask for.
@Suite("cards in the field")
struct CardTrialTests {
    @Test(arguments: Datapath.allCases)
    func `a bond comes up with the slaves that are there`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath, cards: 1...2)
        let plan = try host.run(.up, "xapi0")
        #expect(
            plan.complaints == [
                "PIF eth0: network card eth0 (MAC 52:54:00:00:00:10) is missing; bond0 uses the remaining ones"
            ])
        // The bond has the address of the slave that is missing.
        #expect(host.link("xapi0")?.mac == MACAddress("52:54:00:00:00:10"))
        #expect(host.link("xapi0")?.addresses.map(\.prefix.description) == ["192.0.2.20/24"])
        if datapath == .bridge {
            #expect(host.link("eth1")?.master?.text == "bond0" && host.link("bond0")?.master?.text == "xapi0")
        } else {
            #expect(host.state.vswitch?.bridges["xapi0"]?.members == ["bond0", "xapi0"])
        }
        // It comes back.
        host.state.links[try name("eth0")] = FieldHost.card(0)
        #expect(try host.run(.up, "xapi0").complaints == [])
        if datapath == .bridge {
            #expect(host.link("eth0")?.master?.text == "bond0")
        } else {
            #expect(host.interfaces(of: "bond0") == ["eth0", "eth1"])
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a bond without any of its slaves is refused`(_ datapath: Datapath) throws {
        let host = try FieldHost(datapath, cards: 2...2)
        #expect(
            try host.refusal(.up, "xapi0")
                == "PIF eth0 needs network card eth0 (MAC 52:54:00:00:00:10), which is missing; "
                + "cards present: eth2 (52:54:00:00:00:12)")
    }

    @Test
    func `a slave whose card is gone stays in the rows of its running bond`() throws {
        var host = try FieldHost(.openvswitch)
        try host.run(.up, "xapi0")
        host.state.links[try name("eth1")] = nil
        host.state.vswitch?.failing["eth1"] = "could not open network device eth1 (No such device)"
        let plan = try host.run(.up, "xapi0")
        #expect(plan.steps.isEmpty && plan.warnings.count == 1)
        #expect(host.interfaces(of: "bond0") == ["eth0", "eth1"])
    }

    @Test(arguments: Datapath.allCases)
    func `a card in the place of another one gives its own MAC address`(_ datapath: Datapath) throws {
        let own = try #require(MACAddress("52:54:00:00:00:77"))
        for bridge in ["xenbr0", "xapi0", "xapi5"] {
            var host = try FieldHost(datapath)
            host.state.directories = [HostFile.scripts]
            try host.change("eth0") { $0.mac = own }
            let plan = try host.run(.up, bridge)
            #expect(
                plan.complaints == [
                    "PIF eth0: the record has MAC 52:54:00:00:00:10, but eth0 has 52:54:00:00:00:77, and no other "
                        + "card has 52:54:00:00:00:10; using 52:54:00:00:00:77"
                ])
            #expect(host.link(bridge)?.mac == own)
            let files = host.state.files.values.map(\.text).joined()
            #expect(files.includes("DEVICE=\(bridge)") && !files.includes("52:54:00:00:00:10"), "\(files)")
            if bridge == "xapi0", datapath == .bridge { #expect(host.link("bond0")?.mac == own) }
        }
    }

    @Test(arguments: Datapath.allCases)
    func `slaves whose names are exchanged are in one bond all the same`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath)
        try host.change("eth0") { $0.mac = MACAddress("52:54:00:00:00:11") }
        try host.change("eth1") { $0.mac = MACAddress("52:54:00:00:00:10") }
        #expect(try host.refusal(.up, "xenbr0").includes("rename the devices"))
        try host.run(.up, "xapi0")
        #expect(host.link("xapi0")?.mac == MACAddress("52:54:00:00:00:10"))
    }

    @Test(arguments: Datapath.allCases)
    func `an MTU that a card cannot have is as large as it can`(_ datapath: Datapath) throws {
        for (bridge, names) in [
            ("xenbr0", ["eth0", "xenbr0"]), ("xapi0", ["eth0", "eth1", "xapi0"]), ("xapi5", ["eth0", "xapi5"]),
        ] {
            var host = try FieldHost(datapath)
            for ref in host.model.networks.keys { host.model.networks[ref]?.mtu = 9000 }
            try host.change("eth0") { ($0.leastMTU, $0.greatestMTU) = (68, 4000) }
            let plan = try host.run(.up, bridge)
            #expect(plan.complaints.first?.hasSuffix("is above the maximum of eth0; using 4000") == true)
            for name in names { #expect(host.link(name)?.mtu == 4000, "\(name) of \(bridge)") }
            if bridge != "xapi5" { #expect(plan.warnings.count == 1, "\(plan.complaints)") }
        }
    }

    @Test(
        arguments: Datapath.allCases,
        ["br%d", "all", "default", "lo", "bonding_masters"])
    func `names that stand for others are refused`(_ datapath: Datapath, _ bridge: String) throws {
        var host = try FieldHost(datapath)
        let network = try host.pif("xenbr0").network
        host.model.networks[network]?.bridge = try name(bridge)
        for verb in [Verb.up, .down] {
            #expect(try host.refusal(verb, bridge).begins(with: "PIF eth0 cannot have a device named '\(bridge)'"))
        }
        // The VLAN on it needs that bridge on Open vSwitch.
        #expect(try host.refusal(.up, "xapi5").includes("'\(bridge)'"))
        try host.run(.up, "xenbr1")
    }

    @Test
    func `another MAC address costs a tap device routes and IPv6 addresses, which come back, and neighbours are told`()
        throws
    {
        var host = try FieldHost(.openvswitch)
        host.facts.datapathType = .netdev
        host.removeBonds()
        let ref = try host.pif("xenbr0").ref
        host.model.pifs[ref]?.ipv6.mode = .static
        host.model.pifs[ref]?.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
        host.model.pifs[ref]?.ipv6.gateway = IPAddress("2001:db8::1")
        host.model.pifs[ref]?.otherConfig = OtherConfig(["static-routes": "203.0.113.0/24/192.0.2.2"], of: .pif)
        try host.run(.up, "xenbr0")
        let routes = Set(host.link("xenbr0")?.routes ?? [])
        #expect(routes.count == 3)
        let new = MACAddress("52:54:00:00:00:55")
        host.model.pifs[ref]?.mac = new
        try host.change("eth0") { $0.mac = new }
        let plan = try host.run(.up, "xenbr0")
        #expect(host.link("xenbr0")?.mac == new)
        #expect(Set(host.link("xenbr0")?.routes ?? []) == routes)
        #expect(host.link("xenbr0")?.addresses.map(\.prefix.description) == ["192.0.2.10/24", "2001:db8::10/64"])
        let announced = plan.steps.flatMap { step -> [String] in
            guard case .announce(_, let addresses) = step.action else { return [] }
            return addresses.map(\.description)
        }
        #expect(announced.sorted() == ["192.0.2.10", "2001:db8::10"])
    }

    @Test
    func `a lease survives another MAC address`() throws {
        var host = try FieldHost(.openvswitch)
        host.facts.datapathType = .netdev
        host.removeBonds()
        let ref = try host.pif("xenbr0").ref
        host.model.pifs[ref]?.ipv4.mode = .dhcp
        try host.run(.up, "xenbr0")
        let routes = host.link("xenbr0")?.routes
        #expect(routes?.count == 1)
        let new = MACAddress("52:54:00:00:00:55")
        host.model.pifs[ref]?.mac = new
        try host.change("eth0") { $0.mac = new }
        try host.run(.up, "xenbr0")
        #expect(host.link("xenbr0")?.routes == routes && host.state.dhcpClients.count == 1)
    }

    @Test
    func `a Linux bridge with another MAC address tells the neighbours`() throws {
        var host = try FieldHost(.bridge)
        try host.run(.up, "xenbr0")
        let new = MACAddress("52:54:00:00:00:55")
        host.model.pifs[try host.pif("xenbr0").ref]?.mac = new
        try host.change("eth0") { $0.mac = new }
        let plan = try host.run(.up, "xenbr0")
        #expect(
            plan.steps.map(\.action).contains(.announce(try name("xenbr0"), [try #require(IPAddress("192.0.2.10"))])))
    }
}
