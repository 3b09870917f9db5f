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
        for unit in ["management-interface-cache", "management-interface"] {
            _ = try host.output("systemctl stop \(unit)")
            #expect(try host.output("systemctl show --property=Result \(unit)") == "Result=success")
        }
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
    /// A host whose database has bridges of before the boot.
    private func bed() throws -> TestBed {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try bed.bed(["vswitchd-stop", bed.directory])
        _ = try bed.vsctl("--no-wait", "add-br", "old0")
        try bed.bed(["ovsdb-stop", bed.directory])
        return bed
    }

    @Test
    func `at shutdown the cache is written while XAPI still runs, and the networks are there until it has ended`()
        throws
    {
        let bed = try bed()
        let records = try #require(bed.text("/var/xapi/network.dbcache")).replacing("net-eth0", with: "net-eth0-new")
        try #require(bed.text("/var/xapi/network.dbcache") != records)
        // XAPI's last breath is long after it was told to stop.
        let slow = """
            printf '%s\\n' "ExecStop=/bin/sh -c 'ip -4 -brief address >/xapi-left; sleep 1'" >>"$units/xapi.service"
            """
        let host = try SystemdHost(
            bed, inventory: "INSTALLATION_UUID='host-1'\nMANAGEMENT_INTERFACE='xenbr0'\n", records: records,
            changedBy: slow)
        try host.awaitBoot()
        #expect(try host.output("cat /run/xapi-found").contains(#/xenbr0 .* \Q192.0.2.10/24\E/#))
        #expect(try host.output("systemctl is-active management-interface-cache") == "active")
        #expect(try host.text("/var/xapi/network.dbcache").contains("net-eth0-new") == false)
        try host.switchOff()
        #expect(try host.text("/var/xapi/network.dbcache").contains("net-eth0-new"))
        #expect(try host.text("/xapi-left").contains(#/xenbr0 .* \Q192.0.2.10/24\E/#))
    }

    @Test(arguments: ["/usr/sbin/xcp-networkd", "/lib/systemd/system/xcp-networkd.service"])
    func `beside xcp-networkd nothing of ours runs, although the boot wants it, and its bridges stay`(
        _ place: String
    ) throws {
        let bed = try bed()
        let records = try #require(bed.text("/var/xapi/network.dbcache"))
        let host = try SystemdHost(
            bed, inventory: "INSTALLATION_UUID='host-1'\nMANAGEMENT_INTERFACE='xenbr0'\n", records: records,
            changedBy: "printf '[Service]\\nExecStart=/bin/true\\n' >.\(place)")
        try host.awaitBoot()
        for unit in ["management-interface", "management-interface-cache"] {
            let shown = try host.output("systemctl show --property=ActiveState,ConditionResult \(unit)")
            #expect(Set(bed.lines(shown)) == ["ActiveState=inactive", "ConditionResult=no"])
        }
        #expect(try host.output("ovs-vsctl --timeout=10 list-br") == "old0")
        #expect(try host.run("test -e /run/openvswitch.booted").status == 1)
        #expect(try host.output("journalctl --identifier=interface-reconfigure").contains("-- No entries --"))
        try host.switchOff()
        #expect(try host.text("/var/xapi/network.dbcache") == records)
    }
}
