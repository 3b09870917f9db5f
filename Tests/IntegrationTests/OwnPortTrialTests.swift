import Foundation
import NetConfig
import Testing

/// What others have changed on the bridges of Open vSwitch that are ours, or have done with ours in theirs.
@Suite("our own rows in the field", .serialized, .needsTestBed)
struct OwnPortTrialTests {
    @Test("a card stays in a stranger's bridge, although the same VLAN is on it")
    func strangersBridge() throws {
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
