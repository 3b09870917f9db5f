import Foundation
import NetConfigCore
import Testing

/// The life of a host from boot to shutdown, with the commands of the real units, on Open vSwitch's kernel datapath.
@Suite("from boot to shutdown", .serialized, .needsTestBed)
struct BootVMTests {
    private static let inventory = """
        PRODUCT_BRAND='XenServer'
        INSTALLATION_UUID='host-1'
        MANAGEMENT_INTERFACE='xenbr0'
        CURRENT_INTERFACES='xenbr0 xapi5'

        """
    private static let cache = "cache/movement.xml"

    /// What is there after the boot.
    private static let booted = """
        eth0 up in xenbr0
        xenbr0 up 192.0.2.10/24
        xapi5 up in xenbr0 tag 5 10.5.0.2/24
        """
    /// The same after XAPI has asked for a bond.
    private static let plugged = """
        \(booted)
        eth1 up in bond1
        eth2 up in bond1
        bond1 up in xapi1
        xapi1 up 203.0.113.21/24
        """

    private let bed: TestBed

    /// A host that was switched off with bridges in its database: some that are long gone, and some whose names come again.
    init() throws {
        bed = try TestBed(
            .openvswitch, cache: Self.cache, nics: ["52:54:00:00:00:10", "52:54:00:00:00:11", "52:54:00:00:00:12"])
        try bed.installBootScripts()
        try bed.write(Self.inventory, to: "/etc/xensource-inventory")
        // The kernel of the virtual machine has iptables' own tables only. What is in /etc is the bed's.
        try bed.host("ln", "-sf", "/usr/sbin/iptables-legacy", "/etc/alternatives/iptables")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.bed(["vswitchd-stop", bed.directory])
        let stale = (1...40).flatMap { ["--", "add-br", "old\($0)", "--", "add-br", "old\($0).5", "old\($0)", "5"] }
        _ = try bed.host(
            ["ovs-vsctl", "--timeout=20", "--no-wait"] + stale + [
                "--", "add-br", "xenbr0", "--", "add-port", "xenbr0", "eth1", "--", "add-br", "xapi1",
                "--", "add-bond", "xapi1", "bond0", "eth0", "eth2", "--", "set-controller", "xenbr0",
                "tcp:192.0.2.9:6653",
            ])
        try bed.bed(["ovsdb-stop", bed.directory])
    }

    @Test
    func `a host boots, serves XAPI, survives Open vSwitch's hot upgrade, and shuts down`() throws {
        try boot()
        let xapi = try XAPIServer(bed, cache: Self.cache)
        try bed.write(Self.inventory, to: "/etc/xensource-inventory")
        try serve(xapi)
        try hotUpgrade()
        try shutDown(xapi)
    }

    private func boot() throws {
        try bed.perform("ExecStart", of: .database)
        #expect(try bed.lines(bed.vsctl("--no-wait", "list-br")).count == 82)
        try bed.perform("ExecStartPost", of: .database)
        #expect(try bed.vsctl("--no-wait", "list-br") == "")
        #expect(try bed.host("iptables", "-S", "INPUT") == "-P INPUT ACCEPT\n-A INPUT -p gre -j ACCEPT\n")
        try bed.perform("ExecStart", of: .switching)
        try bed.expect("")

        try bed.perform("ExecStart", of: .management)
        try bed.perform("ExecStart", of: .cache)
        try bed.expect(Self.booted)
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    /// XAPI finds what the boot made, asks for more, and has the plugin compare Open vSwitch with its records.
    private func serve(_ xapi: XAPIServer) throws {
        for pif in ["pif-eth0", "pif-vlan5"] { try xapi.attach(pif) }
        let up = try bed.run("--session", XAPIServer.session, "--pif", "pif-bond1", "up")
        #expect(up.status == 0, "\(up.errors)")
        try xapi.attach("pif-bond1")
        try bed.expect(Self.plugged)
        try xapi.set("SDN_controller", "sdn", ["protocol": "ssl", "address": "192.0.2.9", "port": 6640])
        try xapi.set("pool", "OpaqueRef:pool", ["vswitch_controller": "192.0.2.9"])
        try bed.installFirewall()
        #expect(
            try bed.plugin(.configUpdate).Value == "Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640.")
        for name in VswitchPlugin.allCases {
            #expect(try bed.plugin(name).Value == "No change to configuration")
        }
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    /// `ovs-ctl restart` saves the flows, and the kernel goes on with those that it has.
    private func hotUpgrade() throws {
        // The plugin's emergency reset has left nothing of what bridges had besides their address.
        #expect(try bed.runAtBoot("management-interface", "start").status == 0)
        _ = try bed.host("ovs-ofctl", "add-flow", "xenbr0", "priority=7,udp,tp_dst=7,actions=drop")
        let before = try bed.snapshot()
        try bed.restartVswitch(keeping: "192.0.2.10")
        // Open vSwitch makes the device that stands for a bond anew, and leaves it down; traffic does not go through it.
        let changes = try bed.snapshot().changes(since: before).filter { !$0.dropFirst(2).hasPrefix("bond1") }
        #expect(changes.isEmpty, "\(changes.joined(separator: "\n"))")
        #expect(try bed.host("ovs-ofctl", "dump-flows", "xenbr0").contains("priority=7,udp,tp_dst=7 actions=drop"))
        let restarted = try bed.snapshot()
        let up = try bed.runAtBoot("management-interface", "start")
        #expect(up.status == 0 && up.errors.contains("nothing to do"), "\(up.errors)")
        try bed.expectUntouched(since: restarted)
    }

    /// The cache is that of live data, for the next boot.
    private func shutDown(_ xapi: XAPIServer) throws {
        try xapi.set("network", "network-vlan5", ["uuid": "net-vlan5-new"])
        for service in [TestBed.Service.cache, .management, .switching, .database] {
            try bed.perform("ExecStop", of: service)
        }
        let cache = try #require(bed.text("/var/xapi/network.dbcache"))
        #expect(cache.contains("net-vlan5-new"))
        #expect(cache.components(separatedBy: "<currently_attached>True<").count == 4)
    }
}
