@testable import NetConfigCore
import Foundation
import Testing

/// What others have changed on the bridges of Open vSwitch that are ours, or have done with ours in theirs.
@Suite("our own rows in the field", .serialized, .needsTestBed)
struct OwnPortTrialTests {
    private static let verdict = "all attached networks are as configured\n"

    /// A host with a card's network and a static VLAN on it, both up.
    private func bed() throws -> TestBed {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        for bridge in ["xenbr0", "xapi5"] {
            let result = try bed.run("--force", bridge, "up")
            #expect(result.status == 0, "\(result.errors)")
        }
        return bed
    }

    @Test(arguments: [
        "port xenbr0 tag=7", "port xenbr0 vlan_mode=trunk trunks=9", "port xenbr0 vlan_mode=native-tagged tag=7",
        "bridge xenbr0 stp_enable=true", "bridge xenbr0 rstp_enable=true", "port xapi5 vlan_mode=trunk",
        "port xapi5 trunks=9", "port xapi5 vlan_mode=native-tagged",
    ])
    func `rows of our own ports and bridges that stop frames are put right`(_ change: String) throws {
        let bed = try bed()
        _ = try bed.host(["ovs-vsctl", "set"] + change.split(separator: " ").map(String.init))
        let bridge = change.contains("xapi5") ? "xapi5" : "xenbr0"
        let before = try bed.run("show", bridge).output
        #expect(!before.hasSuffix(Self.verdict), "\(before)")
        try bed.pinging(bridge == "xapi5" ? "192.0.2.10" : nil) {
            let result = try bed.run("--force", bridge, "up")
            #expect(result.status == 0 && !result.errors.contains("nothing to do"), "\(result.errors)")
        }
        #expect(try bed.neighbourReaches("192.0.2.10"))
        let again = try bed.run("--force", bridge, "up")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        let after = try bed.run("show", bridge).output
        #expect(after.hasSuffix(Self.verdict), "\(after)")
    }

    @Test
    func `an Open vSwitch without ovs-vswitchd is not as it should be`() throws {
        let bed = try bed()
        try bed.bed(["vswitchd-stop", bed.directory])
        let show = try bed.run("show")
        #expect(show.output.contains("ovs-vswitchd is not running") && !show.output.hasSuffix(Self.verdict), "\(show)")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 1 && up.errors.contains("ovs-vswitchd"), "\(up.errors)")
        try bed.bed(["vswitchd-start", bed.directory])
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `a bridge without any flow becomes a switch again`() throws {
        let bed = try bed()
        try bed.host("ovs-ofctl", "del-flows", "xenbr0")
        let show = try bed.run("show").output
        #expect(show.contains("its flow table is empty") && !show.hasSuffix(Self.verdict), "\(show)")
        #expect(try !bed.neighbourReaches("192.0.2.10"))
        try bed.takesBack(["--force", "xenbr0", "up", "--confirm", "1"], saying: ["was put back"])
        #expect(try bed.flows(of: "xenbr0") == [] && !bed.neighbourReaches("192.0.2.10"))
        for bridge in ["xapi5", "xenbr0"] {
            try bed.host("ovs-ofctl", "del-flows", "xenbr0")
            let up = try bed.run("--force", bridge, "up")
            #expect(up.status == 0 && up.errors.contains("makes it a switch"), "\(up.errors)")
            #expect(try bed.neighbourReaches("192.0.2.10"))
            let again = try bed.run("--force", bridge, "up")
            #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        }
        #expect(try bed.run("show").output.hasSuffix(Self.verdict))
        try bed.pinging("192.0.2.10") { _ = try bed.run("--force", "xenbr0", "up") }
    }

    @Test
    func `the flow table of a controller's bridge stays empty`() throws {
        let bed = try bed()
        try bed.host("ovs-vsctl", "set-controller", "xenbr0", "ptcp:6653:127.0.0.1")
        try bed.wait("the controller's bridge has no flow") {
            try bed.host("ovs-ofctl", "del-flows", "xenbr0")
            return try bed.flows(of: "xenbr0").isEmpty
        }
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && up.errors.contains("controller"), "\(up.errors)")
        #expect(try bed.flows(of: "xenbr0") == [])
    }

    @Test
    func `a card stays in a stranger's bridge, although the same VLAN is on it`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        _ = try bed.host(
            "sh", "-ec",
            """
            ip tuntap add tap0 mode tap
            ovs-vsctl add-br ovsbr0 -- set bridge ovsbr0 datapath_type=netdev -- add-port ovsbr0 eth0 \
              -- add-port ovsbr0 tap0 -- add-br xentemp ovsbr0 5
            ip address add 192.0.2.50/24 dev ovsbr0
            """)
        let refused = try bed.run("--force", "xapi5", "up")
        #expect(refused.status == 1 && refused.errors.contains("it belongs to ovsbr0"), "\(refused.errors)")
        #expect(try bed.vsctl("port-to-br", "eth0").contains("ovsbr0"))
        let taken = try bed.run("--force", "xapi5", "up", "--take")
        #expect(taken.status == 0, "\(taken.errors)")
        #expect(try bed.vsctl("port-to-br", "eth0").contains("xenbr0"))
    }
}
