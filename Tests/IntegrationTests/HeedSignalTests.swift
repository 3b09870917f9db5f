@testable import NetConfigCore
import Foundation
import Testing

/// Wherever a run waits, a signal ends it within a few seconds, and the host is as before.
@Suite("a signal while a run waits", .serialized, .needsTestBed)
struct HeedSignalTests {
    /// A program that says that it was started, and does its work only in ten minutes; the next time it is fast.
    private func stall(_ path: String, on bed: TestBed) throws {
        let file = "'\(bed.directory)/started'"
        try bed.install(path, "[ ! -e \(file) ] || exit 0\ntouch \(file)\nexec sleep 600")
    }

    private func awaitStart(on bed: TestBed) throws {
        try bed.wait("the program is started") {
            FileManager.default.fileExists(atPath: "\(bed.directory)/started")
        }
    }

    /// Interrupts a run once it waits, and expects that it soon has taken itself back.
    private func interrupt(
        _ run: BackgroundRun, on bed: TestBed, _ before: Snapshot, within limit: Duration = .seconds(8),
        location: SourceLocation = #_sourceLocation
    ) throws {
        let start = ContinuousClock.now
        #expect(try run.interrupt() == 1, sourceLocation: location)
        #expect(ContinuousClock.now - start < limit, "\(run.errors)", sourceLocation: location)
        #expect(run.errors.contains("interrupted by SIGTERM"), "\(run.errors)", sourceLocation: location)
        #expect(!run.errors.contains("could not be put back"), "\(run.errors)", sourceLocation: location)
        try bed.expectPutBack(to: before, location: location)
    }

    @Test
    func `for ovs-ofctl, to add flows`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try bed.makePoolSecure()
        try stall("/usr/bin/ovs-ofctl", on: bed)
        let before = try bed.snapshot()
        let run = try bed.start("--management", "--force", "xenbr0", "up")
        try awaitStart(on: bed)
        try interrupt(run, on: bed, before)
    }

    @Test
    func `for update-issue`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try stall("/sbin/update-issue", on: bed)
        let before = try bed.snapshot()
        let run = try bed.start("--force", "xenbr0", "up")
        try awaitStart(on: bed)
        try interrupt(run, on: bed, before)
    }

    @Test
    func `for a DHCP client to release its lease: it is started again`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        try bed.install(
            "/sbin/dhclient",
            """
            case " $* " in *" -r "*) touch '\(bed.directory)/started'; exec sleep 600 ;; esac
            exec /sbin/dhclient "$@"
            """)
        let before = try bed.snapshot()
        let run = try bed.start("--force", "xenbr0", "down")
        try awaitStart(on: bed)
        try interrupt(run, on: bed, before, within: .seconds(15))
        #expect(try bed.dhcpClient() != nil)
    }

    @Test(arguments: ["session.login_with_password", "PIF.get_all_records", "session.logout"])
    func `for XAPI`(_ call: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        let xapi = try XAPIServer(bed, cache: "plan/_topologies/physical.dbcache")
        try xapi.misbehave(call, "silence")
        let before = try bed.snapshot()
        let run = try bed.start("--pif-uuid", "uuid-eth0", "--xapi-timeout", "60", "up")
        try bed.wait("XAPI is asked") { try bed.xapiLog().contains(call) }
        try interrupt(run, on: bed, before, within: .seconds(5))
    }

    @Test
    func `while it reads and plans a lot: nothing is changed`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.addVLANs(400)
        let before = try bed.snapshot()
        let names = (1...60).flatMap { ["--force", "v\($0)"] }
        let run = try bed.start(names + ["up"])
        try bed.wait("it has begun") { run.errors.contains("read 401 PIFs") }
        try interrupt(run, on: bed, before, within: .seconds(20))
    }

    @Test
    func `for the firewall's program, as XAPI's plugin: the port is as before`() throws {
        let cache = "plan/_topologies/two-cards.dbcache"
        let bed = try TestBed(.openvswitch, cache: cache)
        let xapi = try XAPIServer(bed, cache: cache)
        try xapi.set("pool", "OpaqueRef:pool", ["vswitch_controller": "192.0.2.9"])
        try xapi.set("SDN_controller", "sdn", ["protocol": "pssl"])
        try bed.installFirewall(
            "[ \"$1\" = close ] || { touch '\(bed.directory)/started'; exec sleep 600; }")
        let run = try bed.start(command: bed.pluginCommand(.configUpdate, TestBed.call("update")))
        try awaitStart(on: bed)
        let start = ContinuousClock.now
        #expect(try run.interrupt() == 0, "a plugin says so in its answer")
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(run.output.contains("interrupted by SIGTERM"), "\(run.output) \(run.errors)")
        #expect(try bed.firewallCalls().map { $0.split(separator: " ")[1] } == ["open", "close"])
        #expect(try bed.vsctl("get-manager") == "")
    }
}

extension TestBed {
    /// What was asked of `XAPIServer` so far.
    fileprivate func xapiLog() throws -> String {
        (try? String(contentsOfFile: directory + "/xapi.log", encoding: .utf8)) ?? ""
    }

    /// Writes a cache with so many VLANs on one card: `v1` and so on.
    fileprivate func addVLANs(_ count: Int) throws {
        let records = (1...count).map { tag in
            """
            <pif ref="pif-v\(tag)"><uuid>uuid-v\(tag)</uuid><device>eth0</device><network>net-v\(tag)</network>
            <VLAN>\(tag)</VLAN><VLAN_master_of>vlan-\(tag)</VLAN_master_of><MAC>52:54:00:00:00:10</MAC>
            <ip_configuration_mode>None</ip_configuration_mode></pif>
            <vlan ref="vlan-\(tag)"><tagged_PIF>pif-card</tagged_PIF><untagged_PIF>pif-v\(tag)</untagged_PIF></vlan>
            <network ref="net-v\(tag)"><uuid>net-uuid-v\(tag)</uuid><bridge>v\(tag)</bridge>
            <PIFs><PIF>pif-v\(tag)</PIF></PIFs></network>
            """
        }
        let card = """
            <pif ref="pif-card"><uuid>uuid-card</uuid><device>eth0</device><network>net-card</network>
            <VLAN>-1</VLAN><MAC>52:54:00:00:00:10</MAC><ip_configuration_mode>None</ip_configuration_mode></pif>
            <network ref="net-card"><uuid>net-uuid-card</uuid><bridge>xenbr0</bridge><PIFs><PIF>pif-card</PIF></PIFs></network>
            """
        let cache = "<xenserver-network-configuration>\(card)\(records.joined())</xenserver-network-configuration>"
        try write(cache, to: "/var/xapi/network.dbcache")
    }
}
