import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// What a record may hold, and what becomes of one that holds more.
@Suite struct RecordLimitTests {
    /// A card with a network, a bond of two cards, and a pool.
    private static func records(
        pif: String = "", network: String = "", bond: String = "", slaves: String = ""
    ) -> String {
        """
        <pif ref='p'><device>eth0</device><network>n</network><management>True</management>
            <ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.10</IP><netmask>255.255.255.0</netmask>
            \(pif)</pif>
        <network ref='n'><bridge>xenbr0</bridge>\(network)</network>
        <pif ref='s'><device>eth1</device><network>ns</network></pif><network ref='ns'/>
        <pif ref='m'><device>bond0</device><network>nm</network></pif><network ref='nm'/>
        <bond ref='b'><uuid>bond</uuid><master>m</master><slaves><slave>s</slave>\(slaves)</slaves>\(bond)</bond>
        """
    }

    private static func list(_ count: Int, _ entry: (Int) -> String) -> String {
        (0..<count).map(entry).joined(separator: ",")
    }

    private static func routes(_ count: Int) -> String { list(count) { "10.\($0 >> 8).\($0 & 255).0/24/192.0.2.1" } }

    private static func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    /// Records that hold just more than they may, and what is said about it. The same with one less, of which nothing is said,
    /// is what stands before.
    static let cases: [(within: String, beyond: String, message: String)] = [
        (
            records(pif: "<uuid>\(text(255))</uuid>"), records(pif: "<uuid>\(text(256))</uuid>"),
            "pif p: uuid has 256 bytes; at most 255 are allowed; it is ignored"
        ),
        (
            records(network: "<uuid>\(text(255))</uuid>"), records(network: "<uuid>\(text(256))</uuid>"),
            "network n: uuid has 256 bytes; at most 255 are allowed; it is ignored"
        ),
        (
            records(bond: "<mode>\(text(4096))</mode>"), records(bond: "<mode>\(text(4097))</mode>"),
            "bond bond: mode has 4097 bytes; at most 4096 are allowed; it is ignored"
        ),
        (
            records(pif: "<other_config><bond-x>\(text(4096))</bond-x></other_config>"),
            records(pif: "<other_config><bond-x>\(text(4097))</bond-x></other_config>"),
            "PIF eth0: other_config:bond-x has 4097 bytes; at most 4096 are allowed; it is ignored"
        ),
        (
            records(pif: "<other_config>\((0..<1024).map { "<k\($0)/>" }.joined())</other_config>"),
            records(pif: "<other_config>\((0..<1025).map { "<k\($0)/>" }.joined())</other_config>"),
            "PIF eth0: other_config has 1025 entries; at most 1024 are allowed; the first 1024 are used"
        ),
        (
            records(bond: "<properties>\((0..<1024).map { "<k\($0)/>" }.joined())</properties>"),
            records(bond: "<properties>\((0..<1025).map { "<k\($0)/>" }.joined())</properties>"),
            "bond bond: properties has 1025 entries; at most 1024 are allowed; the first 1024 are used"
        ),
        (
            records(pif: "<DNS>\(list(64) { "10.0.0.\($0)" })</DNS>"),
            records(pif: "<DNS>\(list(65) { "10.0.0.\($0)" })</DNS>"),
            "PIF eth0: DNS has 65 entries; at most 64 are allowed; the first 64 are used"
        ),
        (
            records(pif: "<IPv6>\(list(1024) { "2001:db8::\(String($0 + 1, radix: 16))/64" })</IPv6>"),
            records(pif: "<IPv6>\(list(1025) { "2001:db8::\(String($0 + 1, radix: 16))/64" })</IPv6>"),
            "PIF eth0: IPv6 has 1025 entries; at most 1024 are allowed; the first 1024 are used"
        ),
        (
            records(slaves: (1..<64).map { "<slave>OpaqueRef:NULL\($0)</slave>" }.joined()),
            records(slaves: (1..<65).map { "<slave>OpaqueRef:NULL\($0)</slave>" }.joined()),
            "bond bond: slaves has 65 entries; at most 64 are allowed; the first 64 are used"
        ),
    ]

    @Test(arguments: cases)
    func `what a record holds beyond a limit is left out, and a warning says how much there was`(
        within: String, beyond: String, message: String
    ) throws {
        func warnings(_ records: String) throws -> [String] {
            var reading = RecordReading()
            let text = "<xenserver-network-configuration>\(records)</xenserver-network-configuration>"
            try reading.addAll(of: Array(text.utf8))
            return reading.diagnostics.warnings.map { "\($0.subject): \($0.message)" }
        }
        #expect(try warnings(within).isEmpty)
        #expect(try warnings(beyond) == [message])
    }

