import Foundation
import NetConfigCore
import Testing

/// `up --confirm`: a change that is not confirmed is put back, whatever becomes of the program that made it.
@Suite("a change that is to be confirmed", .serialized, .needsTestBed)
struct CheckpointTests {
    /// A change that takes a lot away before it makes something new.
    struct Change: CustomTestStringConvertible {
        var datapath: Datapath
        var before: (topology: String, bridges: [String])
        var after: (topology: String, bridge: String)

        var testDescription: String { "\(after.topology) after \(before.topology) on \(datapath)" }

        func bed() throws -> TestBed {
            let bed = try TestBed(datapath, cache: "plan/_topologies/\(before.topology).dbcache")
            try bed.makeDirectory("/etc/sysconfig/network-scripts")
            for bridge in before.bridges { try #require(bed.run("--force", bridge, "up").status == 0) }
            try bed.use(cache: "plan/_topologies/\(after.topology).dbcache")
            return bed
        }
    }

    static let changes = [
        Change(datapath: .bridge, before: ("physical", []), after: ("physical", "xenbr0")),
        Change(datapath: .bridge, before: ("physical", ["xenbr0"]), after: ("physical-none", "xenbr0")),
        Change(datapath: .openvswitch, before: ("physical", []), after: ("physical", "xenbr0")),
        Change(datapath: .openvswitch, before: ("two-cards", ["xenbr0", "xenbr1"]), after: ("bond", "xapi1")),
        Change(datapath: .openvswitch, before: ("vlan-on-bond", ["xapi1", "xapi5"]), after: ("two-cards", "xenbr0")),
    ]

    // MARK: Confirmed or not

    @Test(arguments: changes)
    func `is put back when it is not confirmed`(_ change: Change) throws {
        let bed = try change.bed()
        let before = try bed.snapshot()
        let up = try bed.run("--force", change.after.bridge, "up", "--confirm", "2")
        #expect(up.status == 1)
        #expect(up.errors.contains("was put back") && up.errors.contains("not confirmed within 2 s"), "\(up.errors)")
        #expect(up.errors.contains("put back what was there:") && !up.errors.contains("could not be put back"))
        try bed.expectPutBack(to: before)
        let late = try bed.run("confirm")
        #expect(late.status == 1)
        #expect(late.errors.contains("no change waits to be confirmed; the change by"), "\(late.errors)")
        #expect(late.errors.contains("was put back at 20") && late.errors.contains("not confirmed within 2 s"))
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `stays when it is confirmed from elsewhere, once`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        let none = try bed.run("confirm")
        #expect(none.status == 1 && none.errors.contains("error: no change waits to be confirmed\n"), "\(none.errors)")

        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm=60")
        let directory = bed.root + "/run/interface-reconfigure"
        let checkpoint = try FileManager.default.attributesOfItem(atPath: directory + "/checkpoint.unconfirmed")
        #expect(checkpoint[.posixPermissions] as? Int == 0o600)
        let shown = try bed.run("show").output
        #expect(shown.replacing("\n", with: " ").contains(" up --confirm=60' waits to be confirmed"), "\(shown)")
        let confirm = try bed.run("confirm")
        #expect(confirm.status == 0, "\(confirm.errors)")
        #expect(confirm.output.contains("--force xenbr0 up --confirm=60' was confirmed at 20"), "\(confirm.output)")
        #expect(try up.status() == 0)
        #expect(up.errors.contains("was confirmed"), "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        #expect(try bed.isLockFree())
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == [
                "attached", "checkpoint.ended", "lock",
            ])

        let twice = try bed.run("confirm")
        #expect(twice.status == 1)
        #expect(twice.errors.contains("no change waits to be confirmed; the change by"), "\(twice.errors)")
        #expect(twice.errors.contains("was confirmed at"))
        let again = try bed.run("--force", "xenbr0", "up", "--confirm", "60")
        #expect(again.status == 0)
        #expect(again.errors.contains("nothing to do") && again.errors.contains("nothing to confirm"))
    }

