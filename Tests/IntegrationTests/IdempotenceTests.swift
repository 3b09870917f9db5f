import Foundation
import NetConfigCore
import Testing

/// "Nothing is changed that already is right", counted at the system calls.
@Suite("a second up", .serialized, .needsTestBed)
struct IdempotenceTests {
    /// A network to bring up.
    struct Case: CustomTestStringConvertible {
        var datapath: Datapath
        var topology: String
        var bridge: String

        var testDescription: String { "\(topology) on \(datapath)" }

        init(_ datapath: Datapath, _ topology: String, _ bridge: String) {
            self.datapath = datapath
            self.topology = topology
            self.bridge = bridge
        }
    }

    @Test(arguments: [
        Case(.openvswitch, "physical", "xenbr0"), Case(.openvswitch, "physical-dhcp", "xenbr0"),
        Case(.openvswitch, "bond", "xapi1"), Case(.openvswitch, "vlan-on-bond", "xapi5"),
        Case(.bridge, "physical", "xenbr0"), Case(.bridge, "physical-dhcp", "xenbr0"),
        Case(.bridge, "bridgeless", "eth0"),
    ])
    func `only asks: no changing message, no operation but select, no file, no program, no signal`(_ network: Case)
        throws
    {
        let bed = try TestBed(network.datapath, cache: "plan/_topologies/\(network.topology).dbcache")
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        try bed.bed(["dhcp-server", bed.directory])
        let first = try bed.run("--force", network.bridge, "up")
        #expect(first.status == 0, "\(first.errors)")
        let before = try bed.snapshot()

        let (second, trace) = try bed.traced("--force", network.bridge, "up")
        #expect(second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)")
        #expect(trace.netlink.contains { $0.contains("RTM_GETLINK") }, "the trace shows what was asked")
        #expect(trace.netlinkChanges == [])
        #expect(Set(trace.databaseOperations) == (network.datapath == .openvswitch ? ["select"] : []))
        #expect(trace.fileChanges == [])
        #expect(trace.programs == [])
        #expect(trace.signals == [])
        // The same as seen from outside, with the revision of the database and the client's process.
        try bed.expectUntouched(since: before)
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `is counted by means that see what a first up does`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/sbin")
        try bed.write("#!/bin/sh\necho issued >\(bed.root)/issue\n", to: "/sbin/update-issue")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bed.root)/sbin/update-issue")
        let before = try bed.snapshot()
        let (first, trace) = try bed.traced("--force", "xenbr0", "up")
        #expect(first.status == 0, "\(first.errors)")
        #expect(trace.netlinkChanges.contains { $0.contains("RTM_NEWLINK") })
        #expect(trace.databaseOperations.contains("insert") == (datapath == .openvswitch))
        #expect(trace.fileChanges.contains { $0.contains("/run/interface-reconfigure/attached") })
        #expect(trace.programs.contains { $0.contains("/sbin/update-issue") })
        let changes = try bed.snapshot().changes(since: before)
        for part in ["xenbr0: number", "xenbr0 address 192.0.2.10", "eth0 flags", "issued"] {
            #expect(changes.contains { $0.contains(part) }, "\(part)")
        }
        #expect(changes.contains { $0.hasPrefix("+ next_cfg") } == (datapath == .openvswitch))
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `loses no packet of a ping through the bridge`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try bed.pinging("192.0.2.10") {
            for _ in 0..<5 {
                let up = try bed.run("--force", "xenbr0", "up")
                #expect(up.status == 0)
            }
        }
    }

    @Test
    func `of what is below a VLAN loses no packet of the VLAN, and neither does its down`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-on-bond.dbcache")
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        try bed.bed(["vlan", bed.directory, "5", "198.51.100.1/24"])
        #expect(try bed.neighbourReaches("198.51.100.5"))
        try bed.pinging("198.51.100.5") {
            for verb in ["up", "up", "down"] {
                let run = try bed.run("--force", "xapi1", verb)
                #expect(run.status == 0)
            }
        }
    }
}
