@testable import NetConfigCore
import Glibc
import Synchronization
import Testing

@testable import NetConfigSystem

/// Every way of ``PossibleChange``, with the real ovsdb-server and ovs-vswitchd and a proxy in between. Afterwards rows and
/// links are as before, or the report lists what is not, or the change is there.
@Suite("a change of Open vSwitch whose connection breaks", .serialized, .needsTestBed)
struct BrokenConnectionTests {
    /// Longer than the client waits for a server that is away.
    private static let forever = Duration.seconds(60)

    @Test
    func `goes every way that there is, and leaves the host as it says`() throws {
        let host = try BrokenConnectionBed()
        try inNetworkNamespace(of: host.bed) {
            try making(host)
            try waiting(host)
            try outOfTouch(host)
            try takingBack(host)
            try takenBack(host)
        }
        let missing = PossibleChange.edges.subtracting(host.edges).map(\.description).sorted()
        print("edges: ovsdb: \(PossibleChange.edges.count - missing.count) of \(PossibleChange.edges.count) forced")
        #expect(missing == [])
    }

    private func making(_ host: BrokenConnectionBed) throws {
        try host.run("undisturbed", .delete, .kept) { _ in .pass }
        try host.run("the answer is lost", .delete, .kept) { $0 == .reply(0) ? .endBefore : .pass }
        try host.run("another writer first", .set, .asBeforeBut("")) { stage in
            if stage == .ask(0) { host.write("set bridge xenbr0 other_config:a=9") }
            return .pass
        }
        try host.run("never made", .delete, .asBefore) { stage in
            if case .ask = stage { .endBefore } else { .pass }
        }
        try host.run("found, and interrupted meanwhile", .delete, .asBefore) { stage in
            guard stage == .reply(0) else { return .pass }
            host.interruptWhileAway()
            return .endBefore
        }
        try host.run("not made, and interrupted meanwhile", .delete, .asBefore) { stage in
            guard stage == .ask(0) else { return .pass }
            host.interruptWhileAway()
            return .endBefore
        }
        try host.run("partly overwritten", .set, .asBeforeBut("other_config:a is 2")) { stage in
            guard stage == .reply(0) else { return .pass }
            host.write("set bridge xenbr0 other_config:a=2")
            return .endBefore
        }
        try host.run("deleted, and made anew by another", .delete, .listed("recreated it")) { stage in
            guard stage == .reply(0) else { return .pass }
            host.write("add-br xenbr0 -- set bridge xenbr0 datapath_type=netdev other_config:theirs=1")
            return .endBefore
        }
        try host.run("undone by another", .set, .asBefore) { stage in
            guard stage == .reply(0) else { return .pass }
            host.write(BrokenConnectionBed.undo)
            return .endBefore
        }
        try host.run("away for good", .delete, .listed("may still be changed")) { stage in
            guard stage == .reply(0) else { return .pass }
            host.proxy.refuse(for: Self.forever)
            return .endBefore
        }
    }

    private func waiting(_ host: BrokenConnectionBed) throws {
        try host.run("a port that cannot be made", .breakPort, .asBefore) { _ in .pass }
        let unseen = BrokenConnectionBed.Result.asBeforeBut("ovs-vswitchd did not confirm")
        try host.run("late, and never there", .delete, unseen) { stage in
            if stage == .ask(0) { host.stopSwitch() }
            return .pass
        }
        try host.run("late, and then there", .delete, .asBefore) { stage in
            if stage == .ask(0) { host.stopSwitch() }
            if stage == .reply(1) { host.continueSwitch() }
            return .pass
        }
        let times = Mutex<[ContinuousClock.Instant]>([])
        try host.run("interrupted", .delete, unseen) { stage in
            if stage == .ask(0) { host.stopSwitch() }
            if stage == .reply(0) { host.interrupt() }
            if stage == .reply(0) || stage == .ask(1) { times.withLock { $0.append(.now) } }
            return .pass
        }
        let seen = times.withLock { $0 }
        try #require(seen.count == 2)
        #expect(seen[1] - seen[0] < .milliseconds(250), "the wait ends at once")
        try host.run("the word of ovs-vswitchd is lost", .delete, .kept) { stage in
            if case .update = stage { .lost } else { .pass }
        }
    }

