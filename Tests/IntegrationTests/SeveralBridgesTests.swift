import Foundation
import NetConfigCore
import Testing

/// Several bridges in one run, as at boot: as one where that can be, and a broken one keeps no other down.
@Suite("several bridges in one run", .serialized, .needsTestBed)
struct SeveralBridgesTests {
    private static let up = ["--management", "--force", "xenbr0", "--force", "xenbr1", "up"]

    private func bed(_ datapath: Datapath, _ change: (String) -> String = { $0 }) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache")
        try bed.write(change(bed.text("/var/xapi/network.dbcache") ?? ""), to: "/var/xapi/network.dbcache")
        return bed
    }

    private func expectUp(_ bed: TestBed, _ bridges: [String]) throws {
        let addresses = ["xenbr0": ["192.0.2.10/24"], "xenbr1": ["198.51.100.6/24"]]
        let devices = try bed.devices()
        for (bridge, address) in addresses {
            #expect(devices[bridge]?.addresses == (bridges.contains(bridge) ? address : nil), "\(bridge)")
        }
    }

    @Test(arguments: Datapath.allCases)
    func `come up together and go down together`(datapath: Datapath) throws {
        let bed = try bed(datapath)
        let (run, trace) = try bed.traced(Self.up)
        #expect(run.status == 0, "\(run.errors)")
        #expect(trace.changingTransactions == (datapath == .openvswitch ? 1 : 0))
        try expectUp(bed, ["xenbr0", "xenbr1"])
        #expect(bed.text("/run/interface-reconfigure/attached") == "xenbr0\nxenbr1\n")
        let before = try bed.snapshot()
        #expect(try bed.run(Self.up).errors.contains("nothing to do"))
        for bridge in ["xenbr0", "xenbr1"] {
            #expect(try bed.run("--force", bridge, "up").errors.contains("nothing to do"))
        }
        try bed.expectUntouched(since: before)
        #expect(try bed.run("--force", "xenbr0", "--force", "xenbr1", "down").status == 0)
        try expectUp(bed, [])
    }

    @Test
    func `a VLAN on Open vSwitch comes up along with the bridge under it`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        let (run, trace) = try bed.traced(["--force", "xapi5", "--force", "xenbr0", "up"])
        #expect(run.status == 0 && trace.changingTransactions == 1, "\(run.errors)")
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"])
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `the list of a card's networks, which the transaction has once, is whole in the rows of all VLANs`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        let tags = 6...45
        try bed.edit("/var/xapi/network.dbcache") { cache in
            let more = tags.map { tag in
                """
                <pif ref='pif-vlan\(tag)'><uuid>uuid-vlan\(tag)</uuid><device>eth0</device>
                <network>network-vlan\(tag)</network><VLAN>\(tag)</VLAN></pif>
                <vlan ref='vlan-vlan\(tag)'><uuid>uuid-vlan-vlan\(tag)</uuid><tagged_PIF>pif-eth0</tagged_PIF>
                <untagged_PIF>pif-vlan\(tag)</untagged_PIF></vlan>
                <network ref='network-vlan\(tag)'><uuid>00000000-0000-4000-8000-0000000000\(tag + 50)</uuid>
                <bridge>xapi\(tag)</bridge></network>
                """
            }
            return cache.replacing(
                "</xenserver-network-configuration>", with: more.joined() + "</xenserver-network-configuration>")
        }
        let (run, trace) = try bed.traced(tags.flatMap { ["--force", "xapi\($0)"] } + ["up"])
        #expect(run.status == 0 && trace.changingTransactions == 1, "\(run.errors)")
        let networks =
            "net-eth0;net-vlan5;" + tags.map { "00000000-0000-4000-8000-0000000000\($0 + 50)" }.joined(separator: ";")
        for tag in tags {
            let ids = try bed.vsctl("--bare", "get", "port", "xapi\(tag)", "external_ids")
            #expect(ids == "{fake-bridge-xs-network-uuids=\"\(networks)\"}", "xapi\(tag)")
        }
        #expect(run.errors.contains("bytes)") && !run.errors.contains(networks), "the log has it in short")
    }

    @Test(arguments: Datapath.allCases)
    func `one that is unknown, and one whose card is missing, are named; the others come up`(datapath: Datapath) throws
    {
        let bed = try bed(datapath) { $0.replacing("<device>eth1</device>", with: "<device>eth9</device>") }
        let run = try bed.run("--force", "xenbr7", "--force", "xenbr1", "--force", "xenbr0", "up")
        #expect(run.status == 1)
        #expect(run.errors.contains("xenbr7") && run.errors.contains("xenbr1: PIF eth9 needs network card eth9"))
        try expectUp(bed, ["xenbr0"])
    }

    /// A host whose second card wants DHCP, which has no client that runs.
    private func bedWithoutClient(_ datapath: Datapath) throws -> TestBed {
        let bed = try bed(datapath) { cache in
            let mode = "<ip_configuration_mode>Static"
            guard let second = cache.ranges(of: mode).last else { return cache }
            return cache[..<second.lowerBound] + "<ip_configuration_mode>DHCP" + cache[second.upperBound...]
        }
        try bed.install("/sbin/dhclient", "echo 'no such luck' >&2; exit 3")
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `one without its essential address keeps its bridge, and the others come up`(datapath: Datapath) throws {
        let bed = try bedWithoutClient(datapath)
        let run = try bed.run(["--management", "--force", "xenbr1", "--force", "xenbr0", "up"])
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errors.contains("client on xenbr1") && run.errors.contains("no such luck"), "\(run.errors)")
        #expect(run.errors.contains("everything else was done and is kept"), "\(run.errors)")
        let devices = try bed.devices()
        #expect(devices["xenbr0"]?.addresses.isEmpty == false && devices["xenbr1"]?.addresses == [])
        #expect(devices["xenbr1"]?.isUp == true && devices["eth1"]?.isUp == true)
    }

    @Test(arguments: Datapath.allCases)
    func `strictly, one that fails half way is put back by itself; the others come up`(datapath: Datapath) throws {
        let bed = try bedWithoutClient(datapath)
        let run = try bed.run(["--management", "--force", "xenbr1", "--force", "xenbr0", "up", "--strict"])
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errors.contains("trying each bridge separately"), "\(run.errors)")
        #expect(run.errors.contains("xenbr1: ") && run.errors.contains("no such luck"), "\(run.errors)")
        try expectUp(bed, ["xenbr0"])
    }

    @Test(arguments: Datapath.allCases)
    func `who is asked to stop puts all of them back`(datapath: Datapath) throws {
        let trace = try bed(datapath).traced(Self.up).trace
        let messages = trace.calls.filter { $0.contains("sendmsg(") }
        let changing = messages.indices.filter { trace.netlinkChanges.contains(messages[$0]) }
        let late = try #require(changing.last { !messages[$0].contains("NEIGH") })
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        let run = try bed.traced(Self.up, options: ["-e", "inject=sendmsg:signal=SIGTERM:when=\(late + 1)"]).result
        #expect(run.status == 1 && run.errors.contains("interrupted by SIGTERM"), "\(run.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `a dry run shows the whole plan, and fails for what the run would fail for`() throws {
        let bed = try bed(.openvswitch)
        let before = try bed.snapshot()
        let run = try bed.run(["--force", "xenbr0", "--force", "xenbr1", "--force", "xenbr7", "up", "--dry-run"])
        #expect(run.status == 1 && run.errors.contains("xenbr7"))
        #expect(run.output.ranges(of: "change Open vSwitch").count == 1 && run.output.contains("rows of 2 PIFs"))
        try bed.expectUntouched(since: before)
    }
}
