import Foundation
import NetConfigCore
import Testing

/// The plugin's `update`, as XAPI calls it, under both names.
@Suite("XAPI's plugin: update", .serialized, .needsTestBed)
struct PluginUpdateTests {
    private let bed: TestBed
    private let xapi: XAPIServer
    private static let key = "/etc/xensource/xapi-ssl.pem"

    init() throws {
        let cache = "plan/_topologies/two-cards.dbcache"
        bed = try TestBed(.openvswitch, cache: cache)
        xapi = try XAPIServer(bed, cache: cache)
        for bridge in ["xenbr0", "xenbr1"] { try #require(try bed.run("--force", bridge, "up").status == 0) }
        try bed.installFirewall()
    }

    /// Sets XAPI's controller where a name of the plugin looks for it; `nil` for none.
    private func setController(_ name: VswitchPlugin, _ address: String?, port: Int = 6640) throws {
        switch name {
        case .cfgUpdate: try xapi.set("pool", "OpaqueRef:pool", ["vswitch_controller": .text(address ?? "")])
        case .configUpdate:
            guard let address else { return try xapi.remove("SDN_controller", "sdn") }
            try xapi.set(
                "SDN_controller", "sdn", ["protocol": "ssl", "address": .text(address), "port": .number(port)])
        }
    }

    private func succeed(
        _ name: VswitchPlugin, location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let reply = try bed.plugin(name, location: location)
        return try #require(reply.Value, "\(reply)", sourceLocation: location)
    }

    /// Expects that another update says that nothing changed, reads Open vSwitch's rows, and changes nothing.
    private func expectSettled(_ name: VswitchPlugin, location: SourceLocation = #_sourceLocation) throws {
        let before = try bed.snapshot()
        let (result, trace) = try bed.traced(command: bed.pluginCommand(name, TestBed.call("update")))
        #expect(try bed.reply(of: result).Value == "No change to configuration", sourceLocation: location)
        #expect(Set(trace.databaseOperations) == ["select"], sourceLocation: location)
        // The update under the earlier name begins with a rewrite, which reads as well.
        #expect(trace.transactions == (name == .configUpdate ? 1 : 2), sourceLocation: location)
        #expect(trace.fileChanges.isEmpty, "\(trace.fileChanges)", sourceLocation: location)
        #expect(trace.programs.isEmpty, "\(trace.programs)", sourceLocation: location)
        try bed.expectUntouched(since: before, location: location)
    }

    private func ssl() throws -> [String] {
        bed.lines(try bed.vsctl("get", "ssl", ".", "private_key", "certificate", "ca_cert", "bootstrap_ca_cert"))
    }

    // MARK: The controller

    @Test(arguments: VswitchPlugin.allCases)
    func `a controller is set, exchanged, and removed; nothing of the one before stays`(_ name: VswitchPlugin) throws {
        #expect(try succeed(name) == "No change to configuration")
        #expect(try bed.vsctl("get-manager") == "")
        try expectSettled(name)
        _ = try bed.vsctl("set-controller", "xenbr0", "tcp:192.0.2.8:6653")
        for (address, target) in [
            ("192.0.2.9", "ssl:192.0.2.9:6640"), ("2001:db8::9", "ssl:[2001:db8::9]:6640"),
        ] {
            try bed.makeDirectory("/etc/openvswitch")
            try bed.write("another controller's", to: VswitchPluginPaths.caCertificate)
            try setController(name, address)
            #expect(try succeed(name) == "Reset Open vSwitch and set its controller to \(target).")
            #expect(try bed.vsctl("get-manager") == target)
            #expect(
                try ssl() == ["\"\(Self.key)\"", "\"\(Self.key)\"", "\"\(VswitchPluginPaths.caCertificate)\"", "true"])
            #expect(bed.text(VswitchPluginPaths.caCertificate) == nil)
            #expect(try bed.vsctl("get-controller", "xenbr0") == "")
            try expectSettled(name)
        }
        try bed.write("the controller's", to: VswitchPluginPaths.caCertificate)
        try setController(name, nil)
        #expect(try succeed(name) == "Reset Open vSwitch and removed its controller ssl:[2001:db8::9]:6640.")
        #expect(try bed.vsctl("get-manager") == "" && bed.vsctl("--columns=_uuid", "list", "ssl") == "")
        #expect(bed.text(VswitchPluginPaths.caCertificate) == nil)
        try expectSettled(name)
        let calls = Array(repeating: "2 close 6640 0", count: 3)
        #expect(try bed.firewallCalls() == (name == .configUpdate ? calls : []))
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "fail_mode") == "standalone")
    }

    @Test
    func `under the earlier name a controller is known by its host, under the later one by all of it`() throws {
        _ = try bed.vsctl("set-manager", "ssl:192.0.2.9:6632", "ptcp:6641:127.0.0.1")
        for name in VswitchPlugin.allCases { try setController(name, "192.0.2.9") }
        #expect(try succeed(.cfgUpdate) == "No change to configuration")
        try expectSettled(.cfgUpdate)
        #expect(try succeed(.configUpdate) == "Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640.")
        #expect(try bed.vsctl("get-manager") == "ssl:192.0.2.9:6640")
        try setController(.configUpdate, "192.0.2.9", port: 6632)
        #expect(try succeed(.configUpdate) == "Reset Open vSwitch and set its controller to ssl:192.0.2.9:6632.")
        try expectSettled(.cfgUpdate)
    }

    @Test
    func `a controller that connects to the host has another CA, and its port is opened, and closed again`() throws {
        try xapi.set("SDN_controller", "sdn", ["protocol": "pssl", "port": 6640])
        #expect(try succeed(.configUpdate) == "Reset Open vSwitch and set its controller to pssl:6640.")
        #expect(try bed.vsctl("get-manager") == "pssl:6640")
        let certificate = "/etc/stunnel/certs/sdn-controller-ca.pem"
        #expect(try ssl() == ["\"\(Self.key)\"", "\"\(Self.key)\"", "\"\(certificate)\"", "false"])
        try expectSettled(.configUpdate)
        try setController(.configUpdate, "192.0.2.9")
        #expect(try succeed(.configUpdate) == "Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640.")
        #expect(try bed.firewallCalls() == ["2 open 6640 0", "2 close 6640 0"])
    }

    @Test(arguments: VswitchPlugin.allCases)
    func `all changes of rows are one transaction`(_ name: VswitchPlugin) throws {
        try bed.populateVswitch()
        try setController(name, "192.0.2.9")
        try xapi.set("network", "network-eth1", ["other_config": ["vswitch-controller-fail-mode": "secure"]])
        let (result, trace) = try bed.traced(command: bed.pluginCommand(name, TestBed.call("update")))
        #expect(
            try bed.reply(of: result).Value == """
                Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640. \
                Updated the fail mode of xenbr0, xenbr1. Updated the in-band control of xenbr0.
                """)
        #expect(trace.databaseOperations.filter { $0 == "comment" }.count == 1)
        #expect(trace.changingTransactions == 1)
        try expectSettled(name)
    }

    @Test
    func `under the earlier name the cache is written first, under the later one never`() throws {
        try FileManager.default.removeItem(atPath: bed.root + "/var/xapi/network.dbcache")
        _ = try succeed(.configUpdate)
        #expect(bed.text("/var/xapi/network.dbcache") == nil)
        #expect(
            try xapi.log().filter { $0.hasPrefix("call") } == [
                "call pool.get_all_records", "call SDN_controller.get_all_records", "call network.get_all_records",
                "call host.get_by_uuid", "call PIF.get_all_records_where",
            ])
        _ = try bed.vsctl("set", "bridge", "xenbr0", "external_ids:xs-network-uuids=stale")
        _ = try succeed(.cfgUpdate)
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("<uuid>uuid-eth1</uuid>") == true)
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "external_ids:xs-network-uuids") == "net-eth0")
        #expect(try !xapi.log().contains { $0.hasPrefix("call session") || $0.hasPrefix("sessions") })
    }

    @Test
    func `a cache that cannot be written is logged, and the rest goes on`() throws {
        try setController(.cfgUpdate, "192.0.2.9")
        let cache = bed.root + "/var/xapi/network.dbcache"
        try bed.host("sh", "-ec", "rm -f \(cache); mkdir -p \(cache)/in-the-way")
        let result = try bed.run(command: bed.pluginCommand(.cfgUpdate, TestBed.call("update")))
        #expect(try bed.reply(of: result).Value == "Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640.")
        #expect(result.errors.contains("error: rewrite failed: ") && result.errors.contains(cache), "\(result.errors)")
    }

    // MARK: The bridges

    @Test(arguments: VswitchPlugin.allCases)
    func `fail modes and in-band control follow network, pool and default on every bridge`(_ name: VswitchPlugin) throws
    {
        _ = try bed.vsctl("add-br", "own", "--", "set", "bridge", "own", "datapath_type=netdev", "fail_mode=secure")
        _ = try bed.vsctl("set", "bridge", "xenbr1", "other_config:disable-in-band=true", "other_config:theirs=1")
        try xapi.set("pool", "OpaqueRef:pool", ["other_config": ["vswitch-controller-fail-mode": "secure"]])
        try xapi.set(
            "network", "network-eth1",
            ["other_config": ["vswitch-controller-fail-mode": "standalone", "vswitch-disable-in-band": "perhaps"]])
        try xapi.set("network", "network-eth0", ["other_config": ["vswitch-disable-in-band": "true"]])
        #expect(
            try succeed(name)
                == "Updated the fail mode of xenbr0. Updated the in-band control of xenbr0. "
                + "Added flows that keep management on xenbr0 reachable.")
        func modes() throws -> [String] {
            try ["xenbr0", "xenbr1", "own"].map { bridge in
                try bed.vsctl("get", "bridge", bridge, "fail_mode") + " "
                    + bed.vsctl("--if-exists", "get", "bridge", bridge, "other_config:disable-in-band")
            }
        }
        #expect(try modes() == ["secure \"true\"", "standalone \"true\"", "secure "])
        try expectSettled(name)

        try xapi.set("pool", "OpaqueRef:pool", ["other_config": [:]])
        try xapi.set("network", "network-eth1", ["other_config": [:]])
        try xapi.set("network", "network-eth0", ["other_config": ["vswitch-disable-in-band": "false"]])
        let others = name == .cfgUpdate ? "own, " : ""
        #expect(
            try succeed(name)
                == "Updated the fail mode of \(others)xenbr0. Updated the in-band control of xenbr0, xenbr1.")
        #expect(
            try modes() == [
                "standalone \"false\"", "standalone ", name == .cfgUpdate ? "standalone " : "secure ",
            ])
        #expect(try bed.vsctl("get", "bridge", "xenbr1", "other_config:theirs") == "\"1\"")
    }

    @Test(arguments: VswitchPlugin.allCases)
    func `a PIF's own fail mode is set, and never taken back`(_ name: VswitchPlugin) throws {
        try xapi.set("PIF", "pif-eth0", ["other_config": ["vswitch-controller-fail-mode": "secure"]])
        #expect(
            try succeed(name)
                == "Updated the fail mode of xenbr0. Added flows that keep management on xenbr0 reachable.")
        #expect(try bed.vsctl("get-fail-mode", "xenbr0") == "secure")
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.flows(of: "xenbr0").count == 4 && bed.neighbourReaches("192.0.2.10"))
        try expectSettled(name)
        // The pool says otherwise, and another network something of its own.
        try xapi.set("pool", "OpaqueRef:pool", ["other_config": ["vswitch-controller-fail-mode": "standalone"]])
        try xapi.set("network", "network-eth1", ["other_config": ["vswitch-controller-fail-mode": "secure"]])
        try xapi.set("PIF", "pif-eth1", ["other_config": ["vswitch-controller-fail-mode": "standalone"]])
        #expect(try succeed(name) == "No change to configuration", "but for the cache")
        try expectSettled(name)
        let kinds = ["pool"] + (name == .configUpdate ? ["SDN_controller"] : []) + ["network"]
        let expected =
            kinds.map { "\($0).get_all_records" } + ["host.get_by_uuid", "PIF.get_all_records_where"]
            + ["VLAN", "Bond", "tunnel"].map { "\($0).get_all_records" }
        let calls = try xapi.log().filter { $0.hasPrefix("call") }
        #expect(calls.suffix(expected.count) == expected.map { "call \($0)" }[...], "\(calls)")
        try xapi.set("PIF", "pif-eth0", ["other_config": [:]])
        #expect(try succeed(name) == "Updated the fail mode of xenbr0.")
    }

    // MARK: Flows

    @Test
    func `management answers on a secure bridge whose new controller cannot be reached`() throws {
        try xapi.set("pool", "OpaqueRef:pool", ["other_config": ["vswitch-controller-fail-mode": "secure"]])
        try setController(.configUpdate, "192.0.2.250")
        #expect(
            try succeed(.configUpdate) == """
                Reset Open vSwitch and set its controller to ssl:192.0.2.250:6640. \
                Updated the fail mode of xenbr0, xenbr1. Added flows that keep management on xenbr0 reachable.
                """)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        #expect(try bed.flows(of: "xenbr0").count == 4 && bed.flows(of: "xenbr1").isEmpty)
        // What the controller makes of it is its own business.
        try bed.host("ovs-ofctl", "del-flows", "xenbr0")
        try expectSettled(.configUpdate)
        #expect(try bed.flows(of: "xenbr0").isEmpty)
        #expect(try !bed.neighbourReaches("192.0.2.10"))
    }

    @Test
    func `a run that is killed between rows and flows is finished by the next one`() throws {
        try xapi.set("pool", "OpaqueRef:pool", ["other_config": ["vswitch-controller-fail-mode": "secure"]])
        try setController(.configUpdate, "192.0.2.250")
        try bed.install("/usr/bin/ovs-ofctl", "kill -KILL $PPID")
        let result = try bed.run(command: bed.pluginCommand(.configUpdate, TestBed.call("update")))
        #expect(result.status == 137 && result.output.isEmpty)
        #expect(try bed.flows(of: "xenbr0").isEmpty && bed.vsctl("get-manager") == "ssl:192.0.2.250:6640")
        #expect(bed.text(VswitchPluginPaths.pendingFlows) == "xenbr0\n")
        try FileManager.default.removeItem(atPath: bed.root + "/usr/bin/ovs-ofctl")
        #expect(try succeed(.configUpdate) == "Added flows that keep management on xenbr0 reachable.")
        #expect(try bed.flows(of: "xenbr0").count == 4 && bed.text(VswitchPluginPaths.pendingFlows) == nil)
        try expectSettled(.configUpdate)
    }

    @Test
    func `a bond's management bridge gets flows for each slave`() throws {
        let cache = "plan/_topologies/bond.dbcache"
        let bed = try TestBed(.openvswitch, cache: cache)
        let xapi = try XAPIServer(bed, cache: cache)
        #expect(try bed.run("--force", "xapi1", "up").status == 0)
        try xapi.set(
            "pool", "OpaqueRef:pool",
            ["other_config": ["vswitch-controller-fail-mode": "secure"], "vswitch_controller": "192.0.2.250"])
        let reply = try bed.plugin(.cfgUpdate)
        #expect(reply.Value?.hasSuffix("Added flows that keep management on xapi1 reachable.") == true, "\(reply)")
        #expect(try bed.flows(of: "xapi1").count == 6)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.20"))
    }
}

extension Trace {
    /// Requests to do operations.
    var transactions: Int { requests.count }

    /// Those of them that change the database.
    var changingTransactions: Int {
        requests.filter { $0.contains(#/\\"op\\": ?\\"(?:insert|update|mutate|delete)\\"/#) }.count
    }

    private var requests: [Substring] {
        calls.filter { $0.contains(#/\b(?:sendto|sendmsg|writev?)\(/#) && $0.contains(#"\"method\":\"transact\""#) }
    }
}