    @Test(arguments: ["TERM", "INT"])
    func `is put back at once on SIGTERM and SIGINT`(_ signal: String) throws {
        let bed = try Self.changes[3].bed()
        let before = try bed.snapshot()
        let up = try bed.startUnconfirmed("--force", "xapi1", "up", "--confirm", "60")
        let start = ContinuousClock.now
        #expect(try up.interrupt(by: signal) == 1)
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(up.errors.contains("was put back") && up.errors.contains("interrupted by SIG\(signal)"), "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `is known to be put back by a caller that does not care for its children`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let careless = ["sh", "-c", #"trap '' CHLD; exec "$@""#, "sh"]
        let up = try bed.run(["--force", "xenbr0", "up", "--confirm", "1"], through: careless)
        #expect(up.status == 1 && up.errors.contains("was put back"), "\(up.errors)")
    }

    @Test
    func `keeps other runs waiting, which say for whom and until when`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        let first = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm", "60")
        for command in [["history"], ["undo", "--dry-run"]] {
            let output = try bed.run(command).output
            #expect(
                output.contains(#/up --confirm 60` waits to be confirmed and is not in the history yet/#), "\(output)")
        }
        let second = try bed.start("--force", "xenbr1", "up")
        try bed.wait("the second run says that it waits") { second.errors.contains("waiting for") }
        #expect(
            second.errors.contains(
                #/waiting for process \d+ \(.* --force xenbr0 up --confirm 60; unconfirmed until \d\d:\d\d:\d\d\) since \d\d:\d\d:\d\d to finish/#
            ), "\(second.errors)")
        #expect(second.errors.contains("process \(try bed.guardian()) ("))
        #expect(try bed.run("confirm").status == 0)
        #expect(try first.status() == 0)
        #expect(try second.status() == 0)
        #expect(try bed.device("xenbr1").isUp)
    }

