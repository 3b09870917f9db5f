import Testing

@testable import NetConfigCore

/// What others have changed on the bridges of Open vSwitch that are ours, or have done with ours in theirs.
@Suite("our own rows in the field")
struct OwnPortTrialTests {
    /// What `show` says of a host.
    private func show(_ host: FieldHost) throws -> (text: String, hasDrift: Bool) {
        let overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
        return (overview.text(), overview.hasDrift)
    }

    // MARK: Columns

    /// Columns of our own ports and bridges, as `PORT COLUMN`, with values that keep frames from the host.
    private static let columns: [(row: String, column: String, value: OVSDBValue)] = [
        ("xenbr0", "tag", .integer(7)), ("xenbr0", "vlan_mode", .string("trunk")),
        ("xenbr0", "trunks", .set([.integer(9), .integer(10)])), ("xenbr0", "protected", .boolean(true)),
        ("xenbr0", "stp_enable", .boolean(true)), ("xenbr0", "rstp_enable", .boolean(true)),
        ("xapi5", "vlan_mode", .string("native-tagged")), ("xapi5", "trunks", .integer(9)),
        ("xapi5", "cvlans", .integer(9)),
    ]

    @Test(arguments: 0..<columns.count)
    func `columns of our own ports and bridges that stop frames are cleared`(_ index: Int) throws {
        let (row, column, value) = Self.columns[index]
        var host = try FieldHost(.openvswitch)
        for bridge in ["xenbr0", "xapi5"] { try host.run(.up, bridge) }
        #expect(try !show(host).hasDrift)
        let right = host.state
        if column.hasSuffix("stp_enable") {
            host.state.vswitch?.bridges[row]?[column] = value
        } else {
            host.state.vswitch?.ports[row]?[column] = value
        }
        let (text, hasDrift) = try show(host)
        #expect(hasDrift && text.includes(column), "\(text)")
        try host.run(.up, row)
        #expect(host.state.vswitch == right.vswitch)
        #expect(try !show(host).hasDrift)
    }

    @Test
    func `a row that makes no bridge of a port is shown, and put right`() throws {
        var host = try FieldHost(.openvswitch)
        for bridge in ["xenbr0", "xapi5"] { try host.run(.up, bridge) }
        let right = host.state
        host.state.vswitch?.interfaces["xenbr0"]?["type"] = nil
        #expect(try show(host).text.includes("internal"))
        host.state = right
        host.state.vswitch?.ports["xapi5"]?["fake_bridge"] = nil
        #expect(try show(host).text.includes("5, no fake bridge"))
        try host.run(.up, "xapi5")
        #expect(host.state.vswitch == right.vswitch)
    }

    // MARK: ovs-vswitchd

