import Testing

@testable import NetConfigCore

/// What others, or earlier records, have left behind.
@Suite("leftovers in the field")
struct LeftoverTrialTests {
    // MARK: Open vSwitch's rows

    @Test
    func `columns that keep an uplink from being one are cleared`() throws {
        var host = try FieldHost(.openvswitch)
        try host.run(.up, "xenbr0")
        let right = host.state
        let port: [String: OVSDBValue] = [
            "tag": .integer(10), "vlan_mode": .string("access"), "trunks": .set([.integer(5), .integer(6)]),
            "bond_mode": .string("balance-slb"), "protected": .boolean(true),
        ]
        let interface: [String: OVSDBValue] = [
            "type": .string("internal"), "options": .map(["peer": "x"]), "mtu_request": .integer(1400),
        ]
        let kept: [String: OVSDBValue] = ["external_ids": .map(["a": "b"])]
        host.state.vswitch?.ports["eth0"]?.columns.merge(port.merging(kept) { $1 }) { $1 }
        host.state.vswitch?.interfaces["eth0"]?.columns.merge(interface) { $1 }
        host.state.vswitch?.interfaces["eth0"]?["ingress_policing_rate"] = .integer(1000)
        host.state.vswitch?.failing["eth0"] = "could not add network device eth0 to ofproto (File exists)"
        var overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
        #expect(overview.hasDrift)
        let text = overview.text()
        for word in ["vlan_mode", "trunks", "mtu_request", "could not add"] { #expect(text.includes(word), "\(text)") }
        let plan = try host.run(.up, "xenbr0")
        #expect(plan.complaints.first?.contains("at most 1000 kbit/s") == true)
        #expect(host.state.vswitch?.ports["eth0"]?.columns == kept)
        #expect(host.state.vswitch?.interfaces["eth0"]?.columns == ["ingress_policing_rate": .integer(1000)])
        #expect(host.link("eth0") == right.links[try name("eth0")])
        overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
        #expect(!overview.text().includes("vlan_mode"))
    }

    @Test
    func `a card that Open vSwitch could not open is put in anew; a bond goes on with the other slave`() throws {
        var host = try FieldHost(.openvswitch)
        try host.run(.up, "xenbr0")
        let right = host.state
        host.state.vswitch?.failing["eth0"] = "Device or resource busy"
        let plan = try host.run(.up, "xenbr0")
        #expect(host.state == right)
        #expect(
            plan.steps.count == 2 && plan.steps[0].reason == "Open vSwitch could not use it: Device or resource busy")
        host = try FieldHost(.openvswitch)
        try host.run(.up, "xapi0")
        host.state.vswitch?.failing["eth1"] = "Device or resource busy"
        let other = try host.run(.up, "xapi0")
        #expect(other.steps.isEmpty && other.complaints.first?.hasPrefix("eth1: Open vSwitch cannot use it") == true)
    }

    @Test
    func `a fake bridge that Open vSwitch could not make is recreated, and shown`() throws {
        var host = try FieldHost(.openvswitch)
        try host.run(.up, "xapi5")
        let right = host.state
        host.state.vswitch?.failing["xapi5"] = "File exists"
        let text = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache").text()
        #expect(text.includes("File exists"), "\(text)")
        try host.run(.up, "xapi5")
        let addresses = right.links[try name("xapi5")]?.addresses
        #expect(host.state.vswitch == right.vswitch && host.link("xapi5")?.addresses == addresses)
    }

    // MARK: Linux bridges

