import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// What a look after a plan finds otherwise than planned, and how much it matters.
@Suite("discrepancies")
struct DiscrepancyTests {
    private let eth0: DeviceName
    private let eth1: DeviceName
    private let bridge: DeviceName

    init() throws {
        (eth0, eth1) = (try #require(DeviceName("eth0")), try #require(DeviceName("eth1")))
        bridge = try #require(DeviceName("xenbr0"))
    }

    private func step(
        _ action: Action, _ policy: Step.FailurePolicy = .rollBack, before: Link? = nil
    ) -> Step {
        Step(action, because: "the test says so", undo: [], onFailure: policy, before: before)
    }

    private func found(_ done: [Step], _ remaining: [Step], failed: [Action] = []) -> [Discrepancy] {
        var link = Link(kind: .other(nil))
        link.isUp = true
        let start = ObservedState(links: [eth0: link, eth1: link, bridge: link], vswitch: VswitchState())
        return Plan(steps: done, start: start).discrepancies(from: Plan(steps: remaining), failed: failed)
    }

    @Test
    func `a step that would be done again names itself, the value, and takes the run back where it must`() throws {
        let address = LinkAddress(try #require(IPPrefix("192.0.2.10/24")))
        let done = [
            step(.setMTU(eth0, 9000), .warn), step(.setUp(bridge)), step(.addAddress(bridge, address)),
            step(.setMaster(eth0, bridge), .rollBack),
        ]
        var link = Link(kind: .other(nil))
        link.mtu = 1500
        let all = found(
            done,
            [
                step(.setMTU(eth0, 9000), .warn, before: link), step(.setUp(bridge)),
                step(.addAddress(bridge, address)), step(.setMaster(eth0, bridge)),
            ])
        #expect(all.map(\.origin) == [done[0], done[1], done[2], done[3]])
        #expect(all.map(\.isEssential) == [false, true, true, true])
        #expect(
            all.map(\.text) == [
                "this was done, and yet the MTU of eth0 is 1500 afterwards",
                "this was done, and yet the state of xenbr0 is down afterwards",
                "this was done, and yet the address 192.0.2.10/24 of xenbr0 is missing afterwards",
                "this was done, and yet the master of eth0 is not as planned afterwards",
            ])
    }

    @Test
    func `what no step made is another's, and takes nothing back`() throws {
        let all = found([step(.setUp(bridge))], [step(.setUp(eth0))])
        try #require(all.count == 1)
        #expect(all[0].origin == nil && !all[0].isEssential)
        #expect(
            all[0].text == "the state of eth0 is down now: something else has changed it since this run began")
    }

    @Test
    func `what failed is known already, and what leaves no trace is not missed`() {
        let mtu = step(.setMTU(eth0, 9000), .warn)
        #expect(found([step(.setUp(bridge))], [mtu], failed: [mtu.action]) == [])
        #expect(
            found([step(.announce(bridge, []), .warn)], [step(.announce(bridge, [])), step(.run("/bin/true"))]) == [])
    }

    @Test
    func `what the end state did not have either is for the next run`() {
        let rows = ["xenbr1", "eth1"].map { VswitchChange(.port, $0, before: nil, after: VswitchRow()) }
        let gone = VswitchChange(.port, "xenbr1", before: VswitchRow(), after: nil)
        #expect(found([step(.changeVswitch(rows))], [step(.changeVswitch([gone]))]) == [])
        #expect(found([step(.setMTU(eth1, 9000))], [step(.deleteLink(eth1)), step(.setDown(eth1))]) == [])
    }

    @Test
    func `of a group one is enough`() {
        let group = Step.FailurePolicy.warnUnlessLast(of: "cards")
        let both = [step(.setMaster(eth0, bridge), group), step(.setMaster(eth1, bridge), group)]
        #expect(found(both, [both[0]]).map(\.isEssential) == [false])
        #expect(found(both, both).map(\.isEssential) == [true, true])
    }

    @Test
    func `rows of Open vSwitch are told apart by name`() {
        let rows = ["xenbr0", "eth0"].map { VswitchChange(.port, $0, before: nil, after: VswitchRow()) }
        let done = [step(.changeVswitch(rows))]
        let all = found(done, [step(.changeVswitch([rows[1]]))])
        #expect(all.map(\.origin) == done && all.map(\.isEssential) == [true])
        #expect(all.map(\.text) == ["this was done, and yet the Port row of eth0 is not as planned afterwards"])
        let other = found(done, [step(.changeVswitch([VswitchChange(.port, "eth7", before: nil, after: nil)]))])
        #expect(other.map(\.origin) == [nil])
    }
}
