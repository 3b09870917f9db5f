import Foundation
import NetConfigCore
import Testing

/// Two networks with the same tag on the same card, on a kernel with 802.1Q.
@Suite("two networks on one VLAN", .serialized, .needsTestBed)
struct TwinVLANVMTests {
    @Test(arguments: Datapath.allCases)
    func `the one that is attached stays, and the other one says so`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/vlan-static.dbcache")
        let twin = """
            <pif ref="twin"><device>eth0</device><VLAN>5</VLAN><network>network-twin</network></pif>
            <network ref="network-twin"><bridge>xapi6</bridge></network>
            <vlan ref="vlan-twin"><tagged_PIF>pif-eth0</tagged_PIF><untagged_PIF>twin</untagged_PIF></vlan>
            </xenserver-network-configuration>
            """
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("</xenserver-network-configuration>", with: twin) }
        #expect(try bed.run("--force", "xapi5", "up").status == 0)
        try bed.addVLANNeighbour("198.51.100.1/24")
        let before = try bed.snapshot()
        try bed.pinging("198.51.100.5") {
            let other = try bed.run("--force", "xapi6", "up")
            #expect(
                other.status == 1 && other.errors.contains("PIF eth0 VLAN 5 (xapi5), which is attached"),
                "\(other.errors)")
        }
        try bed.expectUntouched(since: before)
        #expect(try bed.run("--force", "xapi5", "up").errors.contains("nothing to do"))
        let check = try bed.run("check")
        // Either of the two can be brought up.
        #expect(
            check.status == 0
                && check.output.contains(
                    "warning: pif twin, field VLAN: pif pif-vlan5 has the same tag 5 on the same PIF"),
            "\(check.output)")
        #expect(try bed.run("--force", "xapi5", "down").status == 0)
        #expect(try bed.run("--force", "xapi6", "up").status == 0)
    }
}