    @Test
    func `where no ovs-vswitchd runs nothing is as it should be`() throws {
        var host = try FieldHost(.openvswitch)
        host.state.vswitch?.isCarriedOut = false
        // A change waits for it, and fails by itself.
        #expect(try host.plan(.up, "xenbr0").shortfalls.isEmpty)
        host.state.vswitch?.isCarriedOut = true
        for bridge in ["xenbr0", "xapi5"] { try host.run(.up, bridge) }
        host.state.vswitch?.isCarriedOut = false
        for bridge in ["xenbr0", "xapi5"] {
            let plan = try host.plan(.up, bridge)
            #expect(plan.steps.isEmpty && plan.shortfalls.count == 1)
            let text = plan.shortfalls.first.map { "\($0)" } ?? ""
            #expect(
                text.includes("ovs-vswitchd is not running; start it with `systemctl start openvswitch`"), "\(text)")
        }
        let (text, hasDrift) = try show(host)
        #expect(hasDrift && text.includes("ovs-vswitchd is not running"), "\(text)")
        #expect(try host.plan(.down, "xapi5").shortfalls.isEmpty)
    }

    // MARK: Bridges of others

    @Test(arguments: [5, 77])
    func `a card stays in a stranger's bridge that has addresses, whatever VLAN is on it`(_ tag: Int) throws {
        var host = try FieldHost(.openvswitch)
        for device in ["ovsbr0", "xentemp"] { try host.add(device, .other("openvswitch")) }
        try host.add("tap1", .other("tun"))
        let address = LinkAddress(try #require(IPPrefix("192.0.2.50/24")))
        try host.change("ovsbr0") { $0.addresses = [address] }
        let ports = ["eth0", "ovsbr0", "tap1", "xentemp"]
        host.state.vswitch?.bridges["ovsbr0"] = VswitchRow(members: ports)
        for port in ports {
            let isInternal = port == "ovsbr0" || port == "xentemp"
            host.state.vswitch?.ports[port] = VswitchRow(members: [port])
            host.state.vswitch?.interfaces[port] = VswitchRow(columns: isInternal ? ["type": .string("internal")] : [:])
        }
        host.state.vswitch?.ports["xentemp"]?["tag"] = .integer(tag)
        host.state.vswitch?.ports["xentemp"]?["fake_bridge"] = .boolean(true)
        #expect(try host.refusal(.up, "xapi5").includes("it belongs to ovsbr0"))
        try host.run(.up, "xapi5", taking: true)
        #expect(host.state.vswitch?.bridge(ofPort: "eth0") == "xenbr0")
    }

    @Test(arguments: [true, false])
    func `a bridge that gives up a card is said to lose its uplink only where it has no other`(_ hasOther: Bool) throws
    {
        var host = try FieldHost(.openvswitch)
        let old = hasOther ? "xapi0" : "xenbr0"
        try host.run(.up, old)
        try host.add("tap1", .other("tun"))
        host.state.vswitch?.ports["tap1"] = VswitchRow(members: ["tap1"])
        host.state.vswitch?.interfaces["tap1"] = VswitchRow()
        host.state.vswitch?.bridges[old]?.insert("tap1")
        host.model = try NetworkModel(
            records: """
                <pif ref="p"><uuid>p</uuid><device>eth0</device><network>n</network><management>True</management></pif>
                <network ref="n"><uuid>n</uuid><bridge>xenbr9</bridge></network>
                """)
        let plan = try host.run(.up, "xenbr9")
        #expect(plan.complaints.contains { $0.includes("lose the uplink") } == !hasOther, "\(plan.complaints)")
        #expect(host.state.vswitch?.bridges[old]?.members.contains("tap1") == true)
    }

    // MARK: What `show` must see

    @Test(arguments: Datapath.allCases)
    func `a second way out of a bridge is shown`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath)
        try host.run(.up, "xenbr0")
        #expect(try !show(host).hasDrift)
        if datapath == .bridge {
            try host.change("eth2") { $0.master = DeviceName("xenbr0") }
        } else {
            host.state.vswitch?.ports["eth2"] = VswitchRow(members: ["eth2"])
            host.state.vswitch?.interfaces["eth2"] = VswitchRow()
            host.state.vswitch?.bridges["xenbr0"]?.insert("eth2")
        }
        let (text, hasDrift) = try show(host)
        #expect(hasDrift && text.includes("other uplink"), "\(text)")
        try host.run(.up, "xenbr0")
        #expect(try !show(host).hasDrift)
    }

    @Test
    func `a lease's default route, and the route to a network, are shown where they are missing`() throws {
        var host = try FieldHost(.bridge)
        try host.run(.up, "xenbr0")
        let right = host.state
        try host.change("xenbr0") { link in
            for index in link.addresses.indices { link.addresses[index].details = KernelDetails(flags: 0x200) }
        }
        let (text, hasDrift) = try show(host)
        #expect(hasDrift && text.includes("192.0.2.0/24"), "\(text)")
        host.state = right
        host.model.pifs[try host.pif("xenbr0").ref]?.ipv4.mode = .dhcp
        host.removeBonds()
        var client = DHCPClient(device: try name("xenbr0"), family: .v4, configuration: "", environment: [])
        client.routers = [try #require(IPAddress("192.0.2.1"))]
        host.state.dhcpClients = [client]
        #expect(try !show(host).hasDrift)
        try host.change("xenbr0") { $0.routes = [] }
        let (leased, isDrift) = try show(host)
        #expect(isDrift && leased.includes("gateway"), "\(leased)")
    }
}