    private func outOfTouch(_ host: BrokenConnectionBed) throws {
        let broken = OVSDBProxy.Stage.update(after: 0)
        try host.run("out of touch", .delete, .kept) { $0 == broken ? .endBefore : .pass }
        try host.run("out of touch, and interrupted meanwhile", .delete, .asBefore) { stage in
            guard stage == broken else { return .pass }
            host.interruptWhileAway()
            return .endBefore
        }
        try host.run("out of touch, and overwritten", .set, .asBeforeBut("other_config:a is 2")) { stage in
            guard stage == broken else { return .pass }
            host.write("set bridge xenbr0 other_config:a=2")
            return .endBefore
        }
        try host.run("out of touch, and undone by another", .set, .asBefore) { stage in
            guard stage == broken else { return .pass }
            host.write(BrokenConnectionBed.undo)
            return .endBefore
        }
        try host.run("out of touch for good", .delete, .listed("may still be changed")) { stage in
            guard stage == broken else { return .pass }
            host.proxy.refuse(for: Self.forever)
            return .endBefore
        }
    }

    /// What happens to the inverse of a change that is interrupted.
    private func inverse(
        _ host: BrokenConnectionBed, _ name: String, _ work: BrokenConnectionBed.Work,
        _ result: BrokenConnectionBed.Result,
        _ fate: @escaping @Sendable (OVSDBProxy.Stage) -> OVSDBProxy.Fate
    ) throws {
        try host.run(name, work, result) { stage in
            if stage == .ask(0) { host.stopSwitch() }
            if stage == .reply(0) { host.interrupt() }
            if stage == .ask(1) { host.continueSwitch() }
            return fate(stage)
        }
    }

    private func takingBack(_ host: BrokenConnectionBed) throws {
        try inverse(host, "the inverse does not arrive", .delete, .asBefore) { $0 == .ask(1) ? .endBefore : .pass }
        try inverse(host, "the inverse never arrives", .delete, .listed("may still be changed")) { stage in
            if case .ask(1...) = stage { .endBefore } else { .pass }
        }
        try inverse(host, "another writes before the inverse", .set, .asBeforeBut("other_config:b is 2")) { stage in
            if stage == .ask(1) { host.write("set bridge xenbr0 other_config:b=2") }
            return .pass
        }
        try inverse(host, "another always writes before it", .set, .listed("may still be changed")) { stage in
            if case .ask(let number) = stage, (1...3).contains(number) {
                host.write("set bridge xenbr0 other_config:\(["a", "b", "c"][number - 1])=2")
            }
            return .pass
        }
        for fate in [OVSDBProxy.Fate.endBefore, .endInside, .lost] {
            try inverse(host, "the inverse's answer: \(fate)", .delete, .asBefore) { $0 == .reply(1) ? fate : .pass }
        }
        // The rows are as before, and what can be known of that is told. The links are looked at.
        try inverse(host, "away for good after the inverse", .delete, .listed("may still be changed")) { stage in
            guard stage == .reply(1) else { return .pass }
            host.proxy.refuse(for: Self.forever)
            return .endBefore
        }
    }

    private func takenBack(_ host: BrokenConnectionBed) throws {
        let broken = OVSDBProxy.Stage.update(after: 1)
        try inverse(host, "out of touch with the inverse", .delete, .asBefore) { $0 == broken ? .endBefore : .pass }
        let unseen = BrokenConnectionBed.Result.asBeforeBut("ovs-vswitchd did not confirm")
        try inverse(host, "away for good with the inverse", .delete, unseen) { stage in
            guard stage == broken else { return .pass }
            host.proxy.refuse(for: Self.forever)
            return .endBefore
        }
        try inverse(host, "the word of the inverse is lost", .delete, .asBefore) { $0 == broken ? .lost : .pass }
    }
}

extension BrokenConnectionTests {
    @Test
    func `is kept when answers are lost, come late, twice or in halves, and when requests do`() throws {
        let host = try BrokenConnectionBed()
        try inNetworkNamespace(of: host.bed) {
            for fate in [OVSDBProxy.Fate.endBefore, .endInside, .endBehind, .lost, .twice] {
                try host.run("the answer: \(fate)", .delete, .kept) { $0 == .reply(0) ? fate : .pass }
            }
            for fate in [OVSDBProxy.Fate.endBefore, .endInside, .endBehind, .lost] {
                try host.run("the request: \(fate)", .delete, .kept) { $0 == .ask(0) ? fate : .pass }
            }
            try host.run("the answer comes late", .delete, .kept) { stage in
                if stage == .reply(0) { usleep(900_000) }
                return .pass
            }
            for stage in [OVSDBProxy.Stage.reply(0), .update(after: 0)] {
                try host.run("the server answers \(stage) twice", .set, .kept) { $0 == stage ? .twice : .pass }
            }
        }
    }

