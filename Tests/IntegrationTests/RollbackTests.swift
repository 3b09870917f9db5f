import Foundation
import NetConfigCore
import Testing

/// What cannot be finished is taken back: the host is set as it was before.
@Suite("a run that fails half way", .serialized, .needsTestBed)
struct RollbackTests {
    /// Where a run may be hit: what is there before, and what is then asked for.
    struct Change: CustomTestStringConvertible {
        var datapath: Datapath
        var before: [String]
        var topology: String
        var arguments: [String]

        var testDescription: String { "\(arguments.joined(separator: " ")) of \(topology) on \(datapath)" }

        func bed() throws -> TestBed {
            let bed = try TestBed(datapath, cache: "plan/_topologies/\(topology).dbcache")
            for bridge in before { try #require(bed.run("--force", bridge, "up").status == 0) }
            return bed
        }
    }

    private static let changes = [
        Change(datapath: .bridge, before: [], topology: "physical", arguments: ["--force", "xenbr0", "up"]),
        Change(datapath: .bridge, before: ["xenbr0"], topology: "physical", arguments: ["--force", "xenbr0", "down"]),
        Change(
            datapath: .openvswitch, before: ["xenbr0", "xenbr1"], topology: "bond",
            arguments: ["--force", "xapi1", "up"]),
        Change(
            datapath: .openvswitch, before: ["xapi1", "xapi5"], topology: "vlan-on-bond",
            arguments: ["--force", "xenbr0", "up"]),
    ]

    @Test(arguments: changes)
    func `goes on without a detail that the kernel refuses, and says so`(_ change: Change) throws {
        let arguments = change.arguments
        func steps(_ bed: TestBed) throws -> [Substring] {
            try bed.run(arguments + ["--dry-run"]).output.split(separator: "\n").filter { $0.contains("  # ") }
        }
        let plan = try steps(change.bed())
        var counts = [0, 0, 0]
        var hasNetwork = false
        // The last one tidies up after an announcement: nothing depends on it.
        for message in try changingMessages(of: arguments, change).dropLast() {
            let bed = try change.bed()
            let before = try bed.snapshot()
            hasNetwork = try bed.devices().contains { $0.key.hasPrefix("x") && !$0.value.addresses.isEmpty }
            let fault = ["-e", "inject=sendmsg:error=ENOMEM:when=\(message + 1)"]
            let (run, _) = try bed.traced(arguments, options: fault)
            #expect(run.errors.contains("annot allocate memory"), "\(run.errors)")
            if run.status == 0 {
                counts[0] += 1
                #expect(run.errors.contains(" with 1 warning\n") || run.errors.contains(" with 2 warnings\n"))
            } else if run.errors.contains("everything else was done and is kept") {
                counts[1] += 1
            } else {
                counts[2] += 1
                try bed.expectPutBack(to: before)
                continue
            }
            // What was left out is what the next run does, and all that it does.
            let next = try steps(bed)
            #expect(next.count < plan.count, "\(next)")
            #expect(try bed.run(arguments).status == 0)
            #expect(try steps(bed).isEmpty)
        }
        #expect(counts[2] > 0 && (change.arguments.contains("down") || counts[0] > 0), "\(counts)")
        // Only a host that had no address has nothing to get back.
        #expect((counts[1] > 0) == (!hasNetwork && arguments.contains("up")), "\(counts)")
    }

    /// Which messages of a change change something, as the same change elsewhere tells.
    private func changingMessages(of arguments: [String], _ change: Change) throws -> [Int] {
        let trace = try change.bed().traced(arguments).trace
        let messages = trace.calls.filter { $0.contains("sendmsg(") }
        let changing = messages.indices.filter { trace.netlinkChanges.contains(messages[$0]) }
        try #require(changing.count > 1)
        return changing
    }

    @Test(arguments: changes)
    func `puts everything back with --strict, whichever change the kernel refuses`(_ change: Change) throws {
        let arguments = change.arguments + ["--strict"]
        let changing = try changingMessages(of: arguments, change)
        let bed = try change.bed()
        let before = try bed.snapshot()
        for message in changing {
            let fault = ["-e", "inject=sendmsg:error=ENOMEM:when=\(message + 1)"]
            let (run, _) = try bed.traced(arguments, options: fault)
            if run.status == 0 {
                // The last one tidies up after an announcement: nothing depends on it.
                #expect(message == changing.last, "\(run.errors)")
                break
            }
            #expect(run.errors.contains("annot allocate memory"), "\(run.errors)")
            #expect(!run.errors.contains("could not be put back"), "\(run.errors)")
            try bed.expectPutBack(to: before)
        }
    }

