@testable import NetConfigCore
import Foundation
import Testing

/// The units as systemd itself runs them, with everything where it is installed.
@Suite("a host that systemd boots", .serialized, .needsTestBed)
struct SystemdVMTests {
    private static let address = "192.0.2.100/24"

    @Test
    func `bridges are made anew at boot, before XAPI starts; they outlive restarts of the units, and so does a lease`()
        throws
    {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.100"])
        try bed.bed(["vswitchd-stop", bed.directory])
        _ = try bed.vsctl(
            "--no-wait", "--", "add-br", "old0", "--", "add-br", "xenbr0", "--", "add-port", "xenbr0", "eth1")
        try bed.bed(["ovsdb-stop", bed.directory])

        let host = try SystemdHost(bed, inventory: "MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='xenbr0'\n")
        try host.awaitBoot()
        #expect(try host.output("cat /run/xapi-found").contains(#/xenbr0 .* \Q192.0.2.100/24\E/#))
        #expect(
            try host.output("ovs-vsctl --timeout=10 list-br; ovs-vsctl --timeout=10 list-ports xenbr0")
                == "xenbr0\neth0")
        #expect(try bed.neighbour("ping", "-c", "1", "-w", "5", "192.0.2.100").contains(" 1 received"))
        let client = try host.output("pgrep --exact dhclient")

        _ = try host.output("systemctl restart openvswitch-switch")
        #expect(try host.output("ovs-vsctl --timeout=10 list-br") == "xenbr0")
        // What the unit started stays when it is stopped; without XAPI the cache stays as it was.
        _ = try host.output("systemctl stop management-interface")
        #expect(try host.output("systemctl show --property=Result management-interface") == "Result=success")
        _ = try host.output("systemctl restart management-interface")
        let journal = try host.output("journalctl --identifier=interface-reconfigure")
        #expect(journal.contains("nothing to do"), "\(journal)")
        #expect(try host.output("pgrep --exact dhclient") == client)
        #expect(try host.output("ip -4 -brief address show xenbr0").contains(Self.address))

        // One bridge that does not come up is a failed unit, and no more.
        _ = try host.output("echo CURRENT_INTERFACES=xapi9 >>/etc/xensource-inventory")
        #expect(try host.run("systemctl restart management-interface").status == 1)
        #expect(try host.run("systemctl is-failed --quiet management-interface").status == 0)
        #expect(try host.output("journalctl --identifier=interface-reconfigure").contains("'xapi9'"))
        #expect(try host.output("pgrep --exact dhclient") == client)
        #expect(try host.output("ip -4 -brief address show xenbr0").contains(Self.address))
    }
}
