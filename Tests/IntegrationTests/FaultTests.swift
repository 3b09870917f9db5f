import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// Each action of each plan is made to fail, for real, and the host is compared with what it was before.
///
/// Of the actions of one kind in a plan the last stands for all, which has the most before it that is to be taken back; at
/// full length each one fails.
@Suite("every action that fails", .serialized, .needsTestBed)
struct FaultTests {
    /// Kernels without bonds and 802.1Q can do less; Open vSwitch's own rows need neither.
    private static let topologies: [Datapath: [String]] =
        TestBed.usableType == "system"
        ? [
            .bridge: ["vlan-on-bond", "bridgeless-vlan", "bridgeless-bond"],
            .openvswitch: ["vlan-on-bond"],
        ]
        : [
            .bridge: ["cache/everything.xml", "physical-dhcp", "bridgeless"],
            .openvswitch: ["cache/everything.xml", "physical-dhcp", "vlan-on-bond", "tunnel", "bridgeless"],
        ]

    @Test(
        arguments: topologies.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { datapath, names in
            names.map { (datapath, $0) }
        })
    func `is taken back with all before it`(_ datapath: Datapath, _ topology: String) throws {
        let path = topology.hasSuffix(".xml") ? topology : "plan/_topologies/\(topology).dbcache"
        let saboteur = try Saboteur(datapath, cache: path)
        try inNetworkNamespace(of: saboteur.bed) {
            for verb in [Verb.up, .down] {
                for pif in saboteur.model.pifsInOrder { try saboteur.hit(Request(verb, pif.ref)) }
            }
        }
        print("faults: \(datapath) \(topology): \(saboteur.restored) of \(saboteur.failed) put back")
        #expect(saboteur.failed > 0 && saboteur.restored == saboteur.failed)
    }
}

/// Makes actions fail, one after the other, and looks what became of the host.
private final class Saboteur {
    let bed: TestBed
    let model: NetworkModel
    private let facts: HostFacts
    /// How often an action was made to fail.
    private(set) var failed = 0
    /// How often the host was as before afterwards.
    private(set) var restored = 0

    init(_ datapath: Datapath, cache: String) throws {
        bed = try TestBed(datapath, cache: cache)
        model = try CacheReader.read(contentsOf: bed.root + "/var/xapi/network.dbcache")
        facts = HostFacts(
            datapath: datapath, datapathType: try #require(DatapathType(rawValue: bed.datapathType)))
        try bed.makeDirectory(HostFile.scripts)
        try bed.makeDirectory("/sbin")
        try bed.write("#!/bin/sh\n", to: "/sbin/update-issue")
        try bed.host("chmod", "+x", bed.root + "/sbin/update-issue")
        if model.pifs.values.contains(where: { $0.ipv4.mode == .dhcp }) { try bed.bed(["dhcp-server", bed.directory]) }
    }

    /// Hits each action of a request once with each fault there is for it; then does the request.
    func hit(_ request: Request) throws {
        let before = try bed.snapshot()
        let cardsDown = try bed.devices().filter { $0.key.hasPrefix("eth") && !$0.value.isUp }.keys.sorted()
        let whole: Plan
        do {
            whole = try plan(request).plan
        } catch is PlanError {
            return
        }
        var tried: Set<ActionKind> = []
        for (position, step) in whole.steps.enumerated().reversed() {
            guard tried.insert(ActionKind(step.action)).inserted || TestLength.isFull else { continue }
            let ways = step.onFailure == .rollBack ? [false] : [false, true]
            for (fault, isStrict) in Fault.all(of: step.action).flatMap({ fault in ways.map { (fault, $0) } }) {
                var (plan, host) = try plan(request)
                plan.isStrict = isStrict
                // An equal state gives an equal plan. The MAC address of what stands for a bond is made up.
                try #require(
                    plan.steps.map(\.withoutBefore) == whole.steps.map(\.withoutBefore),
                    "after \(fault): \(step.action)\n\(plan.text())\nwas\n\(whole.text())")
                try hit(plan, host, fault, at: position)
                let changes = try bed.snapshot().settingsChanged(since: before)
                failed += 1
                // See Snapshot: the userspace datapath may have set them up.
                for card in cardsDown { try bed.host("ip", "link", "set", card, "down") }
                if changes.isEmpty { restored += 1 }
                try #require(
                    changes.isEmpty, "\(fault): \(step.action)\n\(changes.joined(separator: "\n"))\n\(plan.text())")
            }
        }
        var (plan, host) = try plan(request)
        let report = Executor.run(plan, with: &host)
        try #require(report.outcome == .done, "\(report.failure ?? "")")
    }

    private func hit(_ plan: Plan, _ host: Host, _ fault: Fault, at position: Int) throws {
        let step = plan.steps[position]
        var faulty = FaultyHost(host, of: bed, fault, at: position)
        let report = Executor.run(plan, with: &faulty)
        let comment = Comment(
            rawValue: "\(fault): \(step.action)\n\(report.failure ?? "done")")
        #expect(report.notPutBack.isEmpty, comment)
        switch plan.isStrict ? .rollBack : step.onFailure {
        case .rollBack:
            try #require(report.outcome == .rolledBack, comment)
            #expect(report.fatal?.action == step.action && report.performed.count == position, comment)
        case .warn, .warnUnlessLast, .keep:
            // It fails alone, or with what needs it. All else is then taken back as it would be later.
            let fails = step.onFailure == .keep
            try #require(report.outcome == (fails ? .incomplete : .done), comment)
            #expect((fails ? report.kept : report.warnings).first?.action == step.action, comment)
            for undo in report.performed.reversed().flatMap({ $0.step?.undo ?? [] }) { try host.apply(undo) }
        }
    }

    private func plan(_ request: Request) throws -> (plan: Plan, host: Host) {
        let paths = HostPaths(rootPrefix: bed.root, ovsdb: "\(bed.directory)/ovs/db.sock")
        let host = try Host(paths: paths, datapath: facts.datapath)
        let observed = try host.observe(ObservationScope(for: request, in: model))
        return (try Planner.plan(request, model: model, facts: facts, observed: observed), host)
    }
}

extension Step {
    /// The step as far as it says what is done.
    fileprivate var withoutBefore: Step {
        var step = self
        step.before = nil
        return step
    }
}