    @Test
    func `gives a network that had to make room its DHCP client back, with its address and route`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let client = try bed.dhcpClient()
        try bed.use(cache: "plan/_topologies/bond.dbcache")
        bed.datapathType = "system"
        try bed.takesBack(["--force", "xapi1", "up"], saying: ["could not set up", "put back what was there"])
        #expect(try bed.dhcpClient() != client, "it was ended and started again")
    }

    @Test
    func `gives a network that had to make room its address and route back`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.use(cache: "plan/_topologies/bond.dbcache")
        bed.datapathType = "system"
        try bed.takesBack(["--force", "xapi1", "up"], saying: ["could not set up", "put back what was there"])
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `puts everything back where the kernel has no bonds`() throws {
        let bed = try TestBed(.bridge, cache: "cache/installer.xml", nics: ["02:00:00:00:10:00", "02:00:00:00:10:01"])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        // Where it has some this is a test of the probe; LinuxBridgeVMTests has the rest.
        guard try bed.script("ip link add name probe type bond && ip link delete probe").status != 0 else { return }
        try bed.takesBack(
            ["--management", "--force", "xapi1", "up"],
            saying: ["error: create bond bond0", "operation not supported", "put back what was there"])
    }

    @Test
    func `takes rows back that Open vSwitch cannot make devices of: here is no datapath in the kernel`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        bed.datapathType = "system"
        try bed.takesBack(["--force", "xenbr0", "up"], saying: ["ovs-vswitchd could not set up eth0"])
        #expect(try bed.vsctl("list-br") == "")
        bed.datapathType = "netdev"
        #expect(try bed.run("--force", "xenbr0", "up").status == 0, "nothing is left that is in the way")
    }

    @Test
    func `gives up after 20 s without ovs-vswitchd`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try bed.bed(["vswitchd-stop", bed.directory])
        let start = ContinuousClock.now
        try bed.takesBack(
            ["--force", "xenbr0", "up"],
            saying: [
                "waiting for ovs-vswitchd to make the change, at most 20 s\n",
                "ovs-vswitchd did not finish the change within 20 s", "the change was put back",
            ])
        #expect((.seconds(19)...(.seconds(26))).contains(ContinuousClock.now - start))
        try bed.bed(["vswitchd-start", bed.directory])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
    }

    @Test
    func `ends cleanly on SIGTERM, and a run that waits for it names it meanwhile`() throws {
        // No server answers this client, so the first run waits.
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        let before = try bed.snapshot()
        let first = try bed.start("--force", "xenbr0", "up")
        try bed.wait("the client runs") { try bed.script("pgrep --ns $$ --nslist net dhclient").status == 0 }
        let second = try bed.start("--force", "xenbr0", "down")
        try bed.wait("the second run says that it waits") { second.errors.contains("waiting for") }
        #expect(second.errors.contains("waiting for process \(first.process) ("), "\(second.errors)")
        #expect(second.errors.contains("--force xenbr0 up) since "), "\(second.errors)")
        #expect(second.errors.contains(" to finish, at most 120 s\n"), "\(second.errors)")
        try bed.wait("the first run says what for") { first.errors.contains("waiting for a DHCP lease on xenbr0, at") }
        #expect(try second.interrupt() == 1)
        #expect(try bed.devices()["xenbr0"] != nil, "it never had its turn")

        #expect(try first.interrupt() == 1)
        #expect(first.errors.contains("SIGTERM") && first.errors.contains("put back what was there"), "\(first.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `is none when another run finishes in time: the second one takes its turn`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        let runs = try ["xenbr0", "xenbr1", "xenbr0", "xenbr1"].map { try bed.start("--force", $0, "up") }
        for run in runs { #expect(try run.status() == 0, "\(run.errors)") }
        for bridge in ["xenbr0", "xenbr1"] { #expect(try bed.device(bridge).isUp) }
        #expect(bed.text("/run/interface-reconfigure/attached") == "xenbr0\nxenbr1\n")
    }

    @Test
    func `says without privileges what it may not do`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let up = try bed.run(["--force", "xenbr0", "up"], through: nobody)
        #expect(up.status == 1)
        #expect(up.errors.contains("permission denied"), "\(up.errors)")
        try bed.expectUntouched(since: before)
    }
}
