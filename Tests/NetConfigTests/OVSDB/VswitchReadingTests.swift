import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct VswitchReadingTests {
    /// Reads an answer, in which each result but the first may be missing at the end.
    private func read(_ answer: String) throws -> VswitchReading {
        let transaction = VswitchReading.transaction(schema: nil)
        var json = try JSONReader.read(Array(answer.utf8))
        if var results = json.array {
            let none = JSON.object(["rows": .array([])])
            results += Array(repeating: none, count: max(0, transaction.operations.count - results.count))
            json = .array(results)
        }
        let results = try transaction.results(from: json, socket: "/db.sock")
        return try VswitchReading(results, of: transaction, socket: "/db.sock")
    }

    @Test func `who manages the switch is read where it is asked for, with columns of later versions`() throws {
        let transaction = VswitchReading.transaction(schema: nil, withManagement: true)
        let rows = [
            "Open_vSwitch": #"{"bridges":["uuid","b"],"next_cfg":1,"cur_cfg":1}"#,
            "Bridge": #"{"_uuid":["uuid","b"],"name":"xenbr0","ports":["set",[]]}"#,
            "Manager": #"{"_uuid":["uuid","m"],"target":"ssl:192.0.2.9","is_connected":true,"inactivity_probe":0}"#,
            "SSL": #"{"_uuid":["uuid","s"],"ca_cert":"/ca","certificate":"","ssl_ciphers":"HIGH"}"#,
            "Flow_Sample_Collector_Set":
                #"{"_uuid":["uuid","f"],"id":3,"bridge":["uuid","b"],"_version":["uuid","v"]}"#,
        ]
        let results = try transaction.operations.map { operation in
            guard case .select(let table, _, _) = operation, let row = rows[table] else {
                return OVSDBTransaction.Result(rows: [], uuid: nil)
            }
            let object = try #require(JSONReader.read(Array(row.utf8)).object)
            return OVSDBTransaction.Result(rows: [object], uuid: nil)
        }
        let reading = try VswitchReading(results, of: transaction, socket: "/db.sock")
        #expect(
            reading.state.managers
                == ["ssl:192.0.2.9": VswitchRow(columns: ["inactivity_probe": .set([.integer(0)])])])
        #expect(
            reading.state.ssl["configuration"]?.columns == ["ca_cert": .string("/ca"), "ssl_ciphers": .string("HIGH")])
        #expect(reading.state.sampleCollectors["xenbr0 3"]?.columns == ["id": .integer(3), "bridge": .uuid("b")])
        #expect(reading.rows.uuids[.manager] == ["ssl:192.0.2.9": "m"])
        #expect(VswitchReading.transaction(schema: nil).operations.count == transaction.operations.count - 3)
        let old = VswitchReading.transaction(schema: ["Manager": []], withManagement: true)
        #expect(old.operations.contains(.select(from: "Manager")) && !old.operations.contains(.select(from: "SSL")))
    }

    /// Rows as ovsdb-server sends them: a bridge with a bond, a port with VLAN 0 and a mirror; a Port row
    /// that belongs to no bridge.
    private var captured: String {
        get throws { try String(contentsOf: ovsdbTestData("reading.json"), encoding: .utf8) }
    }

    @Test func `rows are read with their members, without defaults and without what no bridge has`() throws {
        let reading = try read(captured)
        #expect(reading.nextCfg == 4)
        #expect(reading.curCfg == 3)
        #expect(
            reading.state
                == VswitchState(
                    bridges: [
                        "xenbr0": VswitchRow(
                            columns: [
                                "fail_mode": .string("standalone"),
                                "mirrors": .uuid("00000000-0000-4000-8000-000000000004"),
                                "other_config": .map(["hwaddr": "00:16:3e:00:00:01"]),
                            ], members: ["bond0", "vif1.0"])
                    ],
                    ports: [
                        "bond0": VswitchRow(
                            columns: ["bond_updelay": .integer(31000)], members: ["eth0", "eth1"]),
                        "vif1.0": VswitchRow(
                            columns: ["tag": .set([.integer(0)]), "trunks": .set([.integer(0), .integer(7)])],
                            members: ["vif1.0"]),
                    ],
                    interfaces: [
                        "eth0": VswitchRow(), "eth1": VswitchRow(columns: ["mtu_request": .integer(9000)]),
                        "vif1.0": VswitchRow(),
                    ]))
        #expect(reading.rows.uuids[.port]?["bond0"] == "00000000-0000-4000-8000-000000000002")
        let mirror = try #require(reading.rows.dependents["00000000-0000-4000-8000-000000000004"])
        #expect(mirror == .init(table: "Mirror", columns: ["name": .string("m"), "select_all": .boolean(true)]))
    }

    @Test(arguments: [
        ("[]", "table Open_vSwitch has no row: the database is not initialised"),
        (#"[{"rows":[{"next_cfg":1}]}]"#, "the row of table Open_vSwitch lacks columns"),
        (
            #"[{"rows":[{"next_cfg":1,"cur_cfg":1,"bridges":["uuid","u"]}]}]"#, "no row or name of Bridge u"
        ),
        (
            #"[{"rows":[{"next_cfg":1,"cur_cfg":1,"bridges":["uuid","u"]}]},{"rows":[{"name":"a"}]}]"#,
            "a row of Bridge without _uuid"
        ),
        (
            #"[{"rows":[{"next_cfg":1,"cur_cfg":1,"bridges":["uuid","u"]}]},"#
                + #"{"rows":[{"_uuid":["uuid","u"],"name":"a"}]}]"#,
            "no ports in Bridge a"
        ),
        (
            #"[{"rows":[{"next_cfg":1,"cur_cfg":1,"bridges":["set",[["uuid","u"],["uuid","v"]]]}]},{"rows":["#
                + #"{"_uuid":["uuid","u"],"name":"a","ports":["set",[]]},"#
                + #"{"_uuid":["uuid","v"],"name":"a","ports":["set",[]]}]}]"#,
            "two rows of Bridge named a, or one with two owners"
        ),
        (
            #"[{"rows":[{"next_cfg":1,"cur_cfg":1,"bridges":["uuid","u"]}]},"#
                + #"{"rows":[{"_uuid":["uuid","u"],"name":"a","ports":["set",[]],"fail_mode":{}}]}]"#,
            "no value in column fail_mode of Bridge"
        ),
    ])
    func `what makes no sense is an error that says what`(answer: String, reason: String) {
        #expect(throws: OVSDBError.malformedAnswer(socket: "/db.sock", reason: reason)) { try read(answer) }
    }

    @Test func `with a schema, only what it has is asked for`() throws {
        let schema = try VswitchReading.schema(
            from: try JSONReader.read(
                Array(
                    #"{"tables":{"Bridge":{"columns":{"name":1,"ports":1,"fail_mode":1}},"Mirror":{}}}"#.utf8)),
            socket: "/db.sock")
        let operations = VswitchReading.transaction(schema: schema).operations
        #expect(operations.contains(.select(from: "Bridge", columns: ["_uuid", "name", "ports", "fail_mode"])))
        #expect(operations.last == .select(from: "Mirror"))
    }
}
