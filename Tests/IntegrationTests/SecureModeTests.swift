import NetConfig
import Testing

/// A bridge whose fail mode is secure forwards nothing until its controller comes.
@Suite("secure fail mode", .serialized, .needsTestBed)
struct SecureModeTests {
    @Test("the management address answers although no controller is there", arguments: ["physical", "bond"])
    func managementAnswers(_ topology: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/\(topology).dbcache")
        let pool = """
            <pool ref="pool"><other_config><vswitch-controller-fail-mode>secure</vswitch-controller-fail-mode>\
            </other_config></pool></xenserver-network-configuration>
            """
        let cache = try #require(bed.text("/var/xapi/network.dbcache"))
        try bed.write(
            cache.replacing("</xenserver-network-configuration>", with: pool), to: "/var/xapi/network.dbcache")
        let (bridge, address) = topology == "bond" ? ("xapi1", "192.0.2.20") : ("xenbr0", "192.0.2.10")

        let up = try bed.run("--management", "--force", bridge, "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.vsctl("get", "bridge", bridge, "fail_mode") == "secure")
        let flows = try bed.host("ovs-ofctl", "dump-flows", bridge).split(separator: "\n").filter {
            $0.contains("actions")
        }
        #expect(flows.count == (topology == "bond" ? 6 : 4), "\(flows)")
        #expect(flows.allSatisfy { $0.contains("priority=0") })
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches(address))

        // The flows are added when the mode changes, and not again: what a controller put there since must stay.
        try bed.host("ovs-ofctl", "del-flows", bridge)
        #expect(try bed.run("--management", "--force", bridge, "up").errors.contains("nothing to do"))
        #expect(try !bed.host("ovs-ofctl", "dump-flows", bridge).contains("actions"))
    }
}
