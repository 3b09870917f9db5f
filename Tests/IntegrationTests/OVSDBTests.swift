import Foundation
import NetConfigCore
@testable import NetConfigSystem
import Testing

/// The changes that add a bridge with its own port.
private func bridge(_ name: String, ports: [String] = [], columns: [String: OVSDBValue] = [:]) -> [VswitchChange] {
    let netdev = ["datapath_type": OVSDBValue.string("netdev")].merging(columns) { _, new in new }
    return [
        VswitchChange(.bridge, name, before: nil, after: VswitchRow(columns: netdev, members: [name] + ports)),
        VswitchChange(.port, name, before: nil, after: VswitchRow(members: [name])),
        VswitchChange(.interface, name, before: nil, after: VswitchRow(columns: ["type": .string("internal")])),
    ]
}

/// The changes that add a port with one interface, but not to a bridge.
private func port(_ name: String, columns: [String: OVSDBValue] = [:]) -> [VswitchChange] {
    [
        VswitchChange(.port, name, before: nil, after: VswitchRow(columns: columns, members: [name])),
        VswitchChange(.interface, name, before: nil, after: VswitchRow()),
    ]
}

extension VswitchState {
    /// The change that a closure makes to a bridge of this state.
    func changing(_ bridge: String, _ change: (inout VswitchRow) -> Void) throws -> VswitchChange {
        let before = try #require(bridges[bridge])
        var after = before
        change(&after)
        return VswitchChange(
            .bridge, bridge, before: before, after: VswitchRow(columns: after.columns, members: after.members))
    }

    /// The changes that delete a bridge with all that is on it.
    func deleting(_ bridge: String) throws -> [VswitchChange] {
        let row = try #require(bridges[bridge])
        var changes = [VswitchChange(.bridge, bridge, before: row, after: nil)]
        for port in row.members {
            changes.append(VswitchChange(.port, port, before: ports[port], after: nil))
            for interface in ports[port]?.members ?? [] {
                changes.append(VswitchChange(.interface, interface, before: interfaces[interface], after: nil))
            }
        }
        return changes
    }
}

@Suite(.enabled(if: OpenVswitch.isUsable, "needs root and Open vSwitch"), .serialized)
struct OVSDBTests {
    @Test func `an empty database has no bridges`() throws {
        let ovs = try OpenVswitch(vswitchd: false)
        #expect(try OVSDBClient(socket: ovs.socket).readState() == VswitchState())
    }

    @Test func `a committed bridge with a port is there when commit returns`() throws {
        let ovs = try OpenVswitch()
        try ovs.addNIC("nic0")
        let client = try OVSDBClient(socket: ovs.socket)
        _ = try client.readState()
        let changes = bridge("br0", ports: ["nic0"]) + port("nic0", columns: ["tag": .integer(7)])
        try client.commit(changes)

        try ovs.shell("ip -n $NS link show br0")
        #expect(try ovs.vsctl("list-ports br0") == "nic0")
        #expect(try client.ofports(of: ["nic0", "none"]).keys.sorted() == ["nic0"])
        #expect(client.curCfg == client.nextCfg)
        let state = try client.readState()
        for change in changes {
            let row = [state.bridges, state.ports, state.interfaces].compactMap { $0[change.name] }.contains {
                $0 == change.after
            }
            #expect(row, "\(change.table) \(change.name)")
        }

        try client.commit(changes.reversed().map(\.inverse))
        #expect(try client.readState() == VswitchState())
        #expect(throws: OpenVswitch.Failure.self) { try ovs.shell("ip -n $NS link show br0") }
    }

