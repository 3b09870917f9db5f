import Foundation
import NetConfigCore
import Testing

/// A signal asks a run once to put back what it has done. Whatever comes after it, to the whole process group as well, does
/// not cut that short, and the program says all of it before it ends.
@Suite("more signals while a run puts back", .serialized, .needsTestBed)
struct SecondSignalTests {
    @Test(arguments: Datapath.allCases, ["up", "down"])
    func `do not keep it from putting everything back, at whatever message to the kernel they come`(
        _ datapath: Datapath, _ verb: String
    ) throws {
        let bed = try TestBed(datapath, cache: "cache/everything.xml")
        let command = ["--force", "xenbr0", verb]
        func prepare() throws {
            try #require(bed.run("--force", "xenbr0", verb == "up" ? "down" : "up").status == 0)
        }
        for each in ["up", "down"] { try #require(bed.run("--force", "xenbr0", each).status == 0) }
        try prepare()
        let before = try bed.snapshot()
        let trace = try bed.traced(command).trace
        try prepare()
        let messages = trace.calls.filter { $0.contains("sendmsg(") }
        let changing = messages.indices.filter { trace.netlinkChanges.contains(messages[$0]) }
        var interrupted = 0
        for message in changing {
            // The first asks for the roll back, and each message of that brings another one.
            let inject = ["-e", "inject=sendmsg:signal=TERM:when=\(message + 1)+"]
            // A process that is started is no message, so these come while children run, too.
            let more = ["-e", "inject=vfork,clone,clone3:signal=HUP", "-e", "inject=clock_nanosleep:signal=INT"]
            let result = try bed.traced(command, options: inject + (interrupted.isMultiple(of: 2) ? [] : more)).result
            if result.status == 0 {
                try prepare()
                continue
            }
            interrupted += 1
            #expect(result.status == 1, "it ends by itself: \(result.errors)")
            #expect(result.errors.contains("interrupted by SIG"), "\(result.errors)")
            #expect(result.errors.contains(#/error: (?s:.*)(?:put back what was there|no earlier action)/#))
            #expect(!result.errors.contains("could not be put back"), "\(result.errors)")
            try bed.expectPutBack(to: before)
        }
        print("second signals: \(verb) on \(datapath): \(interrupted) of \(changing.count), all put back")
        #expect(interrupted > 0)
    }

    @Test(arguments: [["INT", "INT"], ["TERM", "TERM"], ["HUP", "TERM"], ["INT", "HUP", "TERM"]])
    func `leave a DHCP client that was ended its turn, with its address`(_ signals: [String]) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        let clients = try bed.clientsAtWork()
        try bed.use(cache: "plan/_topologies/bond.dbcache")
        let before = try bed.snapshot()
        // Here no bond can be had of the kernel's datapath, after the client had to make room for it.
        bed.datapathType = "system"
        // The server takes its time, so that the signals come before it has given the address again.
        try bed.pauseDHCPServer()
        let run = try bed.start(["--force", "xapi1", "up"], through: ["setsid"])
        try bed.wait("the client is started again") {
            try !bed.clientsAtWork().subtracting(clients).isEmpty
        }
        for signal in signals {
            try bed.host("kill", "-\(signal)", "--", "-\(run.process)")
            try bed.host("sleep", "0.3")
        }
        #expect(!run.hasEnded, "\(run.errors)")
        try bed.resumeDHCPServer()
        #expect(try run.status() == 1, "\(run.errors)")
        #expect(
            run.errors.contains("could not set up") && run.errors.contains("put back what was there"), "\(run.errors)")
        #expect(!run.errors.contains("could not be put back"), "\(run.errors)")
        try bed.expectPutBack(to: before)
        #expect(try bed.device("xenbr0").addresses.first?.hasPrefix("192.0.2.") == true)
    }

    @Test
    func `leave it so when the terminal hangs up`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        let clients = try bed.clientsAtWork()
        try bed.use(cache: "plan/_topologies/bond.dbcache")
        let before = try bed.snapshot()
        bed.datapathType = "system"
        try bed.pauseDHCPServer()
        let run = try bed.startOnTerminal("--force", "xapi1", "up")
        try bed.wait("the client is started again") {
            try !bed.clientsAtWork().subtracting(clients).isEmpty
        }
        try run.type("\\003")
        try bed.host("sleep", "0.3")
        try bed.host("kill", "-KILL", "\(run.terminal)")
        try bed.host("sleep", "0.3")
        try bed.resumeDHCPServer()
        try bed.wait("the program has ended") { try bed.isLockFree() }
        try bed.expectPutBack(to: before)
        #expect(try bed.device("xenbr0").addresses.first?.hasPrefix("192.0.2.") == true)
    }

    @Test
    func `and one while others overtake a change: the run does not plan again`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        // Each message to the database takes a second, so that there is time to write between look and change.
        let slowly = ["strace", "-qq", "-o", "/dev/null", "-e", "inject=sendto:delay_enter=1500ms:when=2"]
        for signal in [nil, "TERM", "HUP"] as [String?] {
            _ = try bed.vsctl("--if-exists", "del-port", "theirs")
            let run = try bed.start(["--force", "xenbr0", "down"], through: ["setsid"] + slowly)
            try bed.host("sleep", "0.7")
            _ = try bed.vsctl("add-port", "xenbr0", "theirs", "--", "set", "interface", "theirs", "type=internal")
            let before = try bed.snapshot()
            guard let signal else {
                #expect(try run.status() == 0, "\(run.errors)")
                #expect(run.errors.contains("planning again"), "the test hits what it is meant to: \(run.errors)")
                try #require(bed.run("--force", "xenbr0", "up").status == 0)
                continue
            }
            // To the program and not to strace, which holds it until the call that it delays is over.
            try bed.host("pkill", "-\(signal)", "--session", "\(run.process)", "--full", "^[^ ]*interface-reconfigure")
            #expect(try run.status() == 1, "\(run.errors)")
            #expect(run.errors.contains("interrupted by SIG\(signal)"), "\(run.errors)")
            #expect(!run.errors.contains("planning again"))
            try bed.expectPutBack(to: before)
        }
    }
}

extension TestBed {
    /// The processes of DHCP clients; one that waits for a lease is two.
    func clientsAtWork() throws -> Set<Int> {
        // Not the one that releases a lease.
        Set(try dhcpClients().filter { !$0.value.split(separator: " ").contains("-r") }.keys)
    }

    /// Has the DHCP server give no answer for a while.
    func pauseDHCPServer() throws { try signalDHCPServer("STOP") }

    /// Has it answer again.
    func resumeDHCPServer() throws { try signalDHCPServer("CONT") }

    private func signalDHCPServer(_ signal: String) throws {
        let process = try host("cat", "\(directory)/dnsmasq.pid").filter(\.isNumber)
        try host("kill", "-\(signal)", process)
    }
}
