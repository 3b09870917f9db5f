import Foundation
import NetConfigCore
import Testing

/// Bonds and VLANs that stand back for the sake of others, or come first, on a kernel that has both.
@Suite("bonds and VLANs among other networks", .serialized, .needsTestBed)
struct RecordErrorVMTests {
    @Test(arguments: Datapath.allCases)
    func `a card that carries an unmanaged PIF is left alone, whatever is asked for above it`(datapath: Datapath) throws
    {
        let bed = try TestBed(
            datapath, cache: "cache/movement.xml",
            nics: ["52:54:00:00:00:10", "52:54:00:00:00:11", "52:54:00:00:00:12"])
        try bed.edit("/var/xapi/network.dbcache") { text in
            text.replacing(
                "<device>eth0</device>\n\t\t<MAC>", with: "<device>eth0</device><managed>False</managed>\n\t\t<MAC>")
        }
        try bed.host("ip", "address", "add", "192.0.2.10/24", "dev", "eth0")
        for bridge in ["xenbr0", "xapi0", "xapi5", "xapi6"] {
            for verb in ["up", "down"] {
                try bed.refuses(["--force", bridge, verb], saying: ["PIF eth0", "managed=false"])
            }
        }
    }

    @Test(arguments: Datapath.allCases)
    func `at boot a bond comes up in any order of names, and its slaves' bridges are skipped with a warning`(
        datapath: Datapath
    ) throws {
        for names in [["xenbr0", "xenbr1", "xapi0"], ["xapi0", "xenbr1", "xenbr0"]] {
            let bed = try TestBed(datapath, cache: "cache/movement.xml")
            let up = try bed.run(names.map { "--force=\($0)" } + ["up"])
            #expect(up.status == 0, "\(up.errors)")
            for name in ["xenbr0: PIF eth0", "xenbr1: PIF eth1"] {
                #expect(up.errors.contains("warning: \(name) is skipped: its card is in PIF bond0"), "\(up.errors)")
            }
            #expect(try bed.device("xapi0").addresses == ["192.0.2.20/24"])
            #expect(try bed.devices()["xenbr0"] == nil)
            let again = try bed.run(names.map { "--force=\($0)" } + ["up"])
            #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        }
    }

    @Test(arguments: Datapath.allCases)
    func `at boot an inventory that names a slave's bridge brings up its bond's`(datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/bond.dbcache")
        try bed.installBootScripts()
        try bed.write(
            "MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='xenbr0 xenbr1'\n", to: "/etc/xensource-inventory")
        for _ in 1...2 {
            let up = try bed.runAtBoot("management-interface", "start")
            #expect(up.status == 0, "\(up.errors)")
            #expect(
                up.errors.contains("PIF eth0 is a slave of PIF bond0 in its record; xapi1 becomes the management"),
                "\(up.errors)")
            #expect(up.errors.contains("xenbr1: PIF eth1 is skipped"), "\(up.errors)")
        }
        #expect(try bed.device("xapi1").addresses.contains("192.0.2.20/24"))
        #expect(try bed.devices()["xenbr0"] == nil && bed.devices()["xenbr1"] == nil)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.20"))
    }

    @Test(arguments: Datapath.allCases)
    func `a bond that fails when all is done as one is not taken apart for its slaves' bridges afterwards`(
        datapath: Datapath
    ) throws {
        let bed = try TestBed(
            datapath, cache: "cache/movement.xml",
            nics: ["52:54:00:00:00:10", "52:54:00:00:00:11", "52:54:00:00:00:12"])
        // What fails all: a third network whose client cannot be started.
        try bed.edit("/var/xapi/network.dbcache") { text in
            text.replacing(
                "<network>network-eth2</network>",
                with: "<network>network-eth2</network><ip_configuration_mode>DHCP</ip_configuration_mode>")
        }
        try bed.install("/sbin/dhclient", "echo 'no such luck' >&2; exit 3")
        let up = try bed.run("--force", "xenbr0", "--force", "xenbr1", "--force", "xenbr2", "--force", "xapi0", "up")
        #expect(up.errors.contains("xenbr0: PIF eth0 is skipped: its card is in PIF bond0"), "\(up.errors)")
        #expect(try bed.device("xapi0").addresses == ["192.0.2.20/24"], "\(up.errors)")
    }
}
