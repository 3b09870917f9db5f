import Foundation
import NetConfigCore
import Testing

/// The script that brings up the host's networks at boot.
@Suite("networks at boot", .serialized, .needsTestBed)
struct ManagementInterfaceTests {
    private static let inventory = "/etc/xensource-inventory"
    private static let cache = "plan/_topologies/two-cards.dbcache"

    /// A host that just booted; where the inventory is `nil`, it has none.
    private func boot(
        _ inventory: String?, _ datapath: Datapath = .openvswitch,
        nics: [String] = ["52:54:00:00:00:10", "52:54:00:00:00:11"]
    ) throws -> TestBed {
        let bed = try TestBed(datapath, cache: Self.cache, nics: nics)
        try bed.installBootScripts()
        if let inventory { try bed.write(inventory, to: Self.inventory) }
        return bed
    }

    /// The bridges that are up, with the addresses that the cache has for them.
    private func bridges(_ bed: TestBed) throws -> Set<String> {
        let addresses = ["xenbr0": ["192.0.2.10/24"], "xenbr1": ["198.51.100.6/24"]]
        let devices = try bed.devices()
        return Set(addresses.keys.filter { devices[$0]?.isUp == true && devices[$0]?.addresses == addresses[$0] })
    }

    // MARK: start

    @Test(arguments: Datapath.allCases)
    func `the management bridge and the other current ones come up, in one request, management first`(
        _ datapath: Datapath
    ) throws {
        let bed = try boot(
            "PRODUCT_BRAND='XenServer'\nCURRENT_INTERFACES='xenbr1 xenbr0'\nMANAGEMENT_INTERFACE='xenbr0'\n", datapath)
        let (result, trace) = try bed.traced(command: bed.bootCommand("management-interface", ["start"]))
        #expect(result.status == 0, "\(result.errors)")
        #expect(try bridges(bed) == ["xenbr0", "xenbr1"])
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(
            result.errors.contains("--management --force=xenbr0 --force=xenbr1 --wait-for-cards=30 up"),
            "\(result.errors)")
        #expect(trace.programs.filter { $0.contains("\"\(TestBed.program)\"") }.count == 1)
        #expect(trace.changingTransactions == (datapath == .openvswitch ? 1 : 0))

        let before = try bed.snapshot()
        let again = try bed.runAtBoot("management-interface", "start")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        try bed.expectUntouched(since: before)
    }

    /// What the inventory says, and which bridges that means.
    private static let inventories: [(String, [String])] = [
        ("MANAGEMENT_INTERFACE='xenbr0'", ["xenbr0"]),
        ("MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES=''", ["xenbr0"]),
        ("MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='xenbr1  xenbr1\txenbr0 '", ["xenbr0", "xenbr1"]),
        ("  MANAGEMENT_INTERFACE=xenbr0\r\nCURRENT_INTERFACES=\"xenbr1\" 'xenbr0'\r\n", ["xenbr0", "xenbr1"]),
        ("MANAGEMENT_INTERFACE=xen\"br\"'0' # first\nCURRENT_INTERFACES=xenbr\\1", ["xenbr0", "xenbr1"]),
        ("MANAGEMENT_INTERFACE='xenbr1'\nMANAGEMENT_INTERFACE='xenbr0'", ["xenbr0"]),
        ("MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='xenbr1\n#CURRENT_INTERFACES=xenbr1", ["xenbr0"]),
        (
            "MANAGEMENT_INTERFACE='xenbr0'\nOLD_CURRENT_INTERFACES='xenbr1'\nexport CURRENT_INTERFACES=xenbr1",
            ["xenbr0"]
        ),
        // No management interface is no failure, and no reason to leave the others down.
        ("MANAGEMENT_INTERFACE=''\nCURRENT_INTERFACES='xenbr1'", ["xenbr1"]),
        ("CURRENT_INTERFACES='xenbr1'", ["xenbr1"]),
        ("MANAGEMENT_INTERFACE=' '\nCURRENT_INTERFACES=' '", []), ("MANAGEMENT_INTERFACE=''", []), ("", []),
    ]

