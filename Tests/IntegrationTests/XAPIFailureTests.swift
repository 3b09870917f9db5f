import Foundation
import NetConfigCore
import Testing

/// XAPI that does not do as it should: exit 1 in time with a message that names the call, nothing changed, no session
/// left open, and no session's reference in any output.
@Suite("XAPI misbehaves", .serialized, .needsTestBed)
struct XAPIFailureTests {
    private static let cache = "plan/_topologies/vlan-static.dbcache"

    private func start(_ datapath: Datapath = .bridge) throws -> (bed: TestBed, xapi: XAPIServer) {
        let bed = try TestBed(datapath, cache: Self.cache)
        return (bed, try XAPIServer(bed, cache: Self.cache))
    }

    /// Runs what must fail within some seconds, and compares the host before and after.
    private func fails(
        _ bed: TestBed, _ arguments: [String], within seconds: Double = 5, through wrapper: [String] = [],
        _ messages: String..., location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try bed.snapshot()
        let start = ContinuousClock.now
        let result = try bed.run(arguments, through: wrapper)
        #expect(ContinuousClock.now - start < .seconds(seconds), sourceLocation: location)
        #expect(result.status == 1, "\(arguments)", sourceLocation: location)
        for message in messages {
            #expect(result.errors.contains(message), "\(arguments): \(result.errors)", sourceLocation: location)
        }
        expectNoSecret(result, location: location)
        try bed.expectUntouched(since: before, location: location)
    }

    private func expectNoSecret(_ result: TestBed.Result, location: SourceLocation) {
        let said = result.output + result.errors
        #expect(!said.contains("secret") && !said.contains("session-"), "\(said)", sourceLocation: location)
    }

    /// The number of sessions that are open, as XAPI says: the caller's is one of them.
    private func openSessions(_ xapi: XAPIServer) throws -> String? {
        try xapi.log().last { $0.hasPrefix("sessions") }
    }

    static let misbehaviours: [(String, String)] = [
        ("silence", "no complete response within 1 s"),
        ("trickle", "no complete response within 1 s"),
        ("delay 5", "no complete response within 1 s"),
        ("drop-before", "the connection was closed before a response was received"),
        ("drop-head", "the connection was closed during the response"),
        ("drop-in", "the connection was closed during the response"),
        ("status", "the response is HTTP/1.1 500 Internal Server Error"),
        ("garbage", "malformed response"),
        ("no-xml", "malformed response: line 1, column 1"),
        ("shape", "malformed response: expected records by reference"),
        ("slave", "HOST_IS_SLAVE 192.0.2.77"),
        ("fault", "fault -3: no method for …"),
        ("huge-length", "the response is larger than 268435456 bytes"),
    ]

    @Test(arguments: misbehaviours)
    func `in the middle of a run`(_ how: String, _ message: String) throws {
        let (bed, xapi) = try start()
        let limit = ["--xapi-timeout", "1"]
        for (call, arguments) in [
            ("VLAN.get_all_records", limit + ["rewrite"]),
            ("network.get_all_records", limit + ["--pif-uuid", "uuid-vlan5", "up"]),
            ("PIF.get_all_records_where", limit + LiveDataTests.session + ["--pif", "pif-vlan5", "up"]),
        ] {
            try xapi.misbehave(call, how)
            try fails(bed, arguments, "error: XAPI call \(call) failed: \(message)")
            if call.hasPrefix("PIF") {
                #expect(try openSessions(xapi) == nil, "the caller's session is left alone")
            } else {
                #expect(try openSessions(xapi) == "sessions 1", "\(call)")
            }
        }
    }

