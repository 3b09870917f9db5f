import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// Long random sequences of `up` and `down` on random topologies: the plan's promise is kept at each step.
@Suite("random sequences", .serialized, .needsTestBed)
struct RandomWalkVMTests {
    /// The first seeds whose hosts use each datapath.
    private static let seeds: [UInt64] = Datapath.allCases.flatMap { datapath in
        (1...).lazy.filter { RandomHost(seed: $0)?.facts.datapath == datapath }.prefix(2)
    }

    @Test(arguments: seeds)
    func `of requests each do what their plans promise, and leave nothing behind`(seed: UInt64) throws {
        let random = try #require(RandomHost(seed: seed))
        let walker = try Walker(random)
        print("seed \(seed): \(random.facts.datapath), \(walker.model.pifs.count) PIFs")
        try inNetworkNamespace(of: walker.bed) {
            let start = try walker.looks()
            var choice = SeededGenerator(seed: seed)
            var steps = 0
            for _ in 0..<(TestLength.isFull ? 200 : 60) {
                let pif = choice.one(of: walker.model.pifsInOrder)
                steps += try walker.step(
                    Request(choice.oneIn(3) ? .down : .up, pif.ref, isManagement: choice.oneIn(6)))
            }
            #expect(steps > 60)
            for pif in walker.model.pifsInOrder.shuffled(using: &choice) {
                _ = try walker.step(Request(.down, pif.ref))
            }
            let end = try walker.looks()
            #expect(end.links == start.links)
            #expect(end.vswitch == start.vswitch)
            #expect(walker.bed.text(HostFile.attached) == nil)
        }
    }
}

/// A real host with the records of a random one.
private struct Walker {
    let bed: TestBed
    let model: NetworkModel
    private let facts: HostFacts
    private let paths: HostPaths

    init(_ random: RandomHost) throws {
        bed = try TestBed(
            random.facts.datapath, cache: "cache/movement.xml", nics: (0..<4).map { "52:54:00:00:00:1\($0)" })
        var model = random.model
        for ref in model.pifs.keys {
            // There is neither a DHCP server nor a router: addresses from outside have tests of their own.
            if model.pifs[ref]?.ipv4.mode == .dhcp { model.pifs[ref]?.ipv4.mode = .static }
            if model.pifs[ref]?.ipv6.mode == .dhcp { model.pifs[ref]?.ipv6.mode = .autoconf }
        }
        self.model = model
        facts = HostFacts(datapath: random.facts.datapath)
        paths = HostPaths(rootPrefix: bed.root, ovsdb: "\(bed.directory)/ovs/db.sock")
        if !random.bare.directories.isEmpty { try bed.makeDirectory(HostFile.scripts) }
    }

    /// What there is, as far as a test can compare it.
    func looks() throws -> ObservedState {
        let scope = ObservationScope(for: Request(.down, model.pifsInOrder[0].ref), in: model)
        return try Host(paths: paths, datapath: facts.datapath).observe(scope).comparable.known(to: ObservedState())
    }

    /// Does one request, compares what is there with what the plan promised, and plans again. Returns the number of steps.
    func step(_ request: Request) throws -> Int {
        var host = try Host(paths: paths, datapath: facts.datapath)
        let scope = ObservationScope(for: request, in: model)
        let before = try host.observe(scope)
        let plan: Plan
        do throws(PlanError) {
            plan = try Planner.plan(request, model: model, facts: facts, observed: before)
        } catch {
            return 0
        }
        let report = Executor.run(plan, with: &host)
        let failure = report.failure
        try #require(failure == nil, "\(request): \(failure ?? "")\n\(plan.text())")
        let after = try host.observe(scope)
        let promised = plan.steps.reduce(before) { $0.applying($1.action) }
        let (left, right) = (after.comparable.known(to: promised), promised.comparable)
        let isKept = left == right
        try #require(isKept, "\(right.differences(from: left))\n\(request)\n\(plan.text())")
        // What a card refused is asked of it again.
        let refused = report.warnings.compactMap(\.action)
        let again = try Planner.plan(request, model: model, facts: facts, observed: after)
        let isEmpty = again.steps.allSatisfy { refused.contains($0.action) }
        try #require(isEmpty, "\(request)\n\(plan.text())\nthen\n\(again.text())")
        return plan.steps.count
    }
}

extension ObservedState {
    /// The state without what the planner does not promise: what cards refuse is a warning, and addresses have no order.
    fileprivate var comparable: ObservedState {
        var state = self
        // What the kernel makes by itself, and others do.
        state.otherRoutes = nil
        // A device of Open vSwitch's own, which comes with the first bridge.
        if let own = DeviceName("ovs-system") { state.links[own] = nil }
        for (name, link) in state.links {
            // What stands for a bond has a made-up address until a slave becomes active, which an updelay puts off.
            if vswitch?.ports[name.text]?["bond_fake_iface"] == .boolean(true) { state.links[name]?.mac = nil }
            state.links[name]?.settings = nil
            state.links[name]?.fixedOffloads = []
            state.links[name]?.permanentMAC = nil
            // What a device can carry its driver says, once it is there.
            state.links[name]?.greatestMTU = nil
            state.links[name]?.leastMTU = nil
            state.links[name]?.addresses.sort { $0.prefix < $1.prefix }
            state.links[name]?.routes = link.routes.sorted { $0.destination < $1.destination }
        }
        return state
    }

    /// The state without what another one leaves open.
    fileprivate func known(to other: ObservedState) -> ObservedState {
        var state = self
        // Flows are only looked at on the bridges that a request concerns.
        state.vswitch?.flows.merge(other.vswitch?.flows ?? [:]) { found, _ in found }
        for (name, link) in links {
            let promised = other.links[name]
            if promised?.mtu == nil { state.links[name]?.mtu = nil }
            if promised?.mac == nil { state.links[name]?.mac = nil }
            if promised?.ipv6 == nil { state.links[name]?.ipv6 = nil }
            state.links[name]?.offloads = link.offloads.filter { promised?.offloads[$0.key] != nil }
            if case .bond(var found) = link.kind, case .bond(let wanted) = promised?.kind {
                if wanted.transmitHashPolicy == nil { found.transmitHashPolicy = nil }
                if wanted.lacpRate == nil { found.lacpRate = nil }
                if wanted.primary == nil { found.primary = nil }
                state.links[name]?.kind = .bond(found)
            }
        }
        return state
    }
}
