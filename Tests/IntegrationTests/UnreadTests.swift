@testable import NetConfigCore
import Foundation
import Testing

/// A log that is not taken, and a standard error that is not read, cost seconds and lines, and never the change.
@Suite("words that are not read", .serialized, .needsTestBed)
struct UnreadTests {
    private static let limit = Duration.seconds(15)

    /// A command to which the kernel refuses, late, something that it must have, so that it takes everything back.
    private func refusing(_ arguments: [String], on bed: TestBed) throws -> [String] {
        // The same change elsewhere tells which message that is; the last two announce and tidy up.
        let elsewhere = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let trace = try elsewhere.traced(arguments).trace
        let messages = trace.calls.filter { $0.contains("sendmsg(") }
        let changing = messages.indices.filter { trace.netlinkChanges.contains(messages[$0]) }
        let message = try #require(changing.dropLast(2).last) + 1
        let inject = "inject=sendmsg:error=ENOMEM:when=\(message)"
        return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", inject] + bed.command(arguments)
    }

    // MARK: syslog

    @Test(arguments: [Unread.Daemon.stuck, .stuckStream])
    func `a log daemon that has stopped reading does not stop up and down`(_ how: Unread.Daemon) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.startLogDaemon(how)
        for verb in ["up", "down"] {
            let start = ContinuousClock.now
            let run = try bed.run(command: ["timeout", "60"] + bed.loggingCommand(["--force", "xenbr0", verb]))
            #expect(run.status == 0, "\(run.errors)")
            #expect(ContinuousClock.now - start < Self.limit)
            #expect(
                run.errors.contains(#/^warning: \d+ lines are missing in syslog: its daemon does not read them\n$/#))
            #expect(try bed.devices()["xenbr0"]?.addresses == (verb == "up" ? ["192.0.2.10/24"] : nil))
        }
    }