    @Test
    func `filtering, STP and flags that stop frames are put off`() throws {
        var host = try FieldHost(.bridge)
        try host.run(.up, "xenbr0")
        let right = host.state
        try host.change("xenbr0") { link in
            link.kind = .bridge(BridgeAttributes(stp: true, forwardDelay: 1500, vlanFiltering: true))
            link.set(.arp, false)
        }
        try host.change("eth0") { link in
            for flag in ForwardingFlag.allCases where flag.isOfPort { link.set(flag, !flag.isUsuallyOn) }
        }
        let text = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache").text()
        for word in ["STP", "VLAN filtering", "isolated", "learning", "arp"] { #expect(text.includes(word), "\(text)") }
        try host.run(.up, "xenbr0")
        #expect(host.state == right)
    }

    @Test
    func `a second way out leaves the bridge, and a guest stays`() throws {
        var host = try FieldHost(.bridge)
        try host.run(.up, "xenbr0")
        try host.add("tap1", .other("tun"), in: "xenbr0")
        try host.change("eth1") { ($0.master, $0.isUp) = (DeviceName("xenbr0"), true) }
        try host.run(.up, "xenbr0")
        #expect(host.link("eth1")?.master == nil && host.link("eth1")?.isUp == false)
        #expect(host.link("tap1")?.master?.text == "xenbr0" && host.link("eth0")?.master?.text == "xenbr0")
    }

    @Test
    func `the link of a VLAN that moved to another card leaves its bridge`() throws {
        var host = try FieldHost(.bridge)
        try host.add("xapi5", .bridge(BridgeAttributes()))
        try host.add("eth1.5", vlan: 5, on: "eth1", in: "xapi5")
        try host.run(.up, "xapi5")
        #expect(host.link("eth1.5") == nil && host.link("eth0.5")?.master?.text == "xapi5")
        // What an administrator bridges on purpose stays.
        try host.add("eth1.77", vlan: 77, on: "eth1", in: "xapi5")
        try host.run(.up, "xapi5")
        #expect(host.link("eth1.77")?.master?.text == "xapi5")
    }

    // MARK: The same VLAN elsewhere

    @Test
    func `another bridge with the same VLAN makes room, and its guests move`() throws {
        for link in ["eth0.5", "vlan5"] {
            var host = try FieldHost(.bridge)
            try host.add("xentemp", .bridge(BridgeAttributes()))
            let address = LinkAddress(try #require(IPPrefix("10.5.0.9/24")))
            try host.change("xentemp") { link in
                link.addresses = [address]
                link.routes = [Route(.any(.v4), via: IPAddress("10.5.0.1"), origin: .boot)]
            }
            try host.add(link, vlan: 5, on: "eth0", in: "xentemp")
            try host.add("tap1", .other("tun"), in: "xentemp")
            try host.run(.up, "xapi5")
            #expect(host.link("xentemp") == nil)
            #expect(host.link("eth0.5")?.master?.text == "xapi5" && host.link("tap1")?.master?.text == "xapi5")
            #expect(host.link("xapi5")?.addresses.map(\.prefix.description) == ["10.5.0.2/24"])
            #expect(link == "eth0.5" || host.link(link) == nil)
        }
    }

    @Test
    func `another fake bridge with the same VLAN makes room`() throws {
        var host = try FieldHost(.openvswitch)
        let records = host.model
        let network = try host.pif("xapi5").network
        host.model.networks[network]?.bridge = try name("xentemp")
        try host.run(.up, "xentemp")
        host.model = records
        host.state.files = [:]
        try host.run(.up, "xapi5")
        #expect(host.link("xentemp") == nil && host.state.vswitch?.ports["xentemp"] == nil)
        #expect(host.link("xapi5")?.addresses.map(\.prefix.description) == ["10.5.0.2/24"])
    }

    @Test
    func `a link of the kernel's that takes the frames of a VLAN away from Open vSwitch is deleted`() throws {
        for device in ["vlan5", "eth0.5"] {
            var host = try FieldHost(.openvswitch)
            try host.add(device, vlan: 5, on: "eth0")
            try host.run(.up, "xapi5")
            #expect(host.link(device) == nil)
        }
    }

    @Test(arguments: Datapath.allCases)
    func `of two networks with one VLAN the second is refused, and told the first`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath)
        let (pif, vlan) = (try #require(Ref<PIF>("twin")), try #require(Ref<VLAN>("twin")))
        let network = try #require(Ref<Network>("twin"))
        host.model.networks[network] = Network(ref: network, uuid: "twin", bridge: try name("xapi9"))
        var twin = PIF(ref: pif, uuid: "twin", device: try name("eth0"), network: network)
        (twin.vlan, twin.vlanMasterOf) = (5, vlan)
        host.model.pifs[pif] = twin
        let below = try host.pif("xenbr0").ref
        host.model.vlans[vlan] = VLAN(ref: vlan, uuid: "twin", taggedPIF: below, untaggedPIF: pif)
        host.model.completeInverses()
        try host.run(.up, "xapi5")
        #expect(try host.refusal(.up, "xapi9").includes("has the same tag on the same card as the network of PIF"))
        try host.run(.down, "xapi5")
        try host.run(.up, "xapi9")
        #expect(try host.refusal(.up, "xapi5").includes("xapi9"))
    }

    // MARK: Earlier records

    /// Records with the first card alone, as `rewrite` writes them.
    private func emergency(_ vlan: String = "-1", bridge: String = "xenbr0") throws -> NetworkModel {
        try NetworkModel(
            records: """
                <pif ref="p"><uuid>p</uuid><device>eth0</device><MAC>52:54:00:00:00:10</MAC><network>n</network>
                <VLAN>\(vlan)</VLAN><management>True</management><ip_configuration_mode>Static</ip_configuration_mode>
                <IP>192.0.2.10</IP><netmask>255.255.255.0</netmask><gateway>192.0.2.1</gateway></pif>
                <network ref="n"><uuid>n</uuid><bridge>\(bridge)</bridge></network>
                """)
    }

    @Test(
        arguments: Datapath.allCases,
        ["xapi0", "xapi6", "xapi5"])
    func `a bond or VLAN of earlier records gives up its card, addresses and routes`(
        _ datapath: Datapath, _ old: String
    ) throws {
        for source in ["attached", "last good"] {
            var host = try FieldHost(datapath)
            host.model.pifs[try host.pif("xenbr0").ref]?.management = false
            host.model.pifs[try host.pif(old).ref]?.management = true
            try host.run(.up, old)
            #expect(host.link(old)?.routes.isEmpty == false)
            if source == "last good" {
                host.state.files = [:]
                host.facts.formerDevices = PlanBuilder.described(by: host.model, on: datapath)
            }
            host.model = try emergency()
            try host.run(.up, "xenbr0")
            #expect(host.link(old) == nil && host.link("bond0") == nil && host.link("eth0.5") == nil)
            #expect(host.link("eth1")?.isUp == false)
            #expect(host.link("xenbr0")?.routes.map(\.text) == ["default via 192.0.2.1"])
            let defaults = host.state.links.values.flatMap(\.routes).filter { $0.destination.length == 0 }
            #expect(defaults.count == 1)
            if datapath == .bridge {
                #expect(host.link("eth0")?.master?.text == "xenbr0")
            } else {
                #expect(host.state.vswitch?.bridges.keys.sorted() == ["xenbr0"])
                #expect(host.state.vswitch?.bridges["xenbr0"]?.members == ["eth0", "xenbr0"])
            }
            #expect(host.state.files[HostFile.attached]?.text == "xenbr0\n")
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a bond's own bridge becomes that of one card`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath)
        try host.run(.up, "xapi0")
        host.model = try emergency(bridge: "xapi0")
        try host.run(.up, "xapi0")
        #expect(host.link("eth0")?.isUp == true && host.link("eth1")?.isUp == false && host.link("bond0") == nil)
        if datapath == .openvswitch {
            #expect(host.state.vswitch?.bridges["xapi0"]?.members == ["eth0", "xapi0"])
        } else {
            #expect(host.state.ports(of: try name("xapi0")).map(\.text) == ["eth0"])
        }
    }

    @Test(arguments: Datapath.allCases)
    func `what virtual machines are plugged into stays without addresses`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath)
        try host.run(.up, "xapi0")
        host.state.links[try name("tap1")] = Link(
            kind: .other("tun"), isUp: true, master: datapath == .bridge ? try name("xapi0") : nil)
        if datapath == .openvswitch {
            host.state.vswitch?.ports["tap1"] = VswitchRow(members: ["tap1"])
            host.state.vswitch?.interfaces["tap1"] = VswitchRow()
            host.state.vswitch?.bridges["xapi0"]?.insert("tap1")
        }
        host.model = try emergency()
        try host.run(.up, "xenbr0")
        #expect(host.link("xapi0")?.addresses.isEmpty == true && host.link("xapi0")?.routes.isEmpty == true)
        if datapath == .bridge {
            #expect(host.link("eth0")?.master?.text == "xenbr0" && host.link("eth1")?.master?.text == "bond0")
        } else {
            #expect(host.state.vswitch?.bridges["xapi0"]?.members == ["bond0", "tap1", "xapi0"])
            #expect(host.interfaces(of: "bond0") == ["eth1"])
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a card is taken from a stranger's bridge or bond only on demand`(_ datapath: Datapath) throws {
        for kind in [
            LinkKind.bridge(BridgeAttributes()),
            .bond(BondAttributes(mode: "active-backup", miimon: 0, updelay: 0, downdelay: 0, useCarrier: true)),
        ] {
            var host = try FieldHost(datapath)
            let theirs = try name("theirs")
            host.state.links[theirs] = Link(
                kind: kind, mac: MACAddress("52:54:00:00:00:10"), isUp: true,
                ipv6: IPv6Settings(acceptRA: 1, autoconf: true))
            host.state.links[theirs]?.addresses = [LinkAddress(try #require(IPPrefix("192.0.2.99/24")))]
            host.state.links[theirs]?.routes = [Route(.any(.v4), via: IPAddress("192.0.2.1"), origin: .boot)]
            try host.change("eth0") { ($0.master, $0.isUp) = (theirs, true) }
            #expect(
                try host.refusal(.up, "xenbr0").includes(
                    "it belongs to theirs, which is not a network of this host; --take"))
            try host.run(.up, "xenbr0", taking: true)
            #expect(host.link("theirs")?.addresses == [] && host.link("theirs")?.routes == [])
            #expect(host.link("eth0")?.master?.text == (datapath == .bridge ? "xenbr0" : nil))
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a bridge of the other datapath is named, with the way on, and no down is done over it`(_ datapath: Datapath)
        throws
    {
        var host = try FieldHost(datapath)
        let kind = datapath == .bridge ? LinkKind.other("openvswitch") : .bridge(BridgeAttributes())
        host.state.links[try name("xenbr0")] = Link(kind: kind, isUp: true)
        let command = datapath == .bridge ? "ovs-vsctl del-br xenbr0" : "ip link delete xenbr0"
        for (verb, words) in [(Verb.up, "create bridge"), (.down, "take down")] {
            let text = try host.refusal(verb, "xenbr0")
            #expect(text.begins(with: "cannot \(words) xenbr0: ") && text.includes(command), "\(text)")
        }
    }
}