    @Test func `long texts of ports that are expected are not sent, and the rows are the same`() throws {
        let ovs = try OpenVswitch()
        let texts = ["a", "b"].map { String(repeating: $0, count: 2000) }
        let values = texts.map { OVSDBValue.map([.string("networks"): .string($0)]) }
        try ovs.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev")
        let ports = [
            "same1": "networks=\(texts[0])", "same2": "networks=\(texts[0])", "more": "networks=\(texts[0]) x=y",
            "other": "networks=\(texts[1])", "short": "networks=a", "none": "",
        ]
        for (port, ids) in ports {
            let set = ids.isEmpty ? "" : ids.split(separator: " ").map { "external_ids:\($0)" }.joined(separator: " ")
            try ovs.vsctl(
                "add-port br0 \(port) -- set interface \(port) type=internal"
                    + (set.isEmpty ? "" : " -- set port \(port) \(set)"))
        }
        let all = try OVSDBClient(socket: ovs.socket).readState()
        #expect(all.ports["same1"]?["external_ids"] == values[0] && all.ports.count == 7)
        let expectations = [[values[0]], [values[1]], values, [.map([.string("networks"): .string("nothing")])]]
        for expected in expectations {
            let client = try OVSDBClient(socket: ovs.socket)
            #expect(try client.readState(expecting: expected) == all)
            #expect(try client.readState() == all, "with what the first reading found")
        }
        let client = try OVSDBClient(socket: ovs.socket)
        let answers = try client.run(VswitchReading.transaction(schema: nil, known: values))
        let sent = answers.map { "\($0.rows)" }.joined()
        #expect(sent.contains("same1") && sent.components(separatedBy: texts[0]).count == 2, "of port more alone")
        #expect(!sent.contains(texts[1]))
        _ = try client.readState()
        try ovs.vsctl("set port same2 external_ids:networks=new -- set port none external_ids:networks=\(texts[1])")
        let changed = try client.readState()
        #expect(try changed == OVSDBClient(socket: ovs.socket).readState() && changed != all)
    }

    @Test func `no change makes no transaction`() throws {
        let ovs = try OpenVswitch()
        let client = try OVSDBClient(socket: ovs.socket)
        _ = try client.readState()
        try client.commit([])
        #expect(try ovs.vsctl("get open_vswitch . next_cfg") == String(client.nextCfg))
    }

    @Test func `a port moved to another bridge in one transaction keeps its row and its OpenFlow port`() throws {
        let ovs = try OpenVswitch()
        try ovs.addNIC("nic0")
        try ovs.vsctl(
            """
            add-br a -- set bridge a datapath_type=netdev -- add-br b -- set bridge b datapath_type=netdev \
              -- add-port a nic0 -- set interface nic0 ofport_request=42
            """)
        let client = try OVSDBClient(socket: ovs.socket)
        let state = try client.readState()
        let identity = try ovs.vsctl("get port nic0 _uuid -- get interface nic0 _uuid")
        try client.commit([
            state.changing("a") { $0.members.removeAll { $0 == "nic0" } },
            state.changing("b") { $0.members.append("nic0") },
        ])
        #expect(try ovs.vsctl("port-to-br nic0") == "b")
        #expect(try ovs.vsctl("get port nic0 _uuid -- get interface nic0 _uuid") == identity)
        #expect(try client.ofports(of: ["nic0"]) == ["nic0": 42])
    }

    @Test func `a row that another program changed since it was read is not overwritten`() throws {
        let ovs = try OpenVswitch()
        try ovs.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev")
        let client = try OVSDBClient(socket: ovs.socket)
        let state = try client.readState()
        let change = try state.changing("br0") { $0["external_ids"] = .map(["owner": "us"]) }
        try ovs.vsctl("set bridge br0 external_ids:owner=them other_config:note=x")
        #expect {
            try client.commit([change])
        } throws: { error in
            if case OVSDBError.guardFailed = error { true } else { false }
        }
        #expect(try ovs.vsctl("get bridge br0 external_ids:owner") == "them")