    @Test(arguments: ["silence", "drop-before", "status", "garbage", "no-xml", "slave", "fault"])
    func `at the first call`(_ how: String) throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("session.login_with_password", how)
        try fails(
            bed, ["rewrite", "--xapi-timeout=1"], "XAPI call session.login_with_password failed: ")
    }

    @Test
    func `the session expires in the middle`() throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("Bond.get_all_records", "expire")
        try fails(bed, ["rewrite"], "XAPI call Bond.get_all_records failed: SESSION_INVALID …")
        #expect(try openSessions(xapi) == "sessions 1")
        try fails(
            bed, LiveDataTests.session + ["--pif", "pif-eth0", "down"], "Bond.get_all_records failed: SESSION_INVALID …"
        )
        try fails(
            bed, LiveDataTests.session + ["--pif", "pif-eth0", "up"], "host.get_by_uuid failed: SESSION_INVALID …")
    }

    @Test
    func `an answer of 300 MB is not read to its end, and takes no memory`() throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("VLAN.get_all_records", "huge")
        try fails(
            bed, ["rewrite"], within: 25, through: ["prlimit", "--data=\(100 << 20)"],
            "XAPI call VLAN.get_all_records failed: the response is larger than 268435456 bytes")
        #expect(try openSessions(xapi) == "sessions 1")
    }

    @Test(arguments: ["delay 0.2", "chunks", "close", "drop-after"])
    func `what is slow, in pieces, or does not keep the connection is no failure`(_ how: String) throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("*", how)
        let result = try bed.run("rewrite")
        #expect(result.status == 0, "\(result.errors)")
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("<uuid>uuid-vlan5</uuid>") == true)
        let log = try xapi.log()
        #expect(log.filter { $0.hasPrefix("call") }.count == 9)
        let keepsConnection = how != "close" && how != "drop-after"
        #expect(log.filter { $0.hasPrefix("connection") }.count == (keepsConnection ? 1 : 9))
    }

    @Test
    func `a call whose connection is closed before an answer is made once more, on a new one`() throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("network.get_all_records", "drop-before once")
        let result = try bed.run("rewrite")
        #expect(result.status == 0, "\(result.errors)")
        let log = try xapi.log()
        #expect(log.filter { $0 == "call network.get_all_records" }.count == 2)
        #expect(log.filter { $0.hasPrefix("connection") }.count == 2)
        #expect(log.last == "sessions 1")
    }

    @Test
    func `a session that cannot be closed is a warning: the work can be done`() throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("session.logout", "silence")
        let result = try bed.run("rewrite", "--xapi-timeout=1")
        #expect(result.status == 0)
        #expect(result.errors.contains("warning: XAPI call session.logout failed: no complete response within 1 s"))
    }

    @Test
    func `XAPI that is not there, or does not come to take the call`() throws {
        let (bed, _) = try start()
        let path = bed.directory + "/nobody"
        try fails(
            bed, ["--xapi-socket", path, "rewrite"],
            "XAPI call session.login_with_password failed: cannot connect to \(path): no such file or directory")
        let long = "/" + String(repeating: "long/", count: 30)
        try fails(bed, ["--xapi-socket", long, "rewrite"], "cannot connect to \(long): file name too long")
        try bed.host(
            "python3", "-c", "import socket; s = socket.socket(socket.AF_UNIX); s.bind('\(path)')")
        try fails(bed, ["--xapi-socket", path, "rewrite"], "cannot connect to \(path): connection refused")
        // A queue for no connection takes one; the next waits until the server accepts one.
        let server = """
            import socket, time; s = socket.socket(socket.AF_UNIX); s.bind('\(path)2'); s.listen(0)
            c = socket.socket(socket.AF_UNIX); c.connect('\(path)2'); time.sleep(60)
            """
        _ = try bed.script("python3 -c \"\(server)\" </dev/null >/dev/null 2>&1 & until [ -S \(path)2 ]; do :; done")
        try bed.host("sleep", "0.3")
        try fails(
            bed, ["--xapi-socket", path + "2", "--xapi-timeout", "1", "rewrite"], "no complete response within 1 s")
    }

    @Test
    func `a signal ends the wait for an answer, and the session is closed`() throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("PIF.get_all_records_where", "silence")
        let before = try bed.snapshot()
        let run = try bed.start("rewrite")
        var log: [String] = []
        try bed.wait("the call is made") {
            log += (try? xapi.log()) ?? []
            return log.contains("call PIF.get_all_records_where")
        }
        #expect(try run.interrupt() == 1)
        #expect(run.errors.contains("interrupted by SIGTERM"), "\(run.errors)")
        #expect(try openSessions(xapi) == "sessions 1")
        try bed.expectUntouched(since: before)
    }

    // MARK: XAPI is right, and yet it cannot be done

    @Test
    func `a PIF that this host does not have, by reference, by uuid, and of another host`() throws {
        let (bed, _) = try start()
        try fails(bed, ["--pif-uuid", "u", "up"], "this host has no PIF with uuid u")
        for pif in ["pif-eth7", "pif-eth0@2"] {
            try fails(bed, LiveDataTests.session + ["--pif", pif, "up"], "this host has no PIF \(pif)")
        }
    }

    @Test
    func `a host that does not know who it is, or whom XAPI does not know`() throws {
        let (bed, xapi) = try start()
        try bed.write("INSTALLATION_UUID='host-9'\n", to: "/etc/xensource-inventory")
        try fails(bed, ["rewrite"], "XAPI call host.get_by_uuid failed: UUID_INVALID host host-9")
        #expect(try openSessions(xapi) == "sessions 1")
        try bed.write("PRODUCT='x'\n", to: "/etc/xensource-inventory")
        try fails(bed, ["rewrite"], "/etc/xensource-inventory has no INSTALLATION_UUID")
        try bed.host("rm", bed.root + "/etc/xensource-inventory")
        try fails(bed, ["rewrite"], "cannot read \(bed.root)/etc/xensource-inventory: no such file")
    }

    @Test
    func `records that do not fit together`() throws {
        let (bed, xapi) = try start()
        try xapi.set("PIF", "pif-vlan5", ["VLAN": -1])
        let message = "pif pif-vlan5, field VLAN: no tag, although vlan vlan-vlan5 makes this PIF a VLAN"
        try fails(
            bed, LiveDataTests.session + ["--pif", "pif-vlan5", "up"], "PIF pif-vlan5 cannot be used: \(message)")
        let rewrite = try bed.run("rewrite")
        #expect(rewrite.status == 0 && rewrite.errors.contains("warning: records: \(message)"), "\(rewrite.errors)")
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("pif-eth0") == true)
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("pif-vlan5") == false)
    }

    @Test
    func `records that XAPI changes between our calls are read again, three times at most`() throws {
        let up = LiveDataTests.session + ["--pif", "pif-eth0", "up"]
        let (bed, xapi) = try start()
        try xapi.misbehave("network.get_all_records", "empty")
        try fails(bed, up, "PIF pif-eth0 cannot be used: pif pif-eth0, field network: there is no network network-eth0")
        #expect(try xapi.log().count { $0 == "call network.get_all_records" } == 3)
        try xapi.misbehave("network.get_all_records", "empty once")
        let result = try bed.run(up)
        #expect(result.status == 0 && result.errors.contains("reading them again"), "\(result.errors)")
        #expect(try xapi.log().count { $0 == "call network.get_all_records" } == 2)
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("network-eth0") == true)
    }

    @Test(arguments: ["3", "2"])
    func `an XAPI that takes fewer words at login is given fewer`(count: String) throws {
        let (bed, xapi) = try start()
        try xapi.misbehave("session.login_with_password", "parameters \(count)")
        let result = try bed.run("rewrite")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try xapi.log().suffix(2) == ["call session.logout", "sessions 1"])
        try xapi.misbehave("session.login_with_password", "parameters 1")
        try fails(bed, ["rewrite"], "session.login_with_password failed: MESSAGE_PARAMETER_COUNT_MISMATCH")
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `a cache that cannot be written is found before anything is changed`(_ datapath: Datapath) throws {
        let (bed, _) = try start(datapath)
        try bed.host("rm", bed.root + "/var/xapi/network.dbcache")
        try bed.host("mkdir", bed.root + "/var/xapi/network.dbcache")
        try fails(bed, ["rewrite"], "network.dbcache: it is not a regular file")
        try fails(bed, ["--pif-uuid", "uuid-eth0", "up"], "network.dbcache: it is not a regular file")
    }

    @Test
    func `a cache that cannot be put in place after all is told, and the network stays`() throws {
        let plug = LiveDataTests.session + ["--pif", "pif-eth0", "up"]
        let renames = try start().bed.traced(plug).trace.calls.filter { $0.contains("rename(") }
        let (bed, _) = try start()
        let old = try #require(bed.text("/var/xapi/network.dbcache"))
        // The record of the run comes after it.
        let last = try #require(renames.lastIndex { $0.contains("network.dbcache\"") })
        let fault = ["-e", "inject=rename:error=EIO:when=\(last + 1)"]
        let result = try bed.traced(plug, options: fault).result
        #expect(result.status == 1, "\(result.errors)")
        #expect(
            result.errors.contains(
                "error: the network was changed successfully, but the cache was not written: cannot replace"))
        #expect(bed.text("/var/xapi/network.dbcache") == old)
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    @Test
    func `a plug that cannot be planned leaves the cache as it was`() throws {
        let (bed, xapi) = try start()
        try xapi.set("PIF", "pif-eth0", ["MAC": "52:54:00:00:00:11"])
        try fails(bed, LiveDataTests.session + ["--pif", "pif-eth0", "up"], "that is the address of eth1")
    }

    @Test
    func `a plug that the kernel refuses half way is put back, and the cache stays as it was`() throws {
        let plug = LiveDataTests.session + ["--pif", "pif-eth0", "up", "--strict"]
        // The same change elsewhere tells which of its messages change something.
        let trace = try start().bed.traced(plug, options: []).trace
        let messages = trace.calls.filter { $0.contains("sendmsg(") }
        let changing = messages.indices.filter { trace.netlinkChanges.contains(messages[$0]) }
        // Announcements come last, and may fail.
        let last = try #require(changing.last { !messages[$0].contains("NEIGH") })
        let (bed, _) = try start()
        let before = try bed.snapshot()
        let fault = ["-e", "inject=sendmsg:error=ENOMEM:when=\(last + 1)"]
        let result = try bed.traced(plug, options: fault).result
        #expect(result.status == 1 && result.errors.contains("cannot allocate memory"), "\(result.errors)")
        try bed.expectPutBack(to: before)
    }
}
