import Foundation
import NetConfig
import Testing

/// A bridge whose fail mode is secure forwards nothing until its controller comes.
@Suite("secure fail mode", .serialized, .needsTestBed)
struct SecureModeTests {
    @Test("the management address answers although no controller is there", arguments: ["physical", "bond"])
    func managementAnswers(_ topology: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/\(topology).dbcache")
        try bed.makePoolSecure()
        let (bridge, address) = topology == "bond" ? ("xapi1", "192.0.2.20") : ("xenbr0", "192.0.2.10")

        let up = try bed.run("--management", "--force", bridge, "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.vsctl("get", "bridge", bridge, "fail_mode") == "secure")
        let flows = try bed.flows(of: bridge)
        #expect(flows.count == (topology == "bond" ? 6 : 4), "\(flows)")
        #expect(flows.allSatisfy { $0.contains("priority=0") })
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches(address))

        // The flows are added when the mode changes, and not again: what a controller put there since must stay.
        try bed.host("ovs-ofctl", "del-flows", bridge)
        #expect(try bed.run("--management", "--force", bridge, "up").errors.contains("nothing to do"))
        #expect(try bed.flows(of: bridge) == [])
    }

    @Test("the management address answers although the controller cannot be reached")
    func controllerOutOfReach() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        _ = try bed.vsctl("set-controller", "xenbr0", "tcp:192.0.2.250:6653")
        try bed.makePoolSecure()
        let up = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.vsctl("get-fail-mode", "xenbr0") == "secure")
        #expect(try bed.vsctl("get-controller", "xenbr0") == "tcp:192.0.2.250:6653", "the controller is not ours")
        #expect(try bed.vsctl("get", "controller", "xenbr0", "is_connected") == "false")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        // Without the four flows nothing would get through.
        try bed.host("ovs-ofctl", "del-flows", "xenbr0")
        #expect(try bed.neighbourReaches("192.0.2.10") == false)
    }

    @Test("a run that is killed before the flows are there is finished by the next one, whatever comes between")
    func killed() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        try bed.makePoolSecure()
        let note = VswitchPluginPaths.pendingFlows
        try bed.install("/usr/bin/ovs-ofctl", "kill -KILL $PPID")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 137)
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "fail_mode") == "secure")
        #expect(try bed.flows(of: "xenbr0").isEmpty && bed.text(note) == "xenbr0\n")
        try FileManager.default.removeItem(atPath: bed.root + "/usr/bin/ovs-ofctl")
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        #expect(try bed.flows(of: "xenbr0").isEmpty && bed.text(note) == "xenbr0\n")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        #expect(try bed.flows(of: "xenbr0").count == 4 && bed.text(note) == nil)
        #expect(try bed.run("--management", "--force", "xenbr0", "up").errors.contains("nothing to do"))
    }
}

extension TestBed {
    /// Has the records say that the pool's bridges forward nothing while their controller is away.
    func makePoolSecure() throws {
        let pool = """
            <pool ref="pool"><other_config><vswitch-controller-fail-mode>secure</vswitch-controller-fail-mode>\
            </other_config></pool></xenserver-network-configuration>
            """
        try edit("/var/xapi/network.dbcache") { $0.replacing("</xenserver-network-configuration>", with: pool) }
    }

    /// The flows of a bridge, a line each.
    func flows(of bridge: String) throws -> [String] {
        try lines(host("ovs-ofctl", "dump-flows", bridge)).filter { $0.contains("actions") }
    }
}