    @Test
    func `is made once where its request comes late: what a broken connection still carries is void`() throws {
        let host = try BrokenConnectionBed()
        try inNetworkNamespace(of: host.bed) {
            let arrived = Mutex(false)
            try host.run("the request comes late", .set, .kept) { stage in
                guard stage == .ask(0) else { return .pass }
                // Until the client has long asked again.
                usleep(1_800_000)
                arrived.withLock { $0 = true }
                return .pass
            }
            try host.bed.wait("the late request is there") { arrived.withLock { $0 } }
            usleep(200_000)
            // Others raise it by 1; the run that made the bridge did so once as well.
            #expect(try host.changesSinceReset() == 1)
        }
    }

    @Test(arguments: [0.0, 1.5])
    func `survives a restart of ovsdb-server at every point`(pause: Double) throws {
        let host = try BrokenConnectionBed()
        var limits = BrokenConnectionBed.limits
        // ovs-vswitchd looks for the server less and less often.
        (limits.absence, limits.change) = (.seconds(8), .seconds(20))
        try inNetworkNamespace(of: host.bed) {
            for stage in [OVSDBProxy.Stage.ask(0), .reply(0), .update(after: 0)] {
                try host.run("restart at \(stage)", .delete, .kept, limits: limits) { passing in
                    if passing == stage { host.restartServer(after: pause) }
                    return .pass
                }
            }
            try host.run("restart at the inverse", .delete, .asBefore, limits: limits) { stage in
                if stage == .ask(0) { host.stopSwitch() }
                if stage == .reply(0) { host.interrupt() }
                guard stage == .ask(1) else { return .pass }
                host.continueSwitch()
                host.restartServer(after: pause)
                return .pass
            }
        }
    }

    @Test
    func `leaves alone what another program writes at any point`() throws {
        let host = try BrokenConnectionBed()
        try inNetworkNamespace(of: host.bed) {
            let stages: [OVSDBProxy.Stage] = [
                .look(0), .ask(0), .reply(0), .update(after: 0), .ask(1), .reply(1), .update(after: 1),
            ]
            for (number, point) in stages.enumerated() {
                for isBroken in [false, true] {
                    let isSeen = Mutex(false)
                    try host.run("another writer at \(point), broken: \(isBroken)", .set, .any) { stage in
                        if number > 3, stage == .ask(0) { host.stopSwitch() }
                        if number > 3, stage == .reply(0) { host.interrupt() }
                        if stage == .ask(1) { host.continueSwitch() }
                        guard stage == point,
                            !isSeen.withLock({ old in
                                defer { old = true }; return old
                            })
                        else {
                            return .pass
                        }
                        host.write("set bridge xenbr0 external_ids:theirs=1 other_config:theirs=1")
                        return isBroken ? .endBefore : .pass
                    }
                    let theirs = try host.bed.vsctl(
                        "get", "bridge", "xenbr0", "external_ids:theirs", "other_config:theirs")
                    #expect(theirs == "\"1\"\n\"1\"", "\(point), broken: \(isBroken)")
                    let mode = try host.bed.vsctl(
                        "--if-exists", "get", "bridge", "xenbr0", "fail_mode", "other_config:d")
                    #expect(
                        mode == "standalone" || mode == "secure\n\"1\"", "\(point): half a change: \(mode)")
                }
            }
        }
    }

    @Test(arguments: [1, 2])
    func `is taken back at once when the program gets a signal, and a second one does not stop that`(count: Int) throws
    {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        let before = try bed.snapshot()
        let pid = try bed.host("cat", "\(bed.directory)/ovs/ovs-vswitchd.pid").filter(\.isNumber)
        try bed.host("kill", "-STOP", pid)
        let run = try bed.start("--force", "xenbr0", "down")
        try bed.wait("the run says what it waits for") { run.errors.contains("waiting for ovs-vswitchd to make the") }
        let start = ContinuousClock.now
        try bed.host("kill", "-TERM", "\(run.process)")
        // The wait has ended then, and not because ovs-vswitchd went on.
        usleep(400_000)
        if count > 1 { try bed.host("kill", "-TERM", "\(run.process)") }
        try bed.host("kill", "-CONT", pid)
        #expect(try run.status() == 1, "\(run.errors)")
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(run.errors.contains("interrupted by SIGTERM; the change was put back"), "\(run.errors)")
        #expect(!run.errors.contains("could not be put back"), "\(run.errors)")
        try bed.expectPutBack(to: before)
    }
}