        // Read again, it works; the column that did not differ stays.
        try client.commit([client.readState().changing("br0") { $0["external_ids"] = .map(["owner": "us"]) }])
        #expect(try ovs.vsctl("get bridge br0 external_ids:owner other_config:note") == "us\nx")
    }

    @Test(arguments: [
        "set port br0 tag=5", "add-port br0 other -- set interface other type=internal", "del-br br0",
        "del-br br0 -- add-br br0",
    ])
    func `a guard notices`(_ interference: String) throws {
        let ovs = try OpenVswitch(vswitchd: false)
        try ovs.vsctl("--no-wait add-br br0")
        let client = try OVSDBClient(socket: ovs.socket)
        let state = try client.readState()
        let tagged = VswitchChange(
            .port, "br0", before: state.ports["br0"],
            after: VswitchRow(columns: ["tag": .integer(9)], members: ["br0"]))
        try ovs.vsctl("--no-wait \(interference)")
        let changes = interference.hasPrefix("add-port") ? try state.deleting("br0") : [tagged]
        #expect {
            try client.commit(changes)
        } throws: { error in
            if case OVSDBError.guardFailed = error { true } else { false }
        }
    }

    @Test func `a bridge that another program has made meanwhile is not made twice`() throws {
        let ovs = try OpenVswitch()
        let client = try OVSDBClient(socket: ovs.socket)
        _ = try client.readState()
        try ovs.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev")
        #expect(throws: OVSDBError.guardFailed("checking that there is no Bridge br0 failed")) {
            try client.commit(bridge("br0"))
        }
    }

    @Test func `without ovs-vswitchd a change is an error in time, and is taken back`() throws {
        let ovs = try OpenVswitch(vswitchd: false)
        var limits = OVSDBClient.Limits()
        (limits.change, limits.inverse) = (.milliseconds(300), .milliseconds(300))
        let client = try OVSDBClient(socket: ovs.socket, limits: limits)
        let before = try client.readState()
        let clock = ContinuousClock()
        let start = clock.now
        #expect {
            try client.commit(bridge("br0"))
        } throws: { error in
            guard case OVSDBError.notFinished(_, 0, 0.3)? = (error as? TakenBack)?.cause else { return false }
            return true
        }
        #expect(clock.now - start < .seconds(2))
        #expect(try client.readState() == before)
    }

    @Test func `a NIC that is missing is an error that names it, and the change is taken back`() throws {
        let ovs = try OpenVswitch()
        try ovs.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev")
        let client = try OVSDBClient(socket: ovs.socket)
        let before = try client.readState()
        let changes = try [before.changing("br0") { $0.members.append("gone0") }] + port("gone0")
        #expect {
            try client.commit(changes)
        } throws: { error in
            guard case OVSDBError.interfaces(let failures)? = (error as? TakenBack)?.cause else { return false }
            return failures.keys.sorted() == ["gone0"] && failures["gone0"]?.contains("No such device") == true
        }
        #expect(try client.readState() == before)
        try ovs.addNIC("gone0")
        try client.commit(changes)
        #expect(try ovs.vsctl("list-ports br0") == "gone0")
    }

    @Test func `a bridge whose datapath cannot be made is an error, and the change is taken back`() throws {
        let ovs = try OpenVswitch()
        let client = try OVSDBClient(socket: ovs.socket)
        _ = try client.readState()
        #expect {
            try client.commit(bridge("br0", columns: ["datapath_type": .string("")]))
        } throws: { error in
            guard case OVSDBError.interfaces(let failures)? = (error as? TakenBack)?.cause else { return false }
            return failures.keys.sorted() == ["br0"]
        }
        #expect(try client.readState() == VswitchState())
    }

    @Test func `a broken port of a halted VM does not keep its bridge's ports from moving`() throws {
        let ovs = try OpenVswitch()
        try ovs.vsctl("add-br a -- set bridge a datapath_type=netdev -- add-br b -- set bridge b datapath_type=netdev")
        try ovs.vsctl("--no-wait add-port a vif1.0")
        let client = try OVSDBClient(socket: ovs.socket)
        let state = try client.readState()
        try client.commit([
            state.changing("a") { $0.members.removeAll { $0 == "vif1.0" } },
            state.changing("b") { $0.members.append("vif1.0") },
        ])
        #expect(try ovs.vsctl("port-to-br vif1.0") == "b")
    }

    @Test func `an ovsdb-server that was restarted between reading and committing is no error`() throws {
        let ovs = try OpenVswitch()
        let client = try OVSDBClient(socket: ovs.socket)
        _ = try client.readState()
        try ovs.stop("ovsdb-server")
        try ovs.startServer()
        try client.commit(bridge("br0"))
        #expect(try ovs.vsctl("list-br") == "br0")
    }

    @Test func `a server that is gone is an error that says so`() throws {
        let ovs = try OpenVswitch(vswitchd: false)
        var limits = OVSDBClient.Limits()
        limits.absence = .seconds(1)
        let client = try OVSDBClient(socket: ovs.socket, limits: limits)
        try ovs.stop("ovsdb-server")
        let error = #expect(throws: OVSDBError.self) { _ = try client.readState() }
        let expected = "cannot connect to ovsdb-server at \(ovs.socket): "
        #expect(error?.description.hasPrefix(expected) == true, "\(String(describing: error))")
    }

    @Test func `a schema without the newer columns is read as well`() throws {
        let ovs = try OpenVswitch(schema: VswitchSchema.earlier(), vswitchd: false)
        try ovs.vsctl("--no-wait init -- add-br br0")
        let client = try OVSDBClient(socket: ovs.socket)
        #expect(try client.readState().interfaces["br0"]?["type"] == .string("internal"))
        #expect(try client.readState().bridges.keys.sorted() == ["br0"])
    }
}
