@testable import NetConfigCore
import Foundation
import Testing

/// A bridge whose fail mode is secure forwards nothing until its controller comes.
@Suite("secure fail mode", .serialized, .needsTestBed)
struct SecureModeTests {
    @Test(arguments: ["physical", "bond"])
    func `the management address answers although no controller is there`(_ topology: String) throws {
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

        #expect(try bed.run("--management", "--force", bridge, "up").errors.contains("nothing to do"))

        // Flows that went, as with ovs-vswitchd, come back: nothing else passes, as long as no controller answers.
        try bed.host(
            "ovs-ofctl", "--strict", "del-flows", bridge, "priority=0,in_port=LOCAL,arp,dl_src=52:54:00:00:00:10")
        #expect(try bed.run("--management", "--force", bridge, "up").errors.contains("add 1 flow"))
        #expect(try bed.flows(of: bridge).count == flows.count)
        try bed.host("ovs-ofctl", "del-flows", bridge)
        #expect(try bed.neighbourReaches(address) == false)
        #expect(try bed.run("--management", "--force", bridge, "up").status == 0)
        #expect(try bed.flows(of: bridge).count == flows.count && bed.neighbourReaches(address))
    }

    @Test
    func `management on a VLAN answers, and a VLAN that is asked for beside it costs it nothing`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try bed.makePoolSecure()
        // The run does not ask for the management interface, and its bridge becomes secure.
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        #expect(try bed.vsctl("get-fail-mode", "xenbr0") == "secure")
        #expect(try bed.flows(of: "xenbr0").count == 4 && bed.neighbourReaches("192.0.2.10"))

        // Now the VLAN is the management interface.
        #expect(try bed.run("--management", "--force", "xapi5", "up").status == 0)
        let flows = try bed.flows(of: "xenbr0")
        #expect(flows.count == 8 && flows.count { $0.contains("vlan") } == 4, "\(flows)")
        #expect(try bed.run("--management", "--force", "xapi5", "up").errors.contains("nothing to do"))
        // The kernel that these tests run on may not have 802.1Q: the switch says what it does with a frame.
        func trace(_ packet: String) throws -> String { try bed.host("ovs-appctl", "ofproto/trace", "xenbr0", packet) }
        let mac = "52:54:00:00:00:10"
        func both() throws -> [Bool] {
            [
                try trace("in_port=eth0,dl_vlan=5,dl_dst=\(mac)").contains("actions: pop_vlan"),
                try trace("in_port=eth0,dl_vlan=5,arp,arp_op=1").contains("actions: pop_vlan"),
                try trace("in_port=xapi5,dl_src=\(mac)").contains("actions: push_vlan(vid=5"),
            ]
        }
        #expect(try both() == [true, true, true])
        #expect(try bed.neighbourReaches("192.0.2.10"), "the untagged address answers as well")
        try bed.host("ovs-ofctl", "del-flows", "xenbr0")
        #expect(try both() == [false, false, false])
    }

    @Test
    func `a bridge that its PIF alone makes secure has the flows, and a VLAN that is asked for brings them as well`()
        throws
    {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.edit("/var/xapi/network.dbcache") {
            let mode = "<vswitch-controller-fail-mode>secure</vswitch-controller-fail-mode>"
            return $0.replacing("<management>", with: "<other_config>\(mode)</other_config>\n<management>")
        }
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        #expect(try bed.vsctl("get-fail-mode", "xenbr0") == "secure")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.flows(of: "xenbr0").count == 4 && bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test
    func `a controller that is connected keeps its own flows`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try bed.makePoolSecure()
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        try bed.connectController(to: "xenbr0")
        try bed.host("ovs-ofctl", "del-flows", "xenbr0")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").errors.contains("nothing to do"))
        #expect(try bed.flows(of: "xenbr0") == [])
    }

    @Test
    func `the management address answers although the controller cannot be reached`() throws {
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

    @Test
    func
        `a run that is killed before the flows have been added is finished by the next one, whatever that is asked for`()
        throws
    {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        try bed.makePoolSecure()
        try bed.install("/usr/bin/ovs-ofctl", "kill -KILL $PPID")
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 137)
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "fail_mode") == "secure")
        #expect(try bed.flows(of: "xenbr0").isEmpty)
        try FileManager.default.removeItem(atPath: bed.root + "/usr/bin/ovs-ofctl")
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        #expect(try bed.flows(of: "xenbr0").count == 4)
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        #expect(try bed.flows(of: "xenbr0").count == 4)
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

    /// Connects a bridge to a controller that greets it, and says no more.
    func connectController(to bridge: String) throws {
        let script = """
            import socket
            listener = socket.create_server(("127.0.0.1", 6653))
            while True:
                peer = listener.accept()[0]
                peer.sendall(bytes([1, 0, 0, 8, 0, 0, 0, 0]))
                while peer.recv(4096): pass
            """
        try host("sh", "-c", "(timeout 60 python3 -c '\(script)' </dev/null >/dev/null 2>&1 &)")
        _ = try vsctl("set-controller", bridge, "tcp:127.0.0.1:6653")
        try host("sh", "-c", "for i in $(seq 50); do ss -tn | grep -q 127.0.0.1:6653 && exit; sleep 0.1; done; exit 1")
        for _ in 0..<50 where try vsctl("get", "controller", bridge, "is_connected") != "true" {
            try host("sleep", "0.2")
        }
        #expect(try vsctl("get", "controller", bridge, "is_connected") == "true")
    }

    /// The flows of a bridge, a line each.
    func flows(of bridge: String) throws -> [String] {
        try lines(host("ovs-ofctl", "dump-flows", bridge)).filter { $0.contains("actions") }
    }
}
