import Foundation
import NetConfig
import NetConfigCore
import NetConfigSystem
import Testing

/// The worked examples of the library's documentation, as their users would run them.
@Suite(.serialized, .needsTestBed)
struct ExampleTests {
    private static let physical = "plan/_topologies/physical.dbcache"

    private func example(_ name: String, _ arguments: String..., on bed: TestBed? = nil) throws -> TestBed.Result {
        // Examples are built beside the tests, whose own path may be one from a directory that they have left.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let command = [URL(filePath: tests).deletingLastPathComponent().appending(path: name).path] + arguments
        return try (bed ?? TestBed(.bridge, cache: Self.physical)).run(command: command)
    }

    @Test(
        arguments: Datapath.allCases,
        [("vlan-on-bond", "xapi5"), ("bond", "xapi1"), ("physical", "xenbr0"), ("tunnel", "xapi2")])
    func `plan-offline plans what is up afterwards and comes down again`(
        _ datapath: Datapath, _ network: (topology: String, bridge: String)
    ) throws {
        let cache = "\(TestBed.repository)/testdata/plan/_topologies/\(network.topology).dbcache"
        let result = try example("plan-offline", cache, network.bridge, datapath.rawValue)
        guard network.topology != "tunnel" || datapath == .openvswitch else {
            #expect(result.status == 1 && result.errors.contains("cannot be planned: "), "\(result.errors)")
            return
        }
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("undone by: "), "\(result.output)")
        #expect(result.output.contains("\"format\": \"interface-reconfigure plan\""))
        #expect(result.output.contains("\nthen up: 0 steps\n"), "\(result.output)")
        let down = try #require(result.output.split(separator: "\n").last)
        #expect(down.hasPrefix("then down: ") && down != "then down: 0 steps")
    }

    @Test func `plan-offline says what is wrong with a cache or a name`() throws {
        let bed = try TestBed(.bridge, cache: Self.physical)
        let cache = bed.root + "/var/xapi/network.dbcache"
        let unknown = try example("plan-offline", cache, "xenbr7", "bridge", on: bed)
        #expect(unknown.status == 1 && unknown.errors.contains("cannot be planned: there is no xenbr7, only [xenbr0]"))
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("</xenserver-network-configuration>", with: "") }
        let damaged = try example("plan-offline", cache, "xenbr0", "bridge", on: bed)
        #expect(damaged.status == 1 && damaged.errors.contains("\(cache): line "), "\(damaged.errors)")
    }

    @Test func `host-drift gives what differs as JSON with typed values`() throws {
        let bed = try TestBed(.bridge, cache: Self.physical)
        let before = try example("host-drift", bed.root, on: bed)
        #expect(before.status == 1)
        #expect(before.output.contains(#""setting" : "management network""#), "\(before.output)")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let configured = try example("host-drift", bed.root, on: bed)
        #expect(configured.status == 0 && configured.output.filter { !$0.isWhitespace } == "[]", "\(configured.output)")
        try bed.host("ip", "link", "set", "xenbr0", "mtu", "1400")
        try bed.host("ip", "address", "add", "198.51.100.7/24", "dev", "xenbr0")
        let drifted = try example("host-drift", bed.root, on: bed)
        #expect(drifted.status == 1)
        let differences = try #require(
            try JSONSerialization.jsonObject(with: Data(drifted.output.utf8)) as? [[String: Any]])
        let mtu = try #require(differences.first { $0["setting"] as? String == "MTU" })
        #expect(mtu["device"] as? String == "xenbr0" && mtu["wanted"] as? Int == 1500 && mtu["found"] as? Int == 1400)
        #expect(drifted.output.contains("198.51.100.7/24"), "\(drifted.output)")
        #expect(drifted.errors.contains("MTU is asked for by MTU of network xenbr0"), "\(drifted.errors)")
    }

    @Test func `host-drift compares with XAPI's records, and says where they cannot be had`() throws {
        let bed = try TestBed(.bridge, cache: Self.physical)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.write("INSTALLATION_UUID='host-1'\n", to: "/etc/xensource-inventory")
        let without = try example("host-drift", "--xapi", bed.root, on: bed)
        #expect(without.status == 2 && without.errors.contains("XAPI does not give the records: "), "\(without.errors)")
        try FileManager.default.removeItem(atPath: bed.root + "/var/xapi/network.dbcache")
        let nothing = try example("host-drift", bed.root, on: bed)
        #expect(nothing.status == 2 && nothing.errors.contains("the records cannot be read: "), "\(nothing.errors)")
        let xapi = try XAPIServer(bed, cache: Self.physical)
        try xapi.attach("pif-eth0")
        let live = try example("host-drift", "--xapi", bed.root, on: bed)
        #expect(live.status == 1)
        #expect(live.errors.contains("asked for by igmp_snooping_enabled of pool"), "\(live.errors)")
        let records = try Reconfiguration(on: HostPaths(rootPrefix: bed.root), command: "test").records(
            from: XAPIAccess())
        #expect(records.pifs.count == 1 && records.leftOut.isEmpty)
    }

    @Test func `confirmed-change keeps what its command approves of`() throws {
        let bed = try TestBed(.bridge, cache: Self.physical)
        let result = try example("confirmed-change", bed.root, "xenbr0", "ip", "link", "show", "xenbr0", on: bed)
        #expect(result.status == 0 && result.output.contains("kept: "), "\(result.output)\(result.errors)")
        #expect(result.output.contains("begins: add address 192.0.2.10/24 to xenbr0"), "\(result.output)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        let again = try example("confirmed-change", bed.root, "xenbr0", "false", on: bed)
        #expect(again.status == 0 && again.output.contains("kept: 0 actions"), "nothing to do: \(again.output)")
    }

    @Test func `confirmed-change without a command is no approval`() throws {
        let bed = try TestBed(.bridge, cache: Self.physical)
        let before = try bed.snapshot()
        let result = try example("confirmed-change", bed.root, "xenbr0", on: bed)
        #expect(result.status == 2 && result.output.contains("usage: "), "\(result.output)")
        try bed.expectUntouched(since: before)
    }

    @Test func `confirmed-change puts back what it is stopped in, and says what cannot be had`() throws {
        let bed = try TestBed(.bridge, cache: Self.physical)
        let before = try bed.snapshot()
        let refused = try example("confirmed-change", bed.root, "xenbr7", "true", on: bed)
        #expect(refused.status == 1 && refused.output.contains("there is no network xenbr7"), "\(refused.output)")
        // The command that is asked ends the program that asks.
        let stopped = try example(
            "confirmed-change", bed.root, "xenbr0", "sh", "-c", "kill $PPID; exit 1", on: bed)
        #expect(stopped.status == 1 && stopped.output.contains("ended by SIGTERM"), "\(stopped.output)")
        try bed.expectPutBack(to: before)
    }
}