    @Test
    func `nor the roll back, nor the signal that asks for it`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.startLogDaemon(.stuck)
        let before = try bed.snapshot()
        // There is no server to give a lease.
        let run = try bed.start(command: bed.loggingCommand(["--force", "xenbr0", "up"]))
        try bed.wait("the client runs") { try !bed.dhcpClients().isEmpty }
        let start = ContinuousClock.now
        #expect(try run.interrupt() == 1)
        #expect(ContinuousClock.now - start < Self.limit)
        #expect(run.errors.contains("interrupted by SIGTERM") && run.errors.contains("put back what was there"))
        #expect(run.errors.contains("are missing in syslog"))
        try bed.expectPutBack(to: before)
    }

    @Test
    func `a daemon that reads again is told how much it has missed`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.startLogDaemon(.late)
        let run = try bed.start(command: bed.loggingCommand(["-v", "--force", "xenbr0", "up"]))
        try bed.wait("the client runs") { try !bed.dhcpClients().isEmpty }
        // It reads by now.
        try bed.wait("the daemon reads") { bed.log.contains("filler") }
        #expect(try run.interrupt() == 1)
        #expect(
            bed.log.contains(#/<28>.*\]: \d+ lines are missing here: its daemon does not read them\n/#), "\(bed.log)")
        #expect(bed.log.contains("interrupted by SIGTERM"))
        #expect(run.errors.contains("are missing in syslog"), "\(run.errors)")
    }

    @Test(arguments: [Unread.Daemon.reading, .readingStream])
    func `a daemon that reads gets every line, as syslog(3) writes them`(_ how: Unread.Daemon) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.startLogDaemon(how)
        let run = try bed.run(command: bed.loggingCommand(["--force", "xenbr0", "up"]))
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        try bed.wait("all is there") { bed.log.contains("up xenbr0 done in") }
        let form = #/<(?:27|28|30|31)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d interface-reconfigure\[\d+\]: .+/#
        for line in bed.lines(bed.log) { #expect(line.wholeMatch(of: form) != nil, "\(line)") }
        #expect(bed.log.contains("]: Called as ") && !bed.log.contains("missing"))
    }

    @Test
    func `a daemon that is started again meanwhile gets the rest`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.startLogDaemon(.reading)
        let run = try bed.start(command: bed.loggingCommand(["--force", "xenbr0", "up"]))
        try bed.wait("the client runs") { try !bed.dhcpClients().isEmpty }
        try bed.host("pkill", "-KILL", "--full", "^python3 .*\(bed.directory)/syslog ")
        try bed.startLogDaemon(.reading)
        #expect(try run.interrupt() == 1)
        #expect(bed.log.contains("]: Called as ") && bed.log.contains("interrupted by SIGTERM"), "\(bed.log)")
        #expect(!bed.log.contains("missing") && !run.errors.contains("missing"), "\(run.errors)")
    }

    // MARK: Standard error

    @Test(arguments: ["pipe", "terminal"], ["up", "down"])
    func `a standard error that is not read does not stop a run`(_ how: String, _ verb: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        if verb == "down" { try #require(bed.run("--force", "xenbr0", "up").status == 0) }
        let command = bed.unheard(how, bed.command(["-v", "--force", "xenbr0", verb]))
        #expect(try bed.run(command: command).status == 0)
        #expect(try bed.devices()["xenbr0"]?.addresses == (verb == "up" ? ["192.0.2.10/24"] : nil))
        #expect(!bed.unheard.contains("done in"), "the test hits what it is meant to: \(bed.unheard)")
    }

    @Test(arguments: ["pipe", "terminal"])
    func `nor the roll back`(_ how: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let command = try bed.unheard(how, refusing(["-v", "--force", "xenbr0", "up", "--strict"], on: bed))
        #expect(try bed.run(command: command).status == 1)
        try bed.expectPutBack(to: before)
    }

    @Test
    func `one that is read again says how many lines are missing`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        let pipe = "\(bed.directory)/pipe"
        // The first reader comes when all patience is gone.
        let script = #"""
            p=$1; shift; mkfifo "$p"; exec 9<>"$p"; dd if=/dev/zero of="$p" bs=4096 oflag=nonblock status=none 2>/dev/null
            "$@" 2>"$p" 9<&- & child=$!
            sleep 8; (timeout 3 cat <&9 | tr -d '\0' >"$p.text") & kill -TERM $child; wait $child; status=$?; wait; exit $status
            """#
        let command = bed.command(["-v", "--force", "xenbr0", "up"])
        let run = try bed.run(command: ["sh", "-c", script, "sh", pipe] + command)
        let text = try String(contentsOfFile: pipe + ".text", encoding: .utf8)
        #expect(run.status == 1)
        #expect(text.contains(#/warning: \d+ lines could not be written here\n/#), "\(text)")
        #expect(text.contains("interrupted by SIGTERM"))
    }

    @Test(arguments: ["2>&-", "2>/dev/full"])
    func `a closed one neither`(_ redirection: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        for verb in ["up", "down"] {
            let command = bed.command(["-v", "--force", "xenbr0", verb]).joined(separator: " ")
            #expect(try bed.script("\(command) \(redirection)").status == 0)
        }
    }

    // MARK: The guard

    @Test
    func `the guard puts back with a log that is full and a standard error that is not read, the program alive or not`()
        throws
    {
        for isKilled in [false, true] {
            let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
            try bed.startLogDaemon(.stuck)
            let before = try bed.snapshot()
            let command = bed.loggingCommand(["-v", "--force", "xenbr0", "up", "--confirm", "2"])
            let run = try bed.start(command: bed.unheard("pipe", command, within: 60))
            try bed.awaitStage("unconfirmed")
            if isKilled {
                try bed.host("pkill", "-KILL", "--parent", "\(run.process)")
            }
            let start = ContinuousClock.now
            try bed.wait("it is put back") { try bed.devices()["xenbr0"] == nil }
            #expect(ContinuousClock.now - start < .seconds(6), "before anything is said")
            try bed.awaitGuardsEnd()
            #expect(bed.outcome.contains("was put back") && bed.outcome.contains("not confirmed within 2 s"))
            try bed.expectPutBack(to: before)
            #expect(try run.status() == (isKilled ? 137 : 1))
        }
    }

    @Test
    func `the guard puts back on a full disk, and says so`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let directory = "\(bed.root)/run/interface-reconfigure"
        try bed.host("mkdir", "-p", "-m", "755", directory)
        try bed.host("mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "none", directory)
        let before = try bed.snapshot()
        let run = try bed.start("--force", "xenbr0", "up", "--confirm", "3")
        // The host alone sees what is in that directory.
        try bed.wait("it waits to be confirmed") {
            run.errors.contains("waiting 3 s for 'interface-reconfigure confirm'")
        }
        _ = try bed.script("dd if=/dev/zero of=\(directory)/filler bs=4096 2>/dev/null")
        #expect(try run.status() == 1)
        #expect(run.errors.contains("not confirmed within 3 s"), "\(run.errors)")
        try bed.host("rm", "\(directory)/filler")
        try bed.expectPutBack(to: before)
    }
}
