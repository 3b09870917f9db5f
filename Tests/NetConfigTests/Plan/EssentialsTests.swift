import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// Which actions must succeed, and which may fail: the table of ``Essentials``, and what plans make of it.
@Suite("what is essential")
struct EssentialsTests {
    private static let (bridge, bond, card) = (name("xenbr0"), name("bond0"), name("eth1"))

    private static func name(_ text: String) -> DeviceName {
        guard let name = DeviceName(text) else { fatalError(text) }
        return name
    }

    private static func prefix(_ text: String) -> IPPrefix {
        guard let prefix = IPPrefix(text) else { fatalError(text) }
        return prefix
    }

    private static func policy(
        _ pifs: [String], _ action: Action, in state: ObservedState = ObservedState(), losesNetwork: Bool = true
    ) -> Step.FailurePolicy {
        let model = NetworkModel.sample
        let pifs = model.pifsInOrder.filter { pifs.contains($0.ref.text) }
        return Essentials(of: pifs, on: model.stacks(of: pifs), in: model, observed: state).policy(
            for: action, in: state, losesNetwork: losesNetwork)
    }

    @Test
    func `details may fail, and what the host is reached by may not`() throws {
        let link = VswitchRow()
        let must: [Action] = [
            .createLink(Self.bridge, .other("dummy"), mac: nil), .deleteLink(Self.bridge), .setUp(Self.bridge),
            .setDown(Self.bridge), .setMaster(Self.bridge, nil), .setBondMode(Self.bond, "802.3ad"),
            .changeVswitch([VswitchChange(.port, "p", before: nil, after: link)]), .addFlows("xenbr0", []),
            .removeAddress(Self.bridge, LinkAddress(Self.prefix("192.0.2.10/24"))),
        ]
        let may: [Action] = [
            .setMTU(Self.bridge, 9000),
            .setOffload(Self.bridge, .gro, true), .announce(Self.bridge, []),
            .queryMulticast(Self.bridge),
            .setBridgeAttributes(Self.bridge, BridgeAttributes()), .run("/sbin/update-issue"),
            .setLinkSettings(Self.bridge, LinkSettings(speed: 1000, duplex: .full, autonegotiation: true)),
            .replaceFile("/etc/resolv.conf", before: nil, after: nil),
        ]
        for action in must { #expect(Self.policy(["card"], action) == .rollBack, "\(action)") }
        let mac = try #require(MACAddress("52:54:00:00:00:99"))
        for action in may + [.setMAC(Self.bridge, mac)] { #expect(Self.policy(["card"], action) == .warn, "\(action)") }
    }

    @Test
    func `the primary address and its default route are essential, the other family and static routes are not`() {
        let (four, six) = (Self.prefix("192.0.2.10/24"), Self.prefix("2001:db8::10/64"))
        let router = IPAddress("192.0.2.1")
        for (action, policy) in [
            (Action.addAddress(Self.bridge, LinkAddress(four)), Step.FailurePolicy.rollBack),
            (.addAddress(Self.bridge, LinkAddress(six)), .warn),
            (.addRoute(Self.bridge, Route(.any(.v4), via: router)), .rollBack),
            (.addRoute(Self.bridge, Route(.any(.v6), via: IPAddress("2001:db8::1"))), .warn),
            (.addRoute(Self.bridge, Route(Self.prefix("198.51.100.0/24"), via: router)), .warn),
            (.setIPv6(Self.bridge, IPv6Settings(acceptRA: 1, autoconf: true)), .warn),
        ] {
            #expect(Self.policy(["card"], action) == policy, "\(action)")
        }
        // Of a PIF that has but one family that one is its primary, whatever the record says.
        #expect(Self.policy(["tagged"], .addAddress(Self.name("xapi5"), LinkAddress(six))) == .rollBack)
    }

    @Test
    func `where nothing can be got back what was made stays, and the run fails`() {
        let address = Action.addAddress(Self.bridge, LinkAddress(Self.prefix("192.0.2.10/24")))
        let client = DHCPClient(device: Self.name("xapi0"), family: .v4, configuration: "", environment: [])
        #expect(Self.policy(["card"], address, losesNetwork: false) == .keep)
        #expect(Self.policy(["master"], .startDHCP(client, patience: 60), losesNetwork: false) == .keep)
        #expect(Self.policy(["card"], .setUp(Self.bridge), losesNetwork: false) == .rollBack)
    }

    @Test
    func `of a bond's cards one is enough`() {
        let joins = Self.policy(["master"], .setMaster(Self.card, Self.bond))
        #expect(joins == .warnUnlessLast(of: "cards that join bond0"))
        #expect(joins != Self.policy(["master"], .setUp(Self.card)))
        #expect(Self.policy(["master"], .setMaster(Self.bond, Self.name("xapi0"))) == .rollBack)
        #expect(Self.policy(["card"], .setUp(Self.name("eth0"))) == .rollBack)
        // One that works is there already.
        let other = Link(kind: .other(nil), isUp: true, master: Self.bond)
        let running = ObservedState(links: [Self.name("eth2"): other])
        #expect(Self.policy(["master"], .setMaster(Self.card, Self.bond), in: running) == .warn)
        #expect(Self.policy(["master"], .setUp(Self.card), in: running) == .warn)
    }

    @Test(arguments: [
        ("physical-bridge-up-from-nothing", Step.FailurePolicy.keep),
        ("physical-openvswitch-up-from-nothing", .keep),
        ("address-on-card-moves-to-bridge-bridge", .rollBack),
        ("address-on-card-moves-to-bridge-openvswitch", .rollBack),
        ("address-moves-from-slave-to-bond-bridge", .rollBack),
        ("address-changed-bridge", .rollBack), ("address-changed-openvswitch", .rollBack),
    ])
    func `a plan for a bare host keeps what it makes, one that moves the host's address puts it back`(
        golden: String, policy: Step.FailurePolicy
    ) throws {
        let plan = try GoldenCase(golden).input().plan()
        let added = plan.steps.filter { if case .addAddress = $0.action { true } else { false } }
        #expect(added.map(\.onFailure) == [policy], "\(plan.text())")
    }

    @Test
    func `an address that is no host's costs a bare host nothing but itself, and a working one nothing at all`() throws
    {
        var input = try GoldenCase("physical-bridge-up-from-nothing").input()
        let ref = try #require(input.model.pifs.values.first { $0.ipv4.mode == .static }?.ref)
        input.model.pifs[ref]?.ipv4.address = nil
        let plan = try input.plan()
        #expect(plan.shortfalls.map(\.rule) == [.noAddress(pif: "PIF eth0", family: .v4)])
        #expect(plan.steps.contains { $0.action == .setMaster(Self.name("eth0"), Self.bridge) })

        var working = try GoldenCase("physical-bridge-up-from-right").input()
        working.model.pifs[ref]?.ipv4.address = nil
        #expect(throws: PlanError(ref, .noAddress(pif: "PIF eth0", family: .v4))) { try working.plan() }
    }
}