    @Test(arguments: inventories)
    func `the inventory is read as a shell would read it`(_ text: String, _ expected: [String]) throws {
        let bed = try boot(text)
        let result = try bed.runAtBoot("management-interface", "start")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try bridges(bed) == Set(expected))
        #expect(result.errors.contains("--management") == expected.contains("xenbr0"), "\(result.errors)")
    }

    @Test(
        arguments: Datapath.allCases
    )
    func `bridges that are unknown do not keep the others down, and the exit status tells`(_ datapath: Datapath) throws
    {
        let names = ["xapi9", "xenbr", "-h", "--help", "up", "*", "xenbr1/../x", "br.of.sixteen.ch"]
        let bed = try boot(
            "MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='\(names.joined(separator: " ")) xenbr1'\n", datapath)
        let result = try bed.runAtBoot("management-interface", "start")
        #expect(result.status == 1)
        for name in names { #expect(result.errors.contains("'\(name)'"), "\(result.errors)") }
        #expect(try bridges(bed) == ["xenbr0", "xenbr1"])
    }

    @Test(arguments: [("xenbr1", "xenbr0"), ("xenbr0", "xenbr1")])
    func `the same holds for one whose network card is missing, and for the management bridge itself`(
        _ management: String, _ other: String
    ) throws {
        let bed = try boot(
            "MANAGEMENT_INTERFACE='\(management)'\nCURRENT_INTERFACES='\(other)'\n", nics: ["52:54:00:00:00:10"])
        let result = try bed.runAtBoot("management-interface", "start")
        #expect(result.status == 1)
        #expect(result.errors.contains("eth1"), "\(result.errors)")
        #expect(try bridges(bed) == ["xenbr0"])
        #expect(try bed.vsctl("list-br") == "xenbr0")
    }

    @Test
    func `nothing that the inventory says is run`() throws {
        let bed = try boot(nil)
        let touch = "touch \(bed.root)/touched"
        try bed.write(
            """
            \(touch)
            PRODUCT_BRAND=$(\(touch))
            MANAGEMENT_INTERFACE="xenbr0" ; \(touch)
            CURRENT_INTERFACES='$(\(touch)) `\(touch.replacing(" ", with: "${IFS}"))` ;\(touch) |\(touch) xenbr1'
            """, to: Self.inventory)
        let result = try bed.runAtBoot("management-interface", "start")
        #expect(result.status == 1)
        #expect(bed.text("/touched") == nil)
        #expect(try bridges(bed) == ["xenbr0", "xenbr1"])
    }

    @Test
    func `a signal to the script puts everything back`() throws {
        let bed = try boot("MANAGEMENT_INTERFACE='xenbr0'\n")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(#/<ip_configuration_mode>Static</#, with: "<ip_configuration_mode>DHCP<")
        }
        let before = try bed.snapshot()
        let run = try bed.start(command: bed.bootCommand("management-interface", ["start"]))
        // No server gives it a lease.
        try bed.wait("the DHCP client runs") {
            try bed.script("pgrep --ns $$ --nslist net --exact dhclient").status == 0
        }
        #expect(try run.interrupt() == 1)
        try bed.expectPutBack(to: before)
    }

    // MARK: stop and restart

    @Test
    func `stop writes the cache from live data, although ovsdb-server is gone`() throws {
        let bed = try boot(nil)
        let xapi = try XAPIServer(bed, cache: Self.cache)
        try xapi.set("network", "network-eth1", ["uuid": "net-eth1-new"])
        try bed.bed(["vswitchd-stop", bed.directory])
        try bed.bed(["ovsdb-stop", bed.directory])
        let result = try bed.runAtBoot("management-interface", "stop")
        #expect(result.status == 0, "\(result.errors)")
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("net-eth1-new") == true)
    }

    @Test
    func `without XAPI stop fails and leaves the cache as it was; restart brings the bridges up all the same`() throws {
        let bed = try boot("INSTALLATION_UUID='host-1'\nMANAGEMENT_INTERFACE='xenbr0'\n")
        let before = try bed.snapshot()
        #expect(try bed.runAtBoot("management-interface", "stop").status == 1)
        try bed.expectUntouched(since: before)
        let restart = try bed.runAtBoot("management-interface", "restart")
        #expect(restart.status == 0 && restart.errors.contains("cannot connect"), "\(restart.errors)")
        #expect(try bridges(bed) == ["xenbr0"])
    }

    @Test
    func `restart writes the cache first, and starts from what that says then`() throws {
        let bed = try boot(nil)
        let xapi = try XAPIServer(bed, cache: Self.cache)
        try bed.edit(Self.inventory) { $0 + "MANAGEMENT_INTERFACE='xenbr0'\n" }
        try xapi.set("PIF", "pif-eth0", ["IP": "192.0.2.11"])
        #expect(try bed.runAtBoot("management-interface", "restart").status == 0)
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.11/24"])
    }

    // MARK: Nothing to do, and nothing that makes sense

    @Test(arguments: ["start", "stop", "restart"])
    func `a host without an inventory is no XenServer host: nothing is done`(_ action: String) throws {
        let bed = try boot(nil)
        let before = try bed.snapshot()
        let result = try bed.runAtBoot("management-interface", action)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        try bed.expectUntouched(since: before)
    }

    @Test
    func `an inventory that cannot be read is a failure`() throws {
        let bed = try boot(nil)
        try bed.makeDirectory(Self.inventory)
        let result = try bed.runAtBoot("management-interface", "start")
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot read \(bed.root + Self.inventory)"), "\(result.errors)")
    }

    @Test(arguments: [[], ["up"], [""], ["start", "stop"], ["--help"]])
    func `anything but one of the three actions is wrong usage`(_ arguments: [String]) throws {
        let bed = try boot("MANAGEMENT_INTERFACE='xenbr0'\n")
        let before = try bed.snapshot()
        let result = try bed.run(command: bed.bootCommand("management-interface", arguments))
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("usage: ") && result.errors.contains("start|stop|restart"), "\(result.errors)")
        try bed.expectUntouched(since: before)
    }
}
