import Foundation
import NetConfigCore
import Testing

/// What XAPI's plugin answers when something is wrong: always one document, in time, with the configuration as it was.
@Suite("XAPI's plugin: failures", .serialized, .needsTestBed)
struct PluginFailureTests {
    private let bed: TestBed
    private let xapi: XAPIServer

    /// A host in whose configuration a new controller would change everything.
    init() throws {
        let cache = "plan/_topologies/two-cards.dbcache"
        bed = try TestBed(.openvswitch, cache: cache)
        xapi = try XAPIServer(bed, cache: cache)
        for bridge in ["xenbr0", "xenbr1"] { try #require(try bed.run("--force", bridge, "up").status == 0) }
        try bed.populateVswitch()
        try bed.installFirewall()
        try bed.makeDirectory("/etc/openvswitch")
        try bed.write("the old controller's", to: VswitchPluginPaths.caCertificate)
        try xapi.set(
            "pool", "OpaqueRef:pool",
            ["other_config": ["vswitch-controller-fail-mode": "secure"], "vswitch_controller": "192.0.2.9"])
        try xapi.set("SDN_controller", "sdn", ["protocol": "pssl"])
    }

    /// Has something fail within some seconds, and compares files and all rows of the database.
    private func fails(
        _ name: VswitchPlugin = .configUpdate, _ function: String = "update", within seconds: Double = 5,
        code: String = "VSWITCH_CONFIG_MOD_FAILURE", saying message: String, isPutBack: Bool = false,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let before = (try bed.snapshot(), try bed.database())
        let start = ContinuousClock.now
        let reply = try bed.plugin(name, function, "--xapi-timeout=1", location: location)
        #expect(ContinuousClock.now - start < .seconds(seconds), sourceLocation: location)
        #expect(reply.Status == "Failure" && reply.code == code, "\(reply)", sourceLocation: location)
        #expect(message.isEmpty || reply.message.contains(message), "\(reply)", sourceLocation: location)
        guard isPutBack else {
            #expect(try bed.database() == before.1, sourceLocation: location)
            return try bed.expectUntouched(since: before.0, location: location)
        }
        // What was removed is there again, under another UUID.
        let rows = (bed.withoutIdentities(try bed.database()), bed.withoutIdentities(before.1))
        #expect(Set(rows.0).symmetricDifference(rows.1) == [], sourceLocation: location)
        #expect(bed.text(VswitchPluginPaths.caCertificate) == "the old controller's", sourceLocation: location)
        #expect(bed.text(VswitchPluginPaths.pendingFlows) == nil, sourceLocation: location)
    }

    // MARK: What XAPI says

    @Test(arguments: VswitchPlugin.allCases)
    func `no pool, and several`(_ name: VswitchPlugin) throws {
        try xapi.set("pool", "OpaqueRef:other", [:])
        // To the cache, which the plugin writes first, two pools are a warning.
        #expect(try bed.run("rewrite").errors.contains("a host is in one pool only"))
        try fails(name, code: "MORE_THAN_ONE_POOL_FOR_HOST", saying: "")
        try xapi.remove("pool", "OpaqueRef:other")
        try xapi.remove("pool", "OpaqueRef:pool")
        try fails(.configUpdate, code: "NO_POOL_FOR_HOST", saying: "")
    }

    static let controllers: [(String, [String: XAPIServer.Value], String)] = [
        ("sdn", ["protocol": "tcp"], "the SDN controller's protocol is 'tcp', expected ssl or pssl"),
        ("sdn", ["protocol": "ssl", "address": "192.0.2.9", "port": 0], "port '0' is not a TCP port"),
        ("sdn", ["protocol": "ssl", "address": "192.0.2.9", "port": 65536], "port '65536' is not a TCP port"),
        (
            "sdn", ["protocol": "ssl", "address": "192.0.2.9; reboot", "port": 6640],
            "neither an address nor a host name"
        ),
        ("other", ["protocol": "pssl"], "XAPI has 2 SDN controllers, but at most one is supported"),
    ]

    @Test(arguments: controllers)
    func `a controller that Open vSwitch cannot be given`(
        _ reference: String, _ fields: [String: XAPIServer.Value], _ message: String
    ) throws {
        try xapi.set("SDN_controller", reference, fields)
        try fails(saying: message)
        try xapi.set("pool", "OpaqueRef:pool", ["vswitch_controller": "192.0.2.9/24"])
        let reply = try bed.plugin(.cfgUpdate)
        #expect(reply.message == "the controller's address '192.0.2.9/24' is neither an address nor a host name")
    }

    @Test
    func `XAPI hangs, ends the session, or is not there`() throws {
        try xapi.misbehave("SDN_controller.get_all_records", "silence")
        try fails(saying: "XAPI call SDN_controller.get_all_records failed: no complete response within 1 s")
        try xapi.misbehave("*", "silence")
        try fails(.cfgUpdate, saying: "XAPI call pool.get_all_records failed: no complete response within 1 s")
        try xapi.misbehave("network.get_all_records", "expire")
        try fails(saying: "XAPI call network.get_all_records failed: SESSION_INVALID …")
        try xapi.misbehave("*", "fault")
        try fails(saying: "no method for …")
        try FileManager.default.removeItem(atPath: bed.root + "/var/lib/xcp/xapi")
        try fails(saying: "cannot connect to")
    }

    @Test
    func `a signal ends the wait for XAPI, with an answer`() throws {
        try xapi.misbehave("*", "silence")
        let before = try bed.database()
        let script = #""$@" & p=$!; sleep 1; kill -TERM $p; wait $p"#
        for name in VswitchPlugin.allCases {
            let command = try bed.pluginCommand(name, TestBed.call("update"))
            let reply = try bed.reply(of: bed.run(command: ["sh", "-c", script, "sh"] + command))
            #expect(reply.ErrorDescription == ["VSWITCH_CONFIG_MOD_FAILURE", "interrupted by SIGTERM"])
        }
        #expect(try bed.database() == before)
    }

    // MARK: What Open vSwitch does

    @Test(arguments: ["update", "emergency_reset"])
    func `ovsdb-server hangs, or is not there`(_ function: String) throws {
        let code = function == "update" ? "VSWITCH_CONFIG_MOD_FAILURE" : "VSWITCH_EMER_RESET_FAILURE"
        let process = try bed.host("cat", "\(bed.directory)/ovs/ovsdb-server.pid").filter(\.isNumber)
        let before = try bed.database()
        try bed.host("kill", "-STOP", process)
        let start = ContinuousClock.now
        let hung = try bed.plugin(.cfgUpdate, function)
        #expect(ContinuousClock.now - start < .seconds(15))
        try bed.host("kill", "-CONT", process)
        #expect(hung.code == code && hung.message.contains("waiting for"), "\(hung)")
        #expect(try bed.database() == before)
        try bed.bed(["ovsdb-stop", bed.directory])
        let gone = try bed.plugin(.configUpdate, function)
        #expect(gone.code == code && gone.message.contains("cannot connect to ovsdb-server"), "\(gone)")
        #expect(bed.text(VswitchPluginPaths.caCertificate) == "the old controller's")
    }

    @Test
    func `ovs-vswitchd hangs: rows, port and CA certificate are put back`() throws {
        let process = try bed.host("cat", "\(bed.directory)/ovs/ovs-vswitchd.pid").filter(\.isNumber)
        try bed.host("kill", "-STOP", process)
        defer { _ = try? bed.host("kill", "-CONT", process) }
        try fails(within: 40, saying: "ovs-vswitchd did not finish the change within 20 s", isPutBack: true)
        #expect(try bed.firewallCalls() == ["2 open 6640 0", "2 close 6640 0"])
    }

    // MARK: Other programs

    @Test
    func `the port cannot be opened: nothing is changed`() throws {
        try bed.installFirewall("echo no rules >&2; exit 3")
        try fails(saying: "open TCP port 6640: ")
        #expect(try bed.plugin(.configUpdate).message.contains("firewall-port failed with exit status 3: no rules"))
        try FileManager.default.removeItem(atPath: bed.root + VswitchPluginPaths.firewall)
        try fails(saying: "open TCP port 6640: ")
    }

    @Test(arguments: VswitchPlugin.allCases)
    func `the flows cannot be added: rows, port and CA certificate are put back`(_ name: VswitchPlugin) throws {
        try bed.install("/usr/bin/ovs-ofctl", "echo no switch >&2; exit 1")
        try fails(name, code: "VSWITCH_ADD_FLOW_FAILURE", saying: "no switch", isPutBack: true)
        #expect(try bed.firewallCalls() == (name == .configUpdate ? ["2 open 6640 0", "2 close 6640 0"] : []))
        try FileManager.default.removeItem(atPath: bed.root + "/usr/bin/ovs-ofctl")
        #expect(try bed.plugin(name).Status == "Success", "what was put back is no obstacle")
    }

    @Test
    func `a run that is killed is finished by the next one, wherever it was killed`() throws {
        let command = try bed.pluginCommand(.configUpdate, TestBed.call("update"))
        let controllers: [(XAPIServer) throws -> Void] = [
            { try $0.set("SDN_controller", "sdn", ["protocol": "ssl", "address": "192.0.2.250", "port": 6640]) },
            { try $0.remove("SDN_controller", "sdn") },
        ]
        func prepare(_ setController: (XAPIServer) throws -> Void) throws {
            try bed.write("the old controller's", to: VswitchPluginPaths.caCertificate)
            try setController(xapi)
        }
        func state() throws -> [String] {
            let flows = try bed.flows(of: "xenbr0").count
            let files = [VswitchPluginPaths.caCertificate, VswitchPluginPaths.pendingFlows].compactMap(bed.text)
            return try bed.database() + ["\(flows) flows"] + files
        }
        for setController in controllers {
            try prepare(setController)
            try #require(bed.plugin(.configUpdate).Status == "Success")
        }
        var (points, ends): ([[KillTests.Point]], [[String]]) = ([], [])
        for setController in controllers {
            try prepare(setController)
            points.append(try bed.points(of: command))
            ends.append(try state())
        }
        #expect(ends.allSatisfy { $0.last == "4 flows" }, "\(ends.map(\.last))")
        var killed = 0
        for index in 0..<(points.map(\.count).max() ?? 0) {
            for (setController, (points, end)) in zip(controllers, zip(points, ends)) {
                try prepare(setController)
                let point = points[index % points.count]
                killed += try bed.kill(command, at: point) ? 1 : 0
                try #require(bed.plugin(.configUpdate).Status == "Success", "after \(point)")
                let difference = Set(try state()).symmetricDifference(end)
                try #require(difference.isEmpty, "after \(point): \(difference)")
            }
        }
        print("kills: update of the plugin: \(killed)")
        #expect(killed > 30)
    }

    // MARK: The call

    @Test
    func `garbage as the argument, unknown functions and options are failures as well`() throws {
        let before = try bed.snapshot()
        let secret = "<value>\(XAPIServer.session)</value>"
        for arguments in [
            [], [""], ["update"], ["<"], ["<methodCall>\(secret)"], [TestBed.call("update"), TestBed.call("update")],
            ["--unknown", TestBed.call("update")], ["--xapi-timeout=0", TestBed.call("update")],
            [TestBed.call("").replacing("<struct/>", with: "")], [XAPIServer.session],
            [String(repeating: "<a>", count: 40_000)], ["<methodCall><methodName>\(secret)</methodName></methodCall>"],
        ] {
            let command = try [bed.pluginProgram(.configUpdate), "--root-prefix", bed.root, "--no-syslog"] + arguments
            let reply = try bed.reply(of: bed.run(command: command))
            #expect(reply.code == "XENAPI_PLUGIN_FAILURE", "\(arguments)")
        }
        try fails(.cfgUpdate, "shutdown", code: "UNKNOWN_XENAPI_PLUGIN_FUNCTION", saying: "shutdown")
        try bed.expectUntouched(since: before)
    }

    @Test
    func `a host with the Linux bridge has nothing to change`() throws {
        try bed.write("bridge\n", to: "/etc/xensource/network.conf")
        for function in ["update", "emergency_reset"] {
            #expect(try bed.plugin(.configUpdate, function).Value == "No change to configuration")
        }
        #expect(try bed.plugin(.cfgUpdate).Value == "No change to configuration")
        #expect(try bed.vsctl("get-manager").contains("192.0.2.8"))
    }

    @Test
    func `called as XAPI calls it, with one argument, it finds everything, and logs under its name without secrets`()
        throws
    {
        let script = #"""
            d=$1; root=$2; shift 2
            cp "$root/etc/xensource-inventory" /etc/; mkdir -p /etc/xensource /var/lib/xcp
            cp "$root/etc/xensource/network.conf" /etc/xensource/; ln -sf "$root/var/lib/xcp/xapi" /var/lib/xcp/xapi
            mkdir -p /etc/xapi.d/plugins; cp "$root/etc/xapi.d/plugins/firewall-port" /etc/xapi.d/plugins/
            mkdir "$d/dev"; mount --bind /dev "$d/dev"; mount -t tmpfs none /dev
            for f in null urandom; do touch /dev/$f; mount --bind "$d/dev/$f" /dev/$f; done; ln -s "$d/syslog" /dev/log
            exec "$@"
            """#
        let listener = """
            import socket, sys
            log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); log.bind(sys.argv[1])
            while True: open(sys.argv[2], "ab").write(log.recv(65536) + b"\\n")
            """
        let (socket, file) = ("\(bed.directory)/syslog", "\(bed.directory)/syslog.txt")
        _ = try bed.shell(
            #"s=$1; shift; ("$@" </dev/null >/dev/null 2>&1 &); until [ -S "$s" ]; do sleep 0.02; done"#,
            [socket] + bed.exec(["python3", "-c", listener, socket, file]))
        let command = try [bed.pluginProgram(.configUpdate), TestBed.call("update")]
        let result = try bed.run(
            command: ["unshare", "--mount", "sh", "-euc", script, "sh", bed.directory, bed.root] + command)
        #expect(result.errors == "")
        let reply = try bed.reply(of: result)
        #expect(reply.Value?.hasPrefix("Reset Open vSwitch and set its controller to pssl:6640.") == true, "\(reply)")
        #expect(try bed.vsctl("get-manager") == "pssl:6640")
        #expect(try bed.firewallCalls() == ["2 open 6640 0"])
        try bed.wait("the log has all lines") {
            (try? String(contentsOfFile: file, encoding: .utf8))?.contains("Reset Open") == true
        }
        let log = bed.lines(try String(contentsOfFile: file, encoding: .utf8))
        // Facility daemon is 3 << 3, to which the severity is added.
        #expect(log.allSatisfy { $0.contains(#/^<(?:27|28|30)>.* openvswitch-cfg-update\[\d+\]: /#) }, "\(log)")
        #expect(log.first?.hasSuffix("Called as openvswitch-config-update update") == true, "\(log)")
        #expect(!log.joined().contains("secret"))
    }
}
