import Foundation
import NetConfigCore
import Testing

/// The plugin's `emergency_reset`, and the reset within an update, beside those of `ovs-vsctl` itself: all do their work
/// on copies of one database, in which every table has rows.
@Suite("emergency reset", .serialized, .needsTestBed)
struct EmergencyResetTests {
    private let bed: TestBed
    private let populated: [String]

    init() throws {
        bed = try TestBed(.openvswitch, cache: "plan/_topologies/two-cards.dbcache")
        for bridge in ["xenbr0", "xenbr1"] { try #require(try bed.run("--force", bridge, "up").status == 0) }
        try bed.populateVswitch()
        populated = try bed.database()
        try restart(keeping: "cp")
    }

    /// Stops Open vSwitch, and starts it again with the database copied away (`cp`), or brought back (`mv` and so on).
    private func restart(keeping command: String) throws {
        for step in ["vswitchd-stop", "ovsdb-stop"] { try bed.bed([step, bed.directory]) }
        let (database, copy) = ("\(bed.directory)/ovs/conf.db", "\(bed.directory)/conf.db.copy")
        _ = try bed.host(["cp"] + (command == "cp" ? [database, copy] : [copy, database]))
        for step in ["ovsdb-start", "vswitchd-start"] { try bed.bed([step, bed.directory]) }
    }

    @Test
    func `every table has rows before`() throws {
        for table in [
            "Mirror", "Controller", "Manager", "NetFlow", "SSL", "sFlow", "IPFIX", "Flow_Sample_Collector_Set", "QoS",
            "Queue", "Flow_Table", "AutoAttach",
        ] {
            #expect(populated.contains { $0.hasPrefix(table + " ") }, "\(table)")
        }
    }

    @Test(arguments: VswitchPlugin.allCases)
    func `leaves row by row what ovs-vsctl emer-reset leaves`(_ name: VswitchPlugin) throws {
        let nextCfg = try bed.vsctl("get", "open_vswitch", ".", "next_cfg")
        #expect(try bed.plugin(name, "emergency_reset").Value == "Reset the configuration of Open vSwitch.")
        #expect(try bed.vsctl("get", "open_vswitch", ".", "next_cfg", "cur_cfg") != "\(nextCfg)\n\(nextCfg)")
        let ours = try bed.database()
        try restart(keeping: "copy")
        #expect(try bed.database() == populated)
        _ = try bed.vsctl(["emer-reset"] + Self.forgotten)
        let theirs = try bed.database()
        #expect(difference(ours, theirs) == [])
        #expect(ours.count < populated.count - 40, "it does much")
        #expect(ours.contains { $0.hasPrefix("QoS ") && $0.contains("linux-htb") }, "what is not a controller's stays")

        // Once more there is nothing to do, and nothing is written.
        let (result, trace) = try bed.traced(command: bed.pluginCommand(name, TestBed.call("emergency_reset")))
        #expect(try bed.reply(of: result).Value == "No change to configuration")
        #expect(Set(trace.databaseOperations) == ["select"])
        #expect(trace.fileChanges.isEmpty && trace.netlinkChanges.isEmpty && trace.programs.isEmpty)
    }

    @Test
    func `within an update that sets a controller, leaves what emer-reset, set-ssl and set-manager leave`() throws {
        let xapi = try XAPIServer(bed, cache: "plan/_topologies/two-cards.dbcache")
        try xapi.set("SDN_controller", "sdn", ["protocol": "ssl", "address": "192.0.2.9", "port": 6632])
        try bed.installFirewall()
        #expect(try bed.plugin(.configUpdate).Status == "Success")
        let ours = try bed.database()
        try restart(keeping: "copy")
        let key = "/etc/xensource/xapi-ssl.pem"
        let controller = ["--", "--bootstrap", "set-ssl", key, key, "/etc/openvswitch/vswitchd.cacert"]
        let manager = ["--", "set-manager", "ssl:192.0.2.9:6632"]
        let modes = ["xenbr0", "xenbr1"].flatMap { ["--", "set-fail-mode", $0, "standalone"] }
        _ = try bed.vsctl(["emer-reset"] + Self.forgotten + controller + manager + modes)
        #expect(difference(ours, try bed.database()) == [])
    }

    @Test
    func `that fails leaves every row as it was, the removed ones with their contents`() throws {
        let daemon = try bed.host("cat", "\(bed.directory)/ovs/ovs-vswitchd.pid").filter(\.isNumber)
        try bed.host("kill", "-STOP", daemon)
        let reply = try bed.plugin(.configUpdate, "emergency_reset")
        try bed.host("kill", "-CONT", daemon)
        #expect(reply.code == "VSWITCH_EMER_RESET_FAILURE")
        #expect(reply.message.contains("ovs-vswitchd did not finish the change within 20 s"))
        #expect(difference(try bed.database(identities: false), bed.withoutIdentities(populated)) == [])
    }

    /// What the command leaves by mistake, as of Open vSwitch 3.1, although it deletes the IPFIX configuration by its manual
    /// and goes through these rows: it has not read them.
    private static let forgotten = ["--", "--all", "destroy", "Flow_Sample_Collector_Set"]

    private func difference(_ a: [String], _ b: [String]) -> [String] {
        (Set(a).subtracting(b).map { "- " + $0 } + Set(b).subtracting(a).map { "+ " + $0 }).sorted()
    }
}

extension TestBed {
    /// Fills every table that a controller or an administrator can fill, on bridges `xenbr0` and `xenbr1`.
    func populateVswitch() throws {
        let bridge = [
            "set-fail-mode xenbr0 secure", "set bridge xenbr0 flood_vlans=0,7",
            "set bridge xenbr0 other_config:forward-bpdu=true other_config:disable-in-band=true",
            "set bridge xenbr1 other_config={mac-aging-time=600} external_ids:theirs=1",
            "set port eth0 other_config:priority-tags=always tag=0", "set interface eth0 other_config:theirs=1",
            "set interface eth0 ingress_policing_rate=1000 ingress_policing_burst=100",
            "set interface eth0 ingress_policing_kpkts_rate=3", "set interface eth1 ingress_policing_burst=50",
            "set bridge xenbr0 mcast_snooping_enable=true protocols=OpenFlow10,OpenFlow13",
        ]
        let rows = [
            "--id=@q1 create queue dscp=10 -- --id=@q create qos type=linux-htb queues:1=@q1 other_config:max-rate=1000000"
                + " -- set port eth1 qos=@q",
            "--id=@p get port eth0 -- --id=@b get port xenbr0 -- --id=@m create mirror name=m1 select_src_port=@p,@b"
                + " output_vlan=99 external_ids:theirs=1 -- --id=@n create mirror name=m2 select_all=true output_vlan=98"
                + " -- set bridge xenbr0 mirrors=@m,@n",
            "--id=@f create netflow targets=\"127.0.0.1:5566\" active_timeout=30 -- set bridge xenbr0 netflow=@f"
                + " -- set bridge xenbr1 netflow=@f",
            "--id=@s create sflow targets=\"127.0.0.1:6343\" sampling=64 polling=10 -- set bridge xenbr0 sflow=@s",
            "--id=@i create ipfix targets=\"127.0.0.1:4739\" obs_domain_id=123 -- set bridge xenbr0 ipfix=@i",
            "--id=@b get bridge xenbr0 -- --id=@i create ipfix targets=\"127.0.0.1:4740\""
                + " -- create flow_sample_collector_set id=1 bridge=@b ipfix=@i"
                + " -- create flow_sample_collector_set id=2 bridge=@b external_ids:theirs=1",
            "set-controller xenbr0 tcp:127.0.0.1:6653 ptcp:6654:127.0.0.1 -- set-controller xenbr1 tcp:127.0.0.1:6655",
            "set controller xenbr1 max_backoff=9000 inactivity_probe=0",
            "set-manager ptcp:6641:127.0.0.1 ssl:192.0.2.8:6640 -- set-ssl /etc/old.pem /etc/old.pem /etc/oldca.pem",
            "set manager ssl:192.0.2.8:6640 inactivity_probe=0 external_ids:theirs=1",
            "--id=@t create flow_table name=t0 flow_limit=1000 -- set bridge xenbr0 flow_tables:0=@t",
            "--id=@a create autoattach system_name=x -- set bridge xenbr1 auto_attach=@a",
        ]
        for command in bridge + rows {
            _ = try vsctl(["--no-wait", "--"] + command.split(separator: " ").map(String.init))
        }
        _ = try vsctl("set", "open_vswitch", ".", "external_ids:theirs=1")
    }

