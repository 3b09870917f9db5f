import Testing

@testable import NetConfigCore

/// An outage names the devices whose frames do not pass, and what each is to the bridge.
@Suite struct OutagePortTests {
    private func ports(_ name: String) throws -> [String: [String]] {
        let plan = try GoldenCase(name).input().plan()
        let outages = try #require(plan.outages).filter { $0.address == nil }
        #expect(!outages.isEmpty)
        return Dictionary(
            uniqueKeysWithValues: outages.map { outage in
                (outage.bridge.text, outage.ports.map { "\($0.role.rawValue) \($0.device)" })
            })
    }

    @Test(arguments: [
        ("guest-at-conflict-openvswitch", ["xapi1": ["bond bond0", "card eth0", "card eth1", "other tap1"]]),
        ("switch-bond-to-slave-bridge", ["xapi1": ["bond bond0", "card eth0", "card eth1"]]),
        ("switch-bond-to-slave-openvswitch", ["xapi1": ["bond bond0", "card eth0", "card eth1"]]),
        ("last-vlan-takes-its-datapath-bridge", ["xapi5": ["vlan eth0.5"]]),
    ])
    func `they are the cards, bonds, VLAN links and guests of the bridge`(
        _ name: String, _ expected: [String: [String]]
    ) throws {
        #expect(try ports(name) == expected)
    }

    @Test func `a fake bridge has the ports of its tag alone`() throws {
        let rows = VswitchState(
            bridges: ["xenbr0": VswitchRow(members: ["xenbr0", "eth0", "xapi5", "vif1.0", "tap2.0"])],
            ports: [
                "xenbr0": VswitchRow(members: ["xenbr0"]), "eth0": VswitchRow(members: ["eth0"]),
                "xapi5": VswitchRow(columns: ["tag": .integer(5), "fake_bridge": .boolean(true)], members: ["xapi5"]),
                "vif1.0": VswitchRow(columns: ["tag": .integer(5)], members: ["vif1.0"]),
                "tap2.0": VswitchRow(members: ["tap2.0"]),
            ])
        let state = ObservedState(vswitch: rows)
        func ports(_ bridge: String) throws -> [Outage.Port] {
            Outage.ports(
                of: try #require(DeviceName(bridge)), in: state, cards: [try #require(DeviceName("eth0"))])
        }
        #expect(try ports("xapi5") == [Outage.Port(device: "vif1.0", role: .guest)])
        #expect(
            try Set(ports("xenbr0")) == [
                Outage.Port(device: "eth0", role: .card), Outage.Port(device: "vif1.0", role: .guest),
                Outage.Port(device: "tap2.0", role: .guest),
            ])
    }
}
