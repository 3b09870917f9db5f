import NetConfigCore
import Testing

/// `reset` from each kind of management network, where bonding, 802.1Q and Open vSwitch's kernel module are.
@Suite("a reset from each topology", .serialized, .needsTestBed)
struct ResetVMTests {
    private func bed(_ datapath: Datapath, _ bridge: String) throws -> TestBed {
        let bed = try TestBed(
            datapath, cache: "cache/movement.xml", nics: (0..<3).map { "52:54:00:00:00:1\($0)" })
        try bed.addNeighbour("192.0.2.1/24")
        for name in ["xenbr2", bridge] {
            let up = try bed.run((name == bridge ? ["--management"] : []) + ["--force", name, "up"])
            try #require(up.status == 0, "\(up.errors)")
        }
        try bed.makeHostOfToday()
        return bed
    }

    @Test(arguments: Datapath.allCases, ["xenbr0", "xapi0", "xapi5", "xapi6"])
    func `a static address answers at once, and a virtual machine elsewhere loses no packet`(
        _ datapath: Datapath, _ old: String
    ) throws {
        let bed = try bed(datapath, old)
        let command = TestBed.reset()
        try bed.pingingGuest(on: "xenbr2") {
            let run = try bed.run(command)
            #expect(run.status == 0, "\(run.errors)")
            try bed.expectAnswer(of: "192.0.2.10")
        }
        #expect(bed.text("/var/tmp/network-reset")?.hasPrefix("DEVICE=eth0\nMODE=static\n") == true)
        let second = try bed.run(command)
        #expect(second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)")
    }

    @Test(arguments: Datapath.allCases, ["xenbr0", "xapi0", "xapi5", "xapi6"])
    func `is put back whole where it is not confirmed`(_ datapath: Datapath, _ old: String) throws {
        let bed = try bed(datapath, old)
        try bed.takesBack(TestBed.reset("eth0", address: "192.0.2.30", "--confirm", "1"), saying: ["was put back"])
    }

    @Test(arguments: Datapath.allCases, [[], ["--vlan=5"]])
    func `a lease, an IPv6 address and a VLAN come up as well`(_ datapath: Datapath, _ tag: [String]) throws {
        let bed = try bed(datapath, "xapi6")
        let name = tag.isEmpty ? "xenbr0" : "xentemp"
        let run = try bed.run(
            ["reset", "--device=eth0", "--mode=none", "--mode-v6=static", "--ipv6=2001:db8::10/64"] + tag)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try bed.device(name).addresses.contains("2001:db8::10/64"))
        #expect(bed.text("/etc/xensource-inventory")?.contains("MANAGEMENT_INTERFACE='\(name)'\n") == true)
        guard tag.isEmpty else { return }
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.100"])
        let leased = try bed.run("reset", "--device=eth0", "--mode=dhcp")
        #expect(leased.status == 0, "\(leased.errors)")
        try bed.expectAnswer(of: "192.0.2.100")
    }
}