    @Test
    func `is confirmed while it is still being made, as soon as that is done`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let up = try bed.start("--force", "xenbr0", "up", "--confirm", "60", "--check-gateway", "30")
        try bed.awaitStage("changed")
        let confirm = bed.exec(bed.command(["confirm"]))
        let early = try bed.shell(
            #"f=$1; shift; ("$@" >"$f" 2>&1; echo "status $?" >>"$f") >/dev/null 2>&1 & sleep 0.5; cat "$f""#,
            [bed.directory + "/early"] + confirm)
        #expect(!early.contains("status"), "it waits: \(early)")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try up.status() == 0, "\(up.errors)")
        #expect(up.errors.contains("was confirmed"), "\(up.errors)")
    }

    // MARK: Terminals

    @Test
    func `stays when the operator presses Enter, after having been told how long there is for that`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let up = try bed.startOnTerminal("--force", "xenbr0", "up", "--confirm", "60")
        try bed.wait("the time runs") { up.shown.contains("it is put back in 58 s") }
        #expect(up.shown.contains("Enter keeps the change; it is put back in 60 s"), "\(up.shown)")
        try up.type("\\n")
        #expect(try up.status() == 0, "\(up.shown)")
        #expect(up.shown.contains("was confirmed"))
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    @Test
    func `is not confirmed by an Enter that was typed before anybody asked`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        // The operator is not asked before the gateway has answered.
        let up = try bed.startOnTerminal("--force", "xenbr0", "up", "--confirm", "2", "--check-gateway", "30")
        try bed.awaitStage("changed")
        try up.type("\\n\\n")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try up.status() == 1, "\(up.shown)")
        #expect(up.shown.contains("not confirmed within 2 s"), "\(up.shown)")
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: [changes[1], changes[3]])
    func `is put back at the end of its time when its terminal hangs up`(_ change: Change) throws {
        let bed = try change.bed()
        let before = try bed.snapshot()
        let start = ContinuousClock.now
        let up = try bed.startOnTerminal("--force", change.after.bridge, "up", "--confirm", "10")
        try bed.wait("the time runs") { up.shown.contains("Enter keeps") }
        try bed.host("kill", "-KILL", "\(up.terminal)")
        try bed.wait("the program has gone with its terminal") {
            try bed.script("pgrep --ns $$ --nslist net --full '[i]nterface-reconfigure.*--confirm'").status != 0
        }
        #expect(bed.stage() == "unconfirmed")
        try bed.awaitGuardsEnd()
        #expect(ContinuousClock.now - start > .seconds(10), "not at once")
        #expect(bed.outcome.contains("was put back") && bed.outcome.contains("not confirmed within 10 s"))
        try bed.expectPutBack(to: before)
    }

    // MARK: Killed

    @Test(arguments: [changes[0], changes[4]])
    func `is put back at the end of its time when the program is killed`(_ change: Change) throws {
        let bed = try change.bed()
        let before = try bed.snapshot()
        let start = ContinuousClock.now
        let up = try bed.startUnconfirmed("--force", change.after.bridge, "up", "--confirm", "8")
        try bed.host("kill", "-KILL", "\(up.process)")
        #expect(try up.status() == 137)
        #expect(bed.stage() == "unconfirmed")
        #expect(try !bed.isLockFree())
        try bed.awaitGuardsEnd()
        #expect(ContinuousClock.now - start > .seconds(8), "not at once")
        #expect(bed.outcome.contains("not confirmed within 8 s"), "\(bed.outcome)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `stays when it is confirmed although the program was killed`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm", "30")
        try bed.host("kill", "-KILL", "\(up.process)")
        let confirm = try bed.run("confirm")
        #expect(confirm.status == 0 && confirm.output.contains("was confirmed"), "\(confirm.errors)")
        try bed.awaitGuardsEnd()
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(
        arguments: [changes[1], changes[3], changes[4]],
        ["sendmsg", "sendto", "rename"])
    func `is put back when the program is killed half way, wherever that is`(_ change: Change, _ call: String) throws {
        let bed = try change.bed()
        let before = try bed.snapshot()
        var interrupted = 0
        for number in 1... {
            let strace = [
                "strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=KILL:when=\(number)",
            ]
            let up = try bed.run(["--force", change.after.bridge, "up", "--confirm", "1"], through: strace)
            try bed.awaitGuardsEnd()
            if bed.outcome.contains("the program was killed while it changed the network") { interrupted += 1 }
            #expect(!bed.outcome.contains("could not be put back"), "call \(number): \(bed.outcome)")
            try bed.expectPutBack(to: before)
            guard up.status == 137 else {
                #expect(up.errors.contains("not confirmed within 1 s"), "\(up.errors)")
                break
            }
        }
        // On the Linux bridge the program sends nothing but netlink messages.
        #expect(interrupted > (call == "sendto" ? change.datapath == .bridge ? -1 : 0 : 1))
    }

    @Test
    func `is put back by the program when the guard is killed`() throws {
        let bed = try Self.changes[3].bed()
        let before = try bed.snapshot()
        let up = try bed.startUnconfirmed("--force", "xapi1", "up", "--confirm", "60")
        try bed.host("kill", "-KILL", "\(bed.guardian())")
        #expect(try up.status() == 1)
        #expect(up.errors.contains("was put back") && up.errors.contains("its guard was killed"), "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: ["confirm", "up"])
    func `stays when program and guard are killed, which the next run says`(_ next: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm", "60")
        try bed.host("kill", "-KILL", "\(up.process)", "\(bed.guardian())")
        try bed.wait("the lock is free") { try bed.isLockFree() }
        #expect(bed.stage() == "unconfirmed")
        if next == "confirm" {
            let confirm = try bed.run("confirm")
            #expect(confirm.status == 0)
            #expect(
                confirm.output.contains("was confirmed; its guard was found killed at"), "\(confirm.output)")
        } else {
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(up.status == 0)
            #expect(up.errors.contains("warning: the change by"), "\(up.errors)")
            #expect(up.errors.contains("was neither confirmed nor put back and remains in effect"), "\(up.errors)")
        }
        #expect(bed.stage() == nil)
        #expect(try !bed.run("--force", "xenbr0", "up").errors.contains("warning"))
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    // MARK: Guards that cannot be

    @Test
    func `is not made without a guard`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        // Only the guard begins a session.
        let strace = [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=setsid", "-e", "inject=setsid:signal=KILL",
        ]
        let up = try bed.run(["--force", "xenbr0", "up", "--confirm", "5"], through: strace)
        #expect(up.status == 1)
        #expect(up.errors.contains("nothing was changed: the guard process could not be started"), "\(up.errors)")
        #expect(up.errors.contains("signal 9"), "\(up.errors)")
        try bed.expectUntouched(since: before)
        #expect(bed.stage() == nil)

        try bed.makeDirectory("/run/interface-reconfigure/checkpoint.prepared")
        try bed.refuses(
            ["--force", "xenbr0", "up", "--confirm", "5"], saying: ["checkpoint.prepared: it is not a regular file"])
    }

    @Test
    func `leaves what a planted link leads to alone`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/run/interface-reconfigure")
        let stages = ["prepared", "changing", "changed", "unconfirmed", "confirmed", "undoing", "ended"]
        for stage in stages {
            try bed.write("precious", to: "/etc/\(stage)")
            try bed.host(
                "ln", "-s", "\(bed.root)/etc/\(stage)", "\(bed.root)/run/interface-reconfigure/checkpoint.\(stage)")
        }
        let up = try bed.run("--force", "xenbr0", "up", "--confirm", "1")
        #expect(up.status == 1 && up.errors.contains("not confirmed within 1 s"), "\(up.errors)")
        for stage in stages { #expect(bed.text("/etc/\(stage)") == "precious") }
    }

    @Test
    func `has a guard that cannot be started by hand`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.refuses(["guard"], saying: ["no change to guard was found"])
    }
}