    @Test func `the same limits hold for live data`() throws {
        var reading = RecordReading()
        let fields: [XMLRPCValue.Member] = [
            .init(name: "device", value: .string("eth0")), .init(name: "network", value: .string("n")),
            .init(name: "DNS", value: .string(Self.list(70) { "10.0.0.\($0)" })),
        ]
        reading.add([.init(name: "p", value: .structure(fields))], .pif)
        #expect(reading.model.pifs.values.first?.dns.count == 64)
        let messages = reading.diagnostics.warnings.map(\.message)
        #expect(messages == ["DNS has 70 entries; at most 64 are allowed; the first 64 are used"])
    }

    /// A plan for the card, which has one address and no more.
    private func warnings(_ records: String) throws -> (plan: Plan, warnings: [String]) {
        let model = try NetworkModel(records: records)
        let pif = try #require(model.pif("PIF eth0"))
        let state = ObservedState(
            links: [pif.device: Link(kind: .other(nil))], vswitch: VswitchState(), directories: [HostFile.scripts])
        let plan = try Planner.plan(
            Request(.up, pif.ref), model: model, facts: HostFacts(datapath: .openvswitch), observed: state)
        return (plan, plan.warnings.map(\.message))
    }

    @Test func `of the routes of a network and its PIF so many are used`() throws {
        func records(_ count: Int) -> String {
            Self.records(
                pif: "<other_config><static-routes>192.168.7.0/24/192.0.2.1</static-routes></other_config>",
                network: "<other_config><static-routes>\(Self.routes(count))</static-routes></other_config>")
        }
        #expect(try warnings(records(4095)).warnings.isEmpty)
        let found = try warnings(records(4096))
        #expect(found.warnings == ["static-routes has 4097 routes; at most 4096 are allowed; the first 4096 are used"])
        #expect(found.plan.end.links.values.map(\.routes.count).max() == 4096)
    }

    @Test func `of the search domains so many are used`() throws {
        func records(_ count: Int) -> String {
            let domains = Self.list(count) { "d\($0).example" }
            return Self.records(
                pif: "<DNS>192.0.2.1</DNS><other_config><domain>\(domains)</domain></other_config>")
        }
        #expect(try warnings(records(64)).warnings.isEmpty)
        let found = try warnings(records(65))
        #expect(found.warnings == ["domain has 65 entries; at most 64 are allowed; the first 64 are used"])
        let resolver = try #require(found.plan.end.files[HostFile.resolver]?.text)
        #expect(resolver.contains("d63.example\n") && !resolver.contains("d64"))
    }

    @Test func `a reference longer than any is an error of its record`() throws {
        let long = Self.text(256)
        let records = Self.records() + "<network ref='\(long)'/>"
        let error = try #require(try NetworkModel(records: records).faults.first)
        #expect(error.description.contains("network: the reference has 256 bytes; at most 255 are allowed"))
        _ = try NetworkModel(records: Self.records() + "<network ref='\(Self.text(255))'/>")
    }

    /// A card, and VLANs, each on what `parent` says.
    private func vlans(_ count: Int, parent: (Int) -> String) -> String {
        (0..<count).map {
            "<pif ref='q\($0)'><device>eth0</device><VLAN>\($0 % 4094 + 1)</VLAN><network>x\($0)</network></pif>"
                + "<network ref='x\($0)'/>"
                + "<vlan ref='v\($0)'><tagged_PIF>\(parent($0))</tagged_PIF><untagged_PIF>q\($0)</untagged_PIF></vlan>"
        }.joined()
    }

    @Test func `a card with more VLANs than there are tags is in error`() throws {
        _ = try NetworkModel(records: Self.records() + vlans(4094) { _ in "p" })
        // The last one has a tag twice, which is an error of its own.
        let faults = try NetworkModel(records: Self.records() + vlans(4095) { _ in "p" }).faults
        let error = try #require(faults.first)
        #expect(
            error.description.contains("pif p, field VLAN_slave_of: PIF eth0 has 4095 VLANs; at most 4094 are allowed"))
    }

    @Test func `VLANs stand on each other so high and no higher`() throws {
        func tower(_ count: Int) -> String { vlans(count) { $0 == 0 ? "p" : "q\($0 - 1)" } }
        _ = try NetworkModel(records: Self.records() + tower(8))
        let model = try NetworkModel(records: Self.records() + tower(9))
        let error = try #require(model.faults.first)
        #expect(model.unusable.map(\.pif.ref.text) == ["q8"])
        #expect(
            error.description.contains(
                "pif q8, field VLAN_master_of: 9 VLANs are stacked on each other; at most 8 are allowed"))
    }
}
