import NetConfigCore
import Testing

/// The same on a kernel that has bonds and VLANs.
@Suite("the device of the emergency cache, with bonds and VLANs", .serialized, .needsTestBed)
struct RewriteDeviceVMTests {
    @Test(arguments: Datapath.allCases)
    func `a bond or VLAN is refused with the names of its cards`(_ datapath: Datapath) throws {
        let bed = try TestBed(
            datapath, cache: "cache/movement.xml",
            nics: ["52:54:00:00:00:10", "52:54:00:00:00:11", "52:54:00:00:00:12"])
        let up = try bed.run("--force", "xapi0", "up")
        #expect(up.status == 0, "\(up.errors)")
        try bed.host("ip", "link", "add", "link", "eth2", "name", "vlan7", "type", "vlan", "id", "7")
        let refusals = [
            (
                "bond0",
                "bond0 is a bond of eth0, eth1; XAPI recreates it later; use a network card: --device=eth0, or eth1"
            ),
            ("vlan7", "vlan7 is VLAN 7 of eth2; use --device=eth2 --vlan=7"),
        ]
        for (name, message) in refusals {
            try bed.refuses(
                ["--force", "xenbr0", "rewrite", "--mac=x", "--device=\(name)", "--mode=dhcp"], saying: [message])
        }
    }
}
