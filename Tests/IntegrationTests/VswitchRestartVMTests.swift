@testable import NetConfigCore
import Testing

/// What Open vSwitch's own script does to a management network on a bond with a VLAN and a lease, with the kernel's module.
@Suite("restarts of Open vSwitch", .serialized, .needsTestBed)
struct VswitchRestartVMTests {
    private let bed: TestBed
    private let client: Int
    private let address: String

    init() throws {
        bed = try TestBed(.openvswitch, cache: "cache/movement.xml")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "<ip_configuration_mode>Static</ip_configuration_mode>\n\t\t<IP>192.0.2.20</IP>",
                with: "<ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.installBootScripts()
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        let up = try bed.run("--management", "--force", "xapi0", "--force", "xapi6", "up")
        try #require(up.status == 0, "\(up.errors)")
        client = try #require(try bed.dhcpClient())
        address = try bed.leasedAddress("xapi0")
    }

    private func up() throws -> String {
        let up = try bed.run("--management", "--force", "xapi0", "--force", "xapi6", "up")
        #expect(up.status == 0, "\(up.errors)")
        return up.errors
    }

    @Test
    func `a restart costs no address, no route and no lease`() throws {
        let routes = try bed.routes()
        try bed.restartVswitch(keeping: address)
        #expect(try bed.routes() == routes && bed.dhcpClient() == client)
        _ = try up()
        #expect(try up().contains("nothing to do"))
        try bed.expectUnchanged(address)
    }

    @Test
    func `after another kernel module one up gives back what the script did not`() throws {
        let routes = try bed.routes()
        // Without its module no bridge passes anything: that takes as long as Open vSwitch takes to stop and start.
        try bed.pinging(address, gap: 20_000) { try bed.controlVswitch("force-reload-kmod") }
        try bed.pinging(address) {
            let first = try up()
            for device in ["xapi0", "xapi6"] {
                #expect(first.contains("set \(device) ipv6 accept_ra 0 autoconf 0 (was accept_ra 1"), "\(first)")
            }
            let steps = first.split(separator: "\n").filter { $0.hasPrefix("set ") || $0.contains(" route ") }
            #expect(steps.count == 3, "the script gives back all but these and bond0: \(first)")
        }
        #expect(try up().contains("nothing to do"))
        #expect(try bed.routes().sorted() == routes.sorted() && bed.dhcpClient() != nil)
        try bed.expectUnchanged(address)
    }
}

extension TestBed {
    fileprivate func expectUnchanged(_ address: String) throws {
        try expect(
            """
            bond0 up in xapi0
            eth0 up in bond0
            eth1 up in bond0
            xapi0 up \(address)/24 dhcp
            xapi6 up in xapi0 tag 6 10.6.0.2/24
            """)
        #expect(try neighbourReaches(address))
    }
}