    func vsctl(_ arguments: [String]) throws -> String { try host(["ovs-vsctl", "--timeout=10"] + arguments) }

    /// A line for each column of each row of the database, but what changes by itself. A row is known by its UUID, or by
    /// its table alone where an update makes it anew.
    func database(identities: Bool = true) throws -> [String] {
        struct Schema: Decodable {
            struct Table: Decodable { var columns: [String: Column] }
            struct Column: Decodable { var ephemeral: Bool? }

            var tables: [String: Table]
        }
        let file = URL(fileURLWithPath: "/usr/share/openvswitch/vswitch.ovsschema")
        let schema = try JSONDecoder().decode(Schema.self, from: Data(contentsOf: file))
        let columns = schema.tables.mapValues { table in
            let kept = table.columns.filter { $0.value.ephemeral != true && !["next_cfg", "cur_cfg"].contains($0.key) }
            return (["_uuid"] + kept.keys.sorted()).joined(separator: ",")
        }
        let tables = try vswitchTables(columns)
        var names: [String: String] = [:]
        for table in tables where ["Manager", "SSL"].contains(table.name) {
            for row in table.rows { names[row.identity] = table.name }
        }
        let lines = tables.flatMap { table in
            table.rows.flatMap { row in
                row.columns.map { column, value in
                    "\(table.name) \(names[row.identity] ?? row.identity) \(column): \(value.text(names: names))"
                }
            }
        }
        return (identities ? lines : withoutIdentities(lines)).sorted()
    }

    /// The same where rows were made again, which are what they were but for their UUIDs.
    func withoutIdentities(_ database: [String]) -> [String] {
        database.map { $0.replacing(#/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#, with: "row") }.sorted()
    }
}
