@testable import NetConfigCore
import Testing

/// Whoever does not answer, answers without end or answers nonsense costs a bounded time and nothing else.
@Suite("time limits", .serialized, .needsTestBed)
struct TimeLimitTests {
    /// A stand-in for ovsdb-server that does everything wrong: a fault that the real one does not have.
    private static let server = """
        import socket, sys, time
        path, how = sys.argv[1:]
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen()
        def speak(connection):
            connection.recv(65536)
            if how == "trickle":
                for byte in b'{"id":0,"result":[' + b"{}," * 1000:
                    connection.send(bytes([byte]))
                    time.sleep(1)
            if how == "flood":
                connection.sendall(b'{"id":0,"result":["')
                for _ in range(1024): connection.sendall(b"x" * (1 << 20))
            if how == "values":
                connection.sendall(b'{"id":1,"error":null,"result":[')
                for _ in range(60): connection.sendall(b"[]," * 349525)
                connection.sendall(b"[]]}")
            if how == "nonsense": connection.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n")
            if how == "nesting": connection.sendall(b"[" * 1000000)
            time.sleep(600)
        while True:
            connection, _ = server.accept()
            try: speak(connection)
            except OSError: pass
        """

    @Test(arguments: ["silence", "trickle", "flood", "values", "nonsense", "nesting"])
    func `of an ovsdb-server that does not behave`(_ how: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.write("openvswitch\n", to: "/etc/xensource/network.conf")
        let socket = "\(bed.directory)/db.sock"
        try bed.write(Self.server, to: "/server")
        _ = try bed.script(
            "python3 \(bed.root)/server \(socket) \(how) >/dev/null 2>&1 & until [ -S \(socket) ]; do sleep 0.05; done")
        try bed.host("rm", "\(bed.root)/server")
        let before = try bed.snapshot()
        for verb in ["up", "down"] {
            let start = ContinuousClock.now
            // As large as the answer may be, and no larger.
            let run = try bed.run(
                ["--ovsdb", socket, "--force", "xenbr0", verb], through: ["prlimit", "--data=\(400 << 20)"])
            #expect(run.status == 1)
            #expect(run.errors.contains("ovsdb-server"), "\(run.errors)")
            #expect(ContinuousClock.now - start < .seconds(10), "\(how)")
        }
        try bed.expectUntouched(since: before)
    }

    @Test(arguments: ["STOP", "KILL"])
    func `of an ovsdb-server that is stopped, and of one that is killed in the middle`(_ signal: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        let before = try bed.snapshot()
        let server = try bed.host("cat", "\(bed.directory)/ovs/ovsdb-server.pid").filter(\.isNumber)
        // The first messages to the database take their time, so that the signal comes before the one that changes something.
        let run = try bed.start(
            ["--force", "xenbr0", "down"],
            through: ["strace", "-qq", "-o", "/dev/null", "-e", "inject=sendto:delay_enter=1s:when=2..6"])
        try bed.host("sleep", "0.7")
        try bed.host("kill", "-\(signal)", server)
        #expect(try run.status() == 1)
        #expect(run.errors.contains("ovsdb-server"), "\(run.errors)")
        if signal == "STOP" {
            try bed.host("kill", "-CONT", server)
        } else {
            try bed.bed(["ovsdb-start", bed.directory])
        }
        try bed.wait("the host is as before") { try bed.snapshot().settingsChanged(since: before).isEmpty }
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
    }

    @Test
    func `of a DHCP client that does not end when its lease is released`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        let before = try bed.snapshot()
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        try bed.makeDirectory("/sbin")
        try bed.write("#!/bin/sh\nexec sleep 1000\n", to: "/sbin/dhclient")
        try bed.host("chmod", "+x", "\(bed.root)/sbin/dhclient")
        let start = ContinuousClock.now
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        // Five seconds for the release, and what a busy machine adds.
        #expect(ContinuousClock.now - start < .seconds(20))
        try bed.host("rm", "\(bed.root)/sbin/dhclient")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `of a kernel that says that it dropped messages: they are read once more, and then that is an error`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let command = ["--force", "xenbr0", "up"]
        let always = try bed.traced(command, options: ["-e", "inject=recvfrom:error=ENOBUFS:when=1+2"]).result
        #expect(always.status == 1)
        #expect(always.errors.contains("error: cannot list links"), "\(always.errors)")
        try bed.expectPutBack(to: before)
        let once = try bed.traced(command, options: ["-e", "inject=recvfrom:error=ENOBUFS:when=1"]).result
        #expect(once.status == 0, "\(once.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }
}
