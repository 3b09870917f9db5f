import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// Live data from XAPI, through the command lines of those who call the program.
@Suite("live XAPI data", .serialized, .needsTestBed)
struct LiveDataTests {
    static let session = ["--session", XAPIServer.session]

    /// A host with live data and no cache.
    private func start(
        _ topology: String, _ datapath: Datapath = .openvswitch
    ) throws -> (bed: TestBed, xapi: XAPIServer) {
        let cache = "plan/_topologies/\(topology).dbcache"
        let bed = try TestBed(datapath, cache: cache)
        try FileManager.default.removeItem(atPath: bed.root + "/var/xapi/network.dbcache")
        return (bed, try XAPIServer(bed, cache: cache))
    }

    private func succeed(
        _ bed: TestBed, _ arguments: [String], location: SourceLocation = #_sourceLocation
    ) throws -> TestBed.Result {
        let result = try bed.run(arguments)
        #expect(result.status == 0, "\(result.errors)", sourceLocation: location)
        #expect(!(result.errors + result.output).contains("secret"), sourceLocation: location)
        return result
    }

    // MARK: XAPI: plug, unplug, change of the management interface

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `XAPI plugs a PIF, makes it the management interface, and unplugs it`(_ datapath: Datapath) throws {
        let (bed, xapi) = try start("two-cards", datapath)
        let pif = Self.session + ["--pif", "pif-eth0"]
        _ = try succeed(bed, pif + ["up"])
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        #expect(bed.text("/run/interface-reconfigure/attached") == "xenbr0\n")
        let cache = try #require(bed.text("/var/xapi/network.dbcache"))
        #expect(cache.contains("<uuid>uuid-eth0</uuid>") && !cache.contains("@2"), "the records of this host only")
        #expect(cache.contains("<currently_attached>False<"))

        try xapi.attach("pif-eth0")
        _ = try succeed(bed, pif + ["up", "--management"])
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("<currently_attached>True<") == true)
        let before = try bed.snapshot()
        #expect(try succeed(bed, pif + ["up", "--management"]).errors.contains("nothing to do"))
        try bed.expectUntouched(since: before)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))

        _ = try succeed(bed, pif + ["down"])
        #expect(try bed.devices()["xenbr0"] == nil)
        #expect(try !bed.device("eth0").isUp)
        #expect(try bed.routes().isEmpty)
        #expect(bed.text("/run/interface-reconfigure/attached") == nil)
    }

    @Test
    func `a caller's session is used for seven calls on one connection, and left open`() throws {
        let (bed, xapi) = try start("two-cards")
        _ = try succeed(bed, Self.session + ["--pif", "pif-eth0", "up"])
        #expect(
            try xapi.log() == [
                "connection 1", "call host.get_by_uuid", "call PIF.get_all_records_where", "call VLAN.get_all_records",
                "call Bond.get_all_records", "call tunnel.get_all_records", "call network.get_all_records",
                "call pool.get_all_records",
            ])
        _ = try succeed(bed, Self.session + ["--pif", "pif-eth0", "down"])
    }

    @Test
    func `an administrator's command opens a session of its own and closes it: nine calls on one connection`() throws {
        let (bed, xapi) = try start("two-cards")
        _ = try succeed(bed, ["--pif-uuid", "uuid-eth1", "up"])
        #expect(try bed.vsctl("list-br") == "xenbr1")
        let log = try xapi.log()
        #expect(log.filter { $0.hasPrefix("connection") }.count == 1)
        #expect(log.filter { $0.hasPrefix("call") }.count == 9)
        #expect(log.first { $0.hasPrefix("call") } == "call session.login_with_password")
        #expect(log.suffix(2) == ["call session.logout", "sessions 1"], "the caller's session is not ours to close")
    }

    @Test
    func `the socket of an older XAPI, and one that is named, are found`() throws {
        let cache = "plan/_topologies/physical.dbcache"
        let bed = try TestBed(.bridge, cache: cache)
        let xapi = try XAPIServer(bed, cache: cache, socket: "/var/xapi/xapi")
        _ = try succeed(bed, ["rewrite"])
        #expect(try xapi.log().contains("call session.logout"))
        try bed.makeDirectory("/other")
        try bed.host("mv", bed.root + "/var/xapi/xapi", bed.root + "/other/xapi")
        _ = try succeed(bed, ["--xapi-socket", bed.root + "/other/xapi", "rewrite"])
    }

    // MARK: The boot script, the XAPI plugin

    @Test
    func `the host boots from the cache that live data left, and writes it again when it stops`() throws {
        let (bed, xapi) = try start("vlan-static")
        _ = try succeed(bed, ["rewrite"])
        _ = try succeed(bed, ["--management", "--force-interface", "xenbr0", "up"])
        _ = try succeed(bed, ["--force-interface", "xapi5", "up"])
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"])
        try xapi.attach("pif-eth0")
        try xapi.attach("pif-vlan5")
        let before = try bed.snapshot()
        for (pif, bridge) in [("pif-eth0", "xenbr0"), ("pif-vlan5", "xapi5")] {
            let up = try bed.run(Self.session + ["--pif", pif, "up", "--dry-run"])
            let actions = up.output.split(separator: "\n").filter { $0.contains("  # ") }
            #expect(actions.count == 1, "only the cache of \(bridge): \(up.output)")
        }
        try bed.expectUntouched(since: before)
        _ = try succeed(bed, ["rewrite"])
        let cache = try #require(bed.text("/var/xapi/network.dbcache"))
        #expect(cache.components(separatedBy: "<currently_attached>True<").count == 3)
        #expect(bed.text("/var/xapi/network.dbcache.last-good") != nil)
    }

    @Test
    func `rewrite brings the network UUIDs of all attached bridges in line`() throws {
        let (bed, xapi) = try start("vlan-static")
        _ = try succeed(bed, Self.session + ["--pif", "pif-vlan5", "up"])
        _ = try bed.vsctl("br-set-external-id", "xapi5", "xs-network-uuids", "stale")
        _ = try bed.vsctl("set", "bridge", "xenbr0", "external_ids:xs-network-uuids=stale", "external_ids:theirs=1")
        try xapi.set("network", "network-vlan5", ["uuid": "net-vlan5-new"])
        _ = try succeed(bed, ["rewrite"])
        let uuids = try bed.vsctl("get", "bridge", "xenbr0", "external_ids:xs-network-uuids")
        #expect(uuids == "\"net-eth0;net-vlan5-new\"")
        #expect(try bed.vsctl("br-get-external-id", "xapi5", "xs-network-uuids") == "net-eth0;net-vlan5-new")
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "external_ids:theirs") == "\"1\"")
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("net-vlan5-new") == true)

        let before = try bed.snapshot()
        #expect(try succeed(bed, ["rewrite"]).errors.contains("nothing to do"))
        try bed.expectUntouched(since: before)
    }

    @Test
    func `rewrite writes the cache while Open vSwitch is down, and on the Linux bridge`() throws {
        let (bed, _) = try start("vlan-static")
        try bed.bed(["ovsdb-stop", bed.directory])
        #expect(try succeed(bed, ["rewrite"]).errors.contains("ovsdb-server is not running"))
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("vlan-vlan5") == true)
        let (bridge, _) = try start("vlan-static", .bridge)
        _ = try succeed(bridge, ["rewrite-configuration"])
        #expect(bridge.text("/var/xapi/network.dbcache")?.contains("vlan-vlan5") == true)
    }

    @Test
    func `a dry run shows the plan and the cache, and touches nothing`() throws {
        let (bed, _) = try start("physical")
        let before = try bed.snapshot()
        let up = try succeed(bed, ["--pif-uuid", "uuid-eth0", "up", "--dry-run"])
        #expect(up.output.contains("add address 192.0.2.10/24 to xenbr0") && up.output.contains("network.dbcache"))
        #expect(try succeed(bed, ["rewrite", "--dry-run"]).output.contains("network.dbcache"))
        try bed.expectUntouched(since: before)
    }

    // MARK: What the records say

    @Test
    func `the bridge below a VLAN stays or goes with it as XAPI says, not as our own record does`() throws {
        let (bed, xapi) = try start("vlan-static")
        let vlan = Self.session + ["--pif", "pif-vlan5"]
        _ = try succeed(bed, vlan + ["up"])
        for pif in ["pif-eth0", "pif-vlan5"] { try xapi.attach(pif) }
        #expect(bed.text("/run/interface-reconfigure/attached") == "xapi5\n")
        _ = try succeed(bed, vlan + ["down"])
        #expect(try bed.vsctl("list-br") == "xenbr0")

        _ = try succeed(bed, vlan + ["up"])
        try xapi.attach("pif-eth0", false)
        try bed.write("xapi5\nxenbr0\n", to: "/run/interface-reconfigure/attached")
        _ = try succeed(bed, vlan + ["down"])
        #expect(try bed.vsctl("list-br") == "")
    }

    @Test
    func `a bond takes its mode and properties from its record, and is unplugged when a slave is plugged`() throws {
        let (bed, xapi) = try start("bond")
        try xapi.set(
            "Bond", "bond-bond0",
            ["mode": "lacp", "properties": ["hashing_algorithm": "tcpudp_ports", "lacp-time": "fast"]])
        _ = try succeed(bed, Self.session + ["--pif", "pif-bond0", "up"])
        let port = try bed.vsctl("get", "port", "bond0", "lacp", "bond_mode", "other_config:lacp-time")
        #expect(bed.lines(port) == ["active", "balance-tcp", "fast"])
        _ = try succeed(bed, Self.session + ["--pif", "pif-eth0", "up"])
        #expect(try bed.vsctl("list-br") == "xenbr0")
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `IPv6 addresses, gateway and primary address type are those of the record`(_ datapath: Datapath) throws {
        let (bed, xapi) = try start("physical", datapath)
        try xapi.set(
            "PIF", "pif-eth0",
            [
                "ip_configuration_mode": "None", "IP": "", "netmask": "", "gateway": "", "DNS": "2001:db8::53",
                "ipv6_configuration_mode": "Static", "IPv6": ["2001:db8::10/64", "2001:db8::11/64"],
                "ipv6_gateway": "2001:db8::1", "primary_address_type": "IPv6", "properties": ["gro": "on"],
            ])
        _ = try succeed(bed, Self.session + ["--pif", "pif-eth0", "up", "--management"])
        #expect(try bed.device("xenbr0").addresses.sorted() == ["2001:db8::10/64", "2001:db8::11/64"])
        #expect(try bed.routes().contains { $0.hasPrefix("default via 2001:db8::1 dev xenbr0") })
        #expect(try bed.host("ethtool", "-k", "eth0").contains("generic-receive-offload: on"))
        let cache = try #require(bed.text("/var/xapi/network.dbcache"))
        #expect(cache.contains("<primary_address_type>IPv6<") && cache.contains("<gro>on</gro>"))
    }

    @Test
    func `a tunnel's access PIF gets a bridge without card`() throws {
        let (bed, _) = try start("tunnel")
        _ = try succeed(bed, Self.session + ["--pif", "pif-tunnel", "up"])
        #expect(try bed.vsctl("list-br") == "xapi2")
        #expect(try bed.vsctl("list-ports", "xapi2") == "")
    }

    @Test
    func `a PIF that XAPI does not manage is refused, up and down`() throws {
        let (bed, xapi) = try start("physical")
        try xapi.set("PIF", "pif-eth0", ["managed": false])
        let before = try bed.snapshot()
        for verb in ["up", "down"] {
            let result = try bed.run(Self.session + ["--pif", "pif-eth0", verb])
            #expect(result.status == 1 && result.errors.contains("managed=false"), "\(result.errors)")
        }
        try bed.expectUntouched(since: before)
    }

    @Test
    func `a logical PIF of SR-IOV, and a VLAN on it, are logged and left alone, also from the cache`() throws {
        let (bed, xapi) = try start("physical")
        try xapi.set("network", "network-sriov", ["bridge": "xapi9", "PIFs": ["pif-sriov"]])
        try xapi.set("network", "network-sriov5", ["bridge": "xapi10", "PIFs": ["pif-sriov5"]])
        try xapi.set("PIF", "pif-eth0", ["sriov_physical_PIF_of": ["OpaqueRef:sriov"]])
        try xapi.set(
            "PIF", "pif-sriov",
            [
                "device": "eth0", "network": "network-sriov", "host": "OpaqueRef:host-1", "physical": false,
                "sriov_logical_PIF_of": ["OpaqueRef:sriov"], "VLAN_slave_of": ["vlan-sriov5"],
            ])
        try xapi.set(
            "PIF", "pif-sriov5",
            [
                "device": "eth0", "network": "network-sriov5", "host": "OpaqueRef:host-1", "VLAN": 5,
                "physical": false, "VLAN_master_of": "vlan-sriov5",
            ])
        try xapi.set("VLAN", "vlan-sriov5", ["tagged_PIF": "pif-sriov", "untagged_PIF": "pif-sriov5", "tag": 5])
        _ = try succeed(bed, ["rewrite"])
        let before = try bed.snapshot()
        for arguments in [
            Self.session + ["--pif", "pif-sriov", "up"], Self.session + ["--pif", "pif-sriov", "down"],
            Self.session + ["--pif", "pif-sriov5", "up"], ["--force", "xapi9", "up"], ["--force", "xapi10", "up"],
        ] {
            let result = try succeed(bed, arguments)
            #expect(result.errors.contains("SR-IOV"), "\(arguments): \(result.errors)")
        }
        try bed.expectUntouched(since: before)
        _ = try succeed(bed, Self.session + ["--pif", "pif-eth0", "up"])
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "external_ids:xs-network-uuids") == "net-eth0")
    }

    @Test(arguments: [
        ("physical", "xenbr0", "pif-eth0"), ("bond", "xapi1", "pif-bond0"),
        ("vlan-on-bond", "xapi5", "pif-vlan5"), ("tunnel", "xapi2", "pif-tunnel"),
        ("bridgeless", "eth0", "pif-eth0"),
    ])
    func `the cache that live data left brings the host to the same state as live data did`(
        _ topology: String, _ bridge: String, _ pif: String
    ) throws {
        let (bed, xapi) = try start(topology)
        try xapi.set("PIF", "pif-eth0", ["other_config": ["ethtool-gro": "on", "mtu": "1400"]])
        _ = try succeed(bed, Self.session + ["--pif", pif, "up"])
        let live = try bed.snapshot()
        _ = try succeed(bed, ["--force", bridge, "down"])
        let up = try succeed(bed, ["--force", bridge, "up"])
        #expect(!up.errors.contains("nothing to do"))
        try bed.expectPutBack(to: live)
    }

    @Test
    func `live data, written to the cache and read again, is the same but for what only live data has`() throws {
        let bed = try TestBed(.bridge, cache: "cache/original.xml")
        let xapi = try XAPIServer(bed, cache: "cache/original.xml")
        let before = try CacheReader.read(contentsOf: bed.root + "/var/xapi/network.dbcache")
        _ = try succeed(bed, ["rewrite"])
        let after = try CacheReader.read(contentsOf: bed.root + "/var/xapi/network.dbcache")
        #expect(before.pifs.count > 1 && before.networks.count > 1 && !before.bonds.isEmpty)
        #expect(!before.vlans.isEmpty && !before.tunnels.isEmpty)
        #expect(after.pifs.keys.sorted() == before.pifs.keys.sorted())
        for (ref, pif) in before.pifs { #expect(after.pifs[ref] == pif) }
        #expect(after.vlans == before.vlans)
        #expect(after.tunnels.mapValues(\.accessPIF) == before.tunnels.mapValues(\.accessPIF))
        for (ref, bond) in before.bonds {
            #expect(after.bonds[ref]?.slaves == bond.slaves && after.bonds[ref]?.mode == "balance-slb")
        }
        for (ref, network) in before.networks { #expect(after.networks[ref] == network) }
        _ = try xapi.log()
    }
}
