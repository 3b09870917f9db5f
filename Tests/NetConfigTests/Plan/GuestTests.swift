import Testing

@testable import NetConfigCore

/// Which virtual machines are on which bridge, and how they are told.
@Suite struct GuestTests {
    private func names(_ names: String...) throws -> [DeviceName] {
        try names.map { try #require(DeviceName($0)) }
    }

    @Test func `devices of one domain are one virtual machine`() throws {
        let guests = Guest.all(among: try names("vif12.0", "vif7.0", "tap7.0", "vif7.1", "eth0", "tap1"))
        #expect(guests.map(\.domain) == [7, 12])
        #expect(guests.map { $0.devices.map(\.text) } == [["tap7.0", "vif7.0", "vif7.1"], ["vif12.0"]])
    }

    @Test(arguments: ["vif0.0", "tap0.1", "vif7", "vif7.", "vif.0", "vif7.0.1", "vif-7.0", "tapx.0", "xenbr0"])
    func `the host's own domain and other devices are no virtual machine`(_ name: String) throws {
        #expect(Guest.all(among: try names(name)).isEmpty)
    }

    @Test func `the longest number that a name can have is a domain's`() throws {
        #expect(Guest.all(among: try names("vif9999999999.0")).map(\.domain) == [9_999_999_999])
    }

    @Test func `on the Linux bridge a virtual machine is where its devices are enslaved`() throws {
        let (bridge, other) = (try #require(DeviceName("xenbr0")), try #require(DeviceName("xapi5")))
        var state = ObservedState()
        for (name, master) in [("vif7.0", bridge), ("tap7.0", bridge), ("vif7.1", other), ("vif0.0", bridge)] {
            state.links[try #require(DeviceName(name))] = Link(kind: .other("vif"), master: master)
        }
        state.links[try #require(DeviceName("vif9.0"))] = Link(kind: .other("vif"))
        let guests = state.guestsByBridge
        #expect(guests.keys.sorted() == ["xapi5", "xenbr0"])
        #expect(guests["xenbr0"]?.map { $0.devices.map(\.text) } == [["tap7.0", "vif7.0"]])
        #expect(guests["xapi5"]?.map { $0.devices.map(\.text) } == [["vif7.1"]])
    }

    @Test func `on Open vSwitch it is on the fake bridge of its tag, and without one on the bridge itself`() throws {
        let rows = VswitchState(
            bridges: [
                "xenbr0": VswitchRow(members: ["eth0", "tap7.0", "vif7.0", "vif8.0", "vif9.0", "xapi5", "xenbr0"])
            ],
            ports: [
                "xenbr0": VswitchRow(members: ["xenbr0"]), "eth0": VswitchRow(members: ["eth0"]),
                "xapi5": VswitchRow(columns: ["tag": .integer(5), "fake_bridge": .boolean(true)], members: ["xapi5"]),
                "vif7.0": VswitchRow(members: ["vif7.0"]), "tap7.0": VswitchRow(members: ["tap7.0"]),
                "vif8.0": VswitchRow(columns: ["tag": .integer(5)], members: ["vif8.0"]),
                "vif9.0": VswitchRow(columns: ["tag": .integer(6)], members: ["vif9.0"]),
            ])
        let guests = ObservedState(vswitch: rows).guestsByBridge
        #expect(guests["xenbr0"]?.map(\.domain) == [7, 9])
        #expect(guests["xapi5"]?.map(\.domain) == [8])
    }

    @Test func `a name cannot make a line of its own, and comes last`() throws {
        var guest = Guest(domain: 7, devices: try names("vif7.0"), name: nil)
        #expect("\(guest)" == "domain 7 (vif7.0), name unknown")
        guest.name = "a\nno bridge loses traffic\u{1B}[31m\u{202E}"
        #expect("\(guest)" == "domain 7 (vif7.0), a no bridge loses traffic?[31m?")
    }

    @Test func `names are those of the domains that are there`() throws {
        let guests = Guest.all(among: try names("vif7.0", "vif8.0")).named([7: "web", 9: "other"])
        #expect(guests.map(\.name) == ["web", nil])
    }

    /// What a plan says of a virtual machine whose name is a command.
    @Test(arguments: ["guests-while-a-card-restarts-bridge", "guests-while-bridges-are-made-anew-openvswitch"])
    func `a name stays a comment in a script, and a text in JSON and in a graph`(_ name: String) throws {
        var plan = try GoldenCase(name).input().plan()
        let hostile = "x\nreboot; $(reboot) `reboot` \" ' \\n"
        plan.nameGuests([7: hostile])
        #expect(plan.interruptedDomains == [7, 12])
        let lines = plan.shell(title: "up").lines().filter { $0.includes("x reboot") }
        #expect(!lines.isEmpty)
        for line in lines { #expect(line.begins(with: "# ")) }
        let json = try JSONReader.read(Array(plan.json.utf8))
        let guests = (json["outages"]?.array ?? []).flatMap { $0["guests"]?.array ?? [] }
        #expect(guests.contains { $0["name"]?.string == hostile && $0["domain"]?.integer == 7 })
        #expect(plan.dot(title: "up").lines().filter { $0.includes("$(reboot)") }.count == 1)
        #expect(!plan.text().lines().contains { $0.begins(with: "reboot") })
    }

    // MARK: show

    private func overview(guests: Int) throws -> Overview {
        let input = try GoldenCase("guests-while-a-card-restarts-bridge").input()
        var state = input.observed
        let bridge = try #require(DeviceName("xenbr0"))
        for domain in 100..<100 + guests {
            state.links[try #require(DeviceName("vif\(domain).0"))] = Link(kind: .other("vif"), master: bridge)
        }
        var overview = try Overview(of: input.model, facts: input.facts, state: state, source: "network.dbcache")
        overview.nameGuests([7: "web server"])
        return overview
    }

    @Test func `an overview has the virtual machines of each network`() throws {
        let overview = try overview(guests: 0)
        #expect(overview.domains == [7, 12])
        let network = try #require(overview.nodes.first { $0.name == "xenbr0" })
        #expect(
            network.guests.map { "\($0)" } == [
                "domain 7 (tap7.0, vif7.0), web server", "domain 12 (vif12.0), name unknown",
            ])
        #expect(network.vlans.first?.guests.map { "\($0)" } == ["domain 12 (vif12.1), name unknown"])
        let lines = overview.text().lines().map(\.trimmed)
        #expect(lines.contains("virtual machine: domain 7 (tap7.0, vif7.0), web server"))
        #expect(lines.contains("virtual machine: domain 12 (vif12.1), name unknown"))
        #expect(overview.dot.includes("domain 7 (tap7.0, vif7.0), web server"))
        let json = try JSONReader.read(Array(overview.json.utf8))
        let first = json["networks"]?.array?.first?["guests"]?.array?.first
        #expect(first?["name"]?.string == "web server")
        #expect(first?["devices"]?.array?.compactMap(\.string) == ["tap7.0", "vif7.0"])
    }

    @Test func `of many virtual machines the text has ten and the picture their number; one network has all`() throws {
        let overview = try overview(guests: 30)
        func count(_ text: String) -> Int { text.lines().count { $0.includes("virtual machine: domain 1") } }
        // One more is on the VLAN.
        #expect(count(overview.text()) == 9 + 1)
        #expect(overview.text().includes("and 22 more: `show BRIDGE` shows all"))
        #expect(count(overview.text(details: true)) == 31 + 1)
        #expect(overview.dot.includes("32 virtual machines"))
    }
}
